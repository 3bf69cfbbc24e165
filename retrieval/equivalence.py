"""Whether two short answers say the same, so that both are shown as one.

An answer is read as figures, each with its label (what is counted), and other words. The longer of
two may add to the shorter, not contradict it. In doubt they stay apart: to show the same twice
costs less than to hide another answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from retrieval.french import analyze, fold
from retrieval.notation import MONTHS, in_digits
from retrieval.values import LETTER
from retrieval.values import numbers as numbers_in
from retrieval.weekdays import WEEKDAYS

_LONGEST = 200  # Characters: extracts have fewer, and what is longer is only equal to itself.

_NUMBER = r"\d+(?:[ .,\u00a0\u202f]\d+)*"
_PIECE = re.compile(
    rf"(?P<date>(?:\b(?P<day>\d\d?|premier)\s+)?\b(?P<month>{'|'.join(MONTHS)})\b"
    r"(?:\s+(?P<year>\d{4})\b)?)"
    rf"|(?<!\w)(?P<minus>[-−])?(?P<run>{_NUMBER}(?:\s?(?:à|au|et|ou|[-–/])\s?{_NUMBER})*)"
    r"(?P<nth>e|[eè]me)?(?!\w)"
    r"|(?P<word>%|[^\W_]+(?:[-/][^\W_]+)*)"
    r"|(?P<comma>[,;:(—–])",
    re.IGNORECASE,
)
_YEAR = re.compile(r"1\d{3}|20\d\d")
_BEFORE_YEAR = frozenset(("en", "depuis", "des", "debut", "fin", "an", "annee", "avant", "apres"))
_OF = frozenset(("de", "d", "du", "des"))
_LINKS = frozenset(
    """a au aux en dans par pour sur sous chez vers avec sans entre depuis pendant lors durant selon
    apres avant jusque jusqu grace que qu qui dont""".split()  # noqa: SIM905
)
_UNHEARD = frozenset(
    """environ pres quelque quelques presque autour quasi quasiment peu moins monsieur madame mme
    mlle""".split()  # noqa: SIM905
)
_APPOSITION = re.compile(r"\s*(?:(?!(?:et|ou)\b)[a-zà-ÿœ]|[A-Z]{2,4} d[eu]?\b)\D*$")
_DAY = rf"(?:{'|'.join(WEEKDAYS)}|{fold('|'.join(MONTHS))})s?\b"
# « Du lundi au vendredi » is more than « lundi et vendredi »: a range is only equal to a range.
_TO = r"(?: (?:(?:jusqu')?au?|jusqu'en) | ?[-–] ?)"
_MARK = re.compile(
    r"\b(?:(?P<over>plus d['e]|au moins\b)|(?P<under>moins d['e]|au plus\b)"
    rf"|(?P<range>(?:{_DAY}|\d){_TO}(?:le )?(?:\d+ )?{_DAY}"
    rf"|heures(?: \d+)?{_TO}\d+ heures\b"
    rf"|entre [^,;:]*? et (?:le )?(?:\d+ heures\b|(?:\d+ )?{_DAY}))"
    r"|(?P<before>avant\b|jusqu['e])|(?P<after>(?:apres|depuis|a partir)\b)"
    r"|(?P<mister>m\.|monsieur\b)|(?P<madam>(?:mme|mlle|madame)\b)"
    r"|(?P<negated>n'|(?:ne|pas|non|jamais|aucune?|sans|ni|sauf|hors|hormis|excepte[es]*"
    r"|(?:a l'|d')exception)\b))"
)
_OPPOSITES = (
    {"over", "under"},
    {"before", "after"},
    {"over", "before"},
    {"under", "after"},
    {"mister", "madam"},
)
# 5 is neither 5 %, fifth, -5 nor 5 and a half; nor are 5 metres 5 square or cubic ones.
_EXACT = frozenset(("%", "nth", "minus", "dem", "carr", "cub"))

# Foreign names are written by ear, in French or in English: Dourov, Durov. Of the pairs of names
# within one article of PIAF, or within the seeds, this takes 12 for one, all rightly; an edit
# distance of 1 takes 73, with Manet and Monet, Japon and Jason among them.
_BY_EAR = tuple(
    spelling.split("/")
    for spelling in "tch/ch sch/ch sh/ch kh/k ck/k ph/f th/t ou/u w/v y/i".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class _Word:
    """A content word: its stem, and what it sounds like where a capital makes it a name."""

    stem: str
    name: str = ""

    def among(self, words: Sequence["_Word"]) -> bool:
        """Tell whether one of some words is the same; a stem is too short for two names."""
        return any(
            self.name == word.name if self.name and word.name else self.stem == word.stem
            for word in words
        )


@dataclass(frozen=True, slots=True)
class _Figure:
    """A number, or several in their order, with their label; or a date, as day, month and year.

    Several are a range, a score, or hours and minutes.
    A lone « 2000 » is both.
    """

    numbers: tuple[float, ...] = ()
    date: tuple[str, ...] = ()
    label: list[_Word] = field(default_factory=list)

    def same(self, other: "_Figure") -> bool:
        """Tell whether two figures may be one; a date may leave out what the other tells."""
        if self.date and other.date:
            unlike = [(a, b) for a, b in zip(self.date, other.date, strict=True) if a != b]
            return not any(a for a, _ in unlike) or not any(b for _, b in unlike)
        exact, others = ({w.stem for w in figure.label} & _EXACT for figure in (self, other))
        return (
            self.numbers == other.numbers and exact == others and _nested(self.label, other.label)
        )

    def is_aside(self, figures: Sequence["_Figure"]) -> bool:
        """Tell whether this is of another kind than some figures: « en 72 heures », « en 2021 »."""
        if self.date:
            return not any(figure.date for figure in figures)
        return bool(self.label) and not any(
            word.among(figure.label) for word in self.label for figure in figures
        )


@dataclass(slots=True)
class _Reading:
    """An answer as it is compared; `core` counts the words before its first preposition."""

    marks: frozenset[str | None]
    words: list[_Word] = field(default_factory=list)
    core: int = 0
    is_list: bool = False
    figures: list[_Figure] = field(default_factory=list)


def same_answer(left: str, right: str) -> bool:
    """Tell whether two short answers say the same: symmetric, not transitive.

    « Durand » is the same as « Paul Durand » and as « Pierre Durand ».
    """
    if left.casefold().split() == right.casefold().split():
        return True
    if max(len(left), len(right)) > _LONGEST:
        return False
    one, other = _read(left), _read(right)
    apart = one.marks ^ other.marks
    if apart & {"negated", "range"} or any(pair <= apart for pair in _OPPOSITES):
        return False
    if one.figures or other.figures:
        within = _holds(one.figures, other.figures) or _holds(other.figures, one.figures)
        return within and _nested(one.words, other.words)
    return _shortens(one, other) or _shortens(other, one)


def group_answers(texts: Sequence[str]) -> list[list[int]]:
    """Put together the answers that say the same.

    A text joins the first group whose first text it is the same as. The first, for that is the one
    shown; by way of any other, « Pierre Durand » could join « Paul Durand » through « Durand ».

    Args:
        texts: Answers, best first.

    Returns:
        Groups of places in `texts`, each place once and in order, the groups by their first.
    """
    groups: list[list[int]] = []
    for place, text in enumerate(texts):
        same = (group for group in groups if same_answer(texts[group[0]], text))
        if group := next(same, None):
            group.append(place)
        else:
            groups.append([place])
    return groups


def _nested(left: list[_Word], right: list[_Word]) -> bool:
    return all(w.among(right) for w in left) or all(w.among(left) for w in right)


def _holds(more: list[_Figure], fewer: list[_Figure]) -> bool:
    """Tell whether figures hold some others, lead with the same and add only asides."""
    rest = list(more)
    for figure in fewer:
        found = next((place for place, f in enumerate(rest) if f.same(figure)), None)
        if found is None:
            return False
        del rest[found]
    if not (fewer and rest):
        return bool(fewer)
    return fewer[0].same(more[0]) and all(figure.is_aside(fewer) for figure in rest)


def _shortens(short: _Reading, long: _Reading) -> bool:
    """Tell whether an answer without figures is another with fewer words, about the same thing.

    « Facebook » is « le groupe Facebook », not « les utilisateurs de Facebook » (another core),
    « Facebook et Twitter » (a list) or « Facebook Messenger » (a name goes on after its end).
    """
    if not (short.words and long.words):
        return False
    if short.is_list or long.is_list:
        both = ((short.words, long.words), (long.words, short.words))
        return all(w.among(these) for those, these in both for w in those)
    place = -1
    for word in short.words:
        later = range(place + 1, len(long.words))
        found = next((at for at in later if word.among(long.words[at : at + 1])), None)
        if found is None:
            return False
        place = found
    core = long.words[: long.core]
    goes_on = long.words[place].name and any(word.name for word in long.words[place + 1 :])
    return not goes_on and all(w.among(core) for w in short.words[: short.core])


def _content(word: str, *, is_unit: bool = False) -> list[_Word]:
    """Return a word's one stem, also of « vice-président », or nothing for a stop word.

    A unit is none, though its letters may be stop words: « m », « m/s ».
    """
    stem = "%" if word == "%" else "".join(analyze(word))
    if is_unit and not stem:
        stem = fold(word.lower())
    name = fold(word.lower()).removesuffix("s") if word[0].isupper() else ""
    if len(name) >= 5:  # Shorter names are often one sound apart: Ali, Aly.
        for written, heard in _BY_EAR:
            name = name.replace(written, heard)
        name = re.sub(r"(.)\1+", r"\1", name)
    return [_Word(stem, name)] if stem else []


def _read(text: str) -> _Reading:
    text = in_digits(text)
    reading = _Reading(frozenset(m.lastgroup for m in _MARK.finditer(fold(text.lower()))))
    letters = {found.start() for found in LETTER.finditer(text)}
    text = text.replace("'", " ")
    pieces = list(_PIECE.finditer(text))
    into, before, end = reading.words, "", 0
    for piece in pieces:
        plain = fold(piece[0].lower())
        date = _date(piece, before if pieces[1:] else "en")
        numbers = numbers_in("" if date and pieces[1:] else piece["run"] or "")
        is_next = into is not reading.words and text[end : piece.start()].isspace()
        if numbers and not date and is_next and before not in {"et", "ou", *_OF}:
            # « 2 heures 30 minutes » is one figure of two numbers.
            last = reading.figures.pop()
            reading.figures.append(replace(last, numbers=last.numbers + numbers))
        elif date or numbers:
            marks = [_Word(mark) for mark in ("nth", "minus") if piece[mark]]
            reading.figures.append(_Figure(numbers, date, marks))
            into = reading.words if date else marks
        elif piece["comma"]:
            named = any(word.name for word in reading.words) and not reading.figures
            if named and not reading.is_list and _APPOSITION.match(text, piece.end()):
                break
            into = reading.words
        elif piece.start() in letters:
            into.append(_Word(plain, plain))
        elif plain in _LINKS:
            into = reading.words
            reading.core = reading.core or len(into)
        elif plain in _OF:
            reading.core = reading.core or len(reading.words)
        elif plain not in _UNHEARD:
            is_after = into is not reading.words and before[-1:].isdigit()
            into += _content(piece[0], is_unit=is_after and len(plain.split("/")[0]) == 1)
        reading.is_list |= bool(piece["comma"]) or piece[0].lower() in ("et", "ou")
        before, end = plain, piece.end()
    reading.core = reading.core or len(reading.words)
    return reading


def _date(piece: re.Match[str], before: str) -> tuple[str, ...]:
    """Return the day, month and year of a piece, "" for what it leaves out; nothing for no date."""
    if piece["date"]:
        day = (piece["day"] or "").lower().replace("premier", "1").lstrip("0")
        return (day, piece["month"].lower(), piece["year"] or "")
    return ("", "", piece[0]) if before in _BEFORE_YEAR and _YEAR.fullmatch(piece[0]) else ()
