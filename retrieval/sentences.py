"""Where the sentences of a French text start and end.

The rules stand here because no library tried would do. Of 63 of the cases in the tests, syntok gets
32 right, pysbd 35, sentencex and nupunkt 39, Bling Fire 48, and LanguageTool's rules (choppa-srx)
50. The last share 99.6 % of their sentence ends on PIAF with these, but take seconds for 500
characters of « M. M. M. »; here the time is linear in the text, whatever it holds.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from retrieval.records import Span

# Full stops and the like, with the closing marks that belong to them. A straight quotation mark
# closes where it touches what it closes, or stands free; the counts are bounded so that no text
# takes more than linear time.
_CANDIDATE = re.compile(
    r"(?<![.!?…])(?P<mark>[.!?…]++)"
    r"(?P<close>(?:(?:[ \u00a0\u202f]?[»”›)\]]|[\"'’]|[ \u00a0\u202f]\"(?!\S))[.!?…]*+){0,6}+)"
    r"\s++(?P<open>[«“‘‹\"'(\[–—\-•\s]{0,8})(?P<next>[^\W_]{0,12})(?P<apostrophe>['’]?)"
)
# The word before a full stop, inner full stops and hyphens included: « J.-C », « U.S.A ».
_WORD = re.compile(r"(?:§+|[^\W_]*(?:(?:\.-?|-)[^\W_]+)*)$")
_LOOKBEHIND = 24

# Never the end of a sentence: something always follows.
_TITLE = re.compile(
    r"M|MM|[Mm]mes?|[Mm]lles?|Mrs?|Ms|[DP]rs?|[dp]r|[Pp]rof|Me|Mgr|Ste?s?|Gal|Cdt|Cne|Lt|"
    r"[Aa]v|apr?|[Cc]f|[Ee]nv|[ÉéEe]d|[Tt]rad|[Cc]oll|[Dd]ir|vs|(?:p\.)?[Ee]x|[Cc]\.-à-d|i\.e|e\.g|"
    r"[Bb]l?d|[Bb]oul|pl|Ets"
)
# The end of a sentence only before a capital: « etc. Il » but « etc. et », « suppl. au ».
_BEFORE_CAPITAL = re.compile(
    r"etc|suppl|pers|juill?|janv|févr|sept|biblio|jurispr|paragr|commiss|équiv|encycl|suiv", re.I
)
# Followed by their number, in digits or Roman: « p. 12 », « chap. IV ».
_BEFORE_NUMBER = re.compile(
    r"pp?|nos?|[nthcfrvsdm]|§+|chap|ch|art|al|liv|vol|fig|tab|fasc|fol|tél|ann|sect|par|inv|"
    r"avr|oct|nov|déc|max|min|approx|dép|r[ée]f",
    re.I,
)
# Or in letters and digits: « art. L. 121-1 », « réf. RAL 1019 ».
_BEFORE_CODE = re.compile(r"art|r[ée]f", re.I)
_CODE = re.compile(r"(?:[LRD]|[A-Z]{2,8})[. \u00a0-]{0,2}\d")
# Followed by a day, or in a timetable by hours: « sam. 7 sept. », « Sam. 9h-12h ».
_WEEKDAY = re.compile(r"lun|mar|mer|jeu|ven|sam|dim", re.I)
_DAY = re.compile(r"(?:1er|\d\d?)\s+(?:janv|févr|mars|avr|mai|jui[nl]|août|sept|oct|nov|déc)", re.I)
_HOURS = re.compile(r"\d\d?\s?(?:h(?![^\W\d])|:\d\d)")
_NUMBER = re.compile(r"\d|[IVXLC]+$")
_INITIALS = re.compile(r"(?:[^\W\d_a-zà-öø-ÿœ]\.-?)*[^\W\d_a-zà-öø-ÿœ]")
# Followed by a surname, and no word, for want of a vowel: « Th. Gautier », « J.-Ch. Tacchella ».
_FIRST_NAME = re.compile(
    r"(?:[A-ZÉ][b-df-hj-np-tv-xz]{0,3}\.-?)*[B-DF-HJ-NP-TV-XZ][b-df-hj-np-tv-xz]{1,3}"
)
# Words no surname starts with: after « vitamine D. » they start a sentence.
_STARTER = re.compile(
    r"Ils?|Elles?|On|Nous|Cet?|Cette|Ces|Une?|[LD]es|Dans|Par|Pour|En|Mais|Avec|Après|Ainsi|"
    r"Chacune?|Depuis|Selon|Toutefois|Cependant|Lors|Puis|[CN]"
)
_ACRONYM_STARTER = re.compile(_STARTER.pattern + r"|L[ae]?")
_ERA = re.compile(r"\b(?:av|apr)\.\s*J\.-C$")

# A full stop inside a parenthesis that stands within a sentence doesn't end that sentence.
_PARENTHESIS = re.compile(r"\([^()]{0,300}\)")
# « Article 14-2. Fonds », but not « Victoire 3-2. Il marqua », nor « François 1er. Il régna ».
_ORDINAL = re.compile(
    r"\W*(?:(?P<noun>[A-ZÀ-ÖØ-ÞŒ][^\W\d_]+\.?\s)?"
    r"(?:\d{1,3}(?:\.\d{1,2})*|(?P<roman>[IVX]{1,5}))|[A-Za-z]|"
    r"(?i:art(?:icle|\.)|chap(?:itre|\.)|titre|livre|tome|partie|section|annexe|acte|scène)\s"
    r"(?i:(?:[lrd]\.?\s?)?\d{1,4}(?:-\d{1,3})*(?:er)?|Ier|premi(?:er|ère)|unique|préliminaire)"
    r"(?:\s(?:bis|ter|quater))?)$"
)
# What no sentence starts with: « Tél. : 02 41 55 18 70 ».
_GOES_ON = re.compile(r"[:;,](?=\s)")

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_FINAL = re.compile(r"[.!?…:;][»”›’\"')\]\s]*$")
_TAIL = 20
LIST_MARKER = re.compile(r"(?:[-–—•*]|\d{1,3}[.)°]|[a-z]\))\s+")
"""What a line of a list starts with."""
# « mardi : 12 h - 14 h », and what stands in columns.
_LABEL = re.compile(r"[^:]{1,40}:\s")
_COLUMNS = re.compile(r" {3}|\t")

# Wrapped at a fixed width, a paragraph breaks a line only where the next word wouldn't have fitted.
_MIN_WRAP_COLUMN, _MAX_WRAP_COLUMN = 40, 120


def split_sentences(text: str) -> list[Span]:
    """Find the sentences of a text, in order.

    The spans are trimmed, don't overlap, and hold every letter and digit; a text without one has
    none. A line break ends a sentence unless the line was plainly wrapped: a long line without
    final punctuation is followed by one in lower case that starts no item of a list, or the lines
    of the paragraph break just where a fixed width makes them. Lines that each have a label or hold
    columns were not, and neither were those of a paragraph that breaks one early.
    """
    return [
        sentence
        for start, end in split_paragraphs(text)
        for sentence in split_paragraph(text, start, end)
    ]


def has_stop(text: str, span: Span) -> bool:
    """Tell whether a sentence has final punctuation, as a headline has not."""
    return bool(_FINAL.search(text, max(span[0], span[1] - _TAIL), span[1]))


def ends_sentence(text: str, end: int) -> bool:
    """Tell whether the sentence that holds the mark before `end` says nothing after it."""
    return any(
        start < end <= last and not _says_something(text, (end, last))
        for start, last in split_sentences(text)
    )


def split_paragraphs(text: str) -> Iterator[Span]:
    """Join the lines that were one before they were wrapped.

    A line that is blank, or has no letter or digit, such as « *** », always parts.
    """
    group: list[Span] = []
    for match in _LINE.finditer(text):
        line = _trim(text, *match.span())
        if line is None or not _says_something(text, line):
            continue
        if group and text.count("\n", group[-1][1], line[0]) != 1:
            yield from _unwrap(text, group)
            group = []
        group.append(line)
    yield from _unwrap(text, group)


def _unwrap(text: str, lines: list[Span]) -> Iterator[Span]:
    if not lines:
        return
    if _has_fixed_width(text, lines):
        yield lines[0][0], lines[-1][1]
        return
    is_list = any(_breaks_early(text, line, after) for line, after in pairwise(lines))
    start = lines[0][0]
    for line, after in pairwise(lines):
        if is_list or not _runs_on(text, line, after):
            yield start, line[1]
            start = after[0]
    yield start, lines[-1][1]


def _has_fixed_width(text: str, lines: list[Span]) -> bool:
    """Tell whether each line is as full as the longest allows, over three lines at least."""
    width = max(end - start for start, end in lines)
    if len(lines) < 3 or not _MIN_WRAP_COLUMN <= width <= _MAX_WRAP_COLUMN:
        return False
    return not _are_items(text, lines) and all(
        _is_full(text, line, after, width) for line, after in pairwise(lines)
    )


def _is_full(text: str, line: Span, after: Span, width: int) -> bool:
    """Tell whether a line has no room for the next one's first word, or was broken within it."""
    first_word = text[slice(*after)].split(maxsplit=1)[0]
    return text[line[1] - 1] == "-" or line[1] - line[0] + 1 + len(first_word) > width


def _are_items(text: str, lines: Sequence[Span]) -> bool:
    """Tell whether each of some lines has a label, or one has columns, as of code."""
    return all(_LABEL.match(text, *line) for line in lines) or any(
        _COLUMNS.search(text, *line) for line in lines
    )


def _breaks_early(text: str, line: Span, after: Span) -> bool:
    """Tell whether a line broke before it was half full, though the next starts no sentence."""
    return (
        not has_stop(text, line)
        and text[line[1] - 1] != ","
        and (text[after[0]].islower() or text[after[0]].isdigit())
        and not LIST_MARKER.match(text, *after)
        and not _is_full(text, line, after, _MIN_WRAP_COLUMN // 2)
    )


def _runs_on(text: str, line: Span, after: Span) -> bool:
    return (
        not has_stop(text, line)
        and (text[after[0]].islower() or text[line[1] - 1] == ",")
        and not LIST_MARKER.match(text, *after)
        and not _are_items(text, (line, after))
        and _is_full(text, line, after, _MIN_WRAP_COLUMN)
    )


def split_paragraph(text: str, start: int, end: int) -> Iterator[Span]:
    """Split `text[start:end]`, which starts and ends with a character that isn't white space."""
    parentheses = _PARENTHESIS.finditer(text, start, end)
    parenthesis = next(parentheses, None)
    pending: Span | None = None
    for match in _CANDIDATE.finditer(text, start, end):
        while parenthesis is not None and parenthesis.end() <= match.start():
            parenthesis = next(parentheses, None)
        if parenthesis is not None and _is_aside(parenthesis.span(), start, match):
            continue
        if not _ends_sentence(text, start, match):
            continue
        sentence = start, match.end("close")
        start = match.start("open")
        # « […] » or « ). » alone says nothing: it goes with the sentence before.
        if pending is not None and not _says_something(text, sentence):
            pending = pending[0], sentence[1]
            continue
        if pending is not None:
            yield pending
        pending = sentence
    last = start, end
    if pending is not None:
        if not _says_something(text, last):
            last = pending[0], end
        else:
            yield pending
    yield last


def _is_aside(parenthesis: Span, start: int, match: re.Match[str]) -> bool:
    opened, closed = parenthesis
    return start < opened < match.start("mark") and match.end("close") < closed


def _says_something(text: str, span: Span) -> bool:
    return any(character.isalnum() for character in text[span[0] : span[1]])


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    """Tell whether a mark followed by white space ends the sentence that starts at `start`."""
    if not match["next"] and _GOES_ON.match(text, match.end()):
        return False
    following = match["next"]
    word = ""
    if match["mark"] == "." and not match["close"]:
        word = _word_before(text, start, match.start())
        if word and _is_abbreviation(text, start, match.start(), word, match):
            return False
    if not following[:1].islower():
        return True
    # Careless writing has no capitals, but a short word is more likely an abbreviation, and so is
    # a capitalised one within the sentence: « (Cass. soc. ».
    is_plain = word.islower() or match.start() - len(word) == start
    return len(word) >= 4 and word.isalpha() and is_plain and not match["open"].strip()


def _word_before(text: str, start: int, end: int) -> str:
    found = _WORD.search(text[max(start, end - _LOOKBEHIND) : end])
    return found[0] if found else ""


def _is_abbreviation(text: str, start: int, end: int, word: str, match: re.Match[str]) -> bool:
    following = match["next"]
    is_number = _NUMBER.match(following) and not match["apostrophe"]
    if (
        _TITLE.fullmatch(word)
        or (_BEFORE_NUMBER.fullmatch(word) and is_number)
        or (_BEFORE_CODE.fullmatch(word) and _CODE.match(text, match.start("next")))
        or (_WEEKDAY.fullmatch(word) and _goes_with_day(text, word, match))
    ):
        return True
    if _FIRST_NAME.fullmatch(word):
        return bool(is_number) or (following[:1].isupper() and not _STARTER.fullmatch(following))
    if _BEFORE_CAPITAL.fullmatch(word):
        return not following[:1].isupper()
    if _INITIALS.fullmatch(word) and text[max(0, end - len(word) - 1)] != "°":
        if _ERA.search(text[max(start, end - _LOOKBEHIND) : end]):
            return False
        starter = _ACRONYM_STARTER if len(word) > 1 else _STARTER
        return not starter.fullmatch(following)
    return end - start <= _LOOKBEHIND and _is_ordinal(text[start:end], following)


def _goes_with_day(text: str, word: str, match: re.Match[str]) -> bool:
    """Tell whether what follows goes with a day: « 7 sept. », « 9h-12h », « - Ven. »."""
    if set("-–—").isdisjoint(match["open"]):
        place = match.start("next")
        return bool(_DAY.match(text, place) or (word.istitle() and _HOURS.match(text, place)))
    return _WEEKDAY.fullmatch(match["next"]) is not None and text.startswith(".", match.end())


def _is_ordinal(start: str, following: str) -> bool:
    """Tell whether a heading's number starts the sentence: « Chapitre II. Dispositions »."""
    ordinal = _ORDINAL.match(start)
    if ordinal is None:
        return False
    # « Louis XIV. Il régna. »
    return not (ordinal["noun"] and ordinal["roman"] and _STARTER.fullmatch(following))


def _trim(text: str, start: int, end: int) -> Span | None:
    piece = text[start:end]
    stripped = piece.strip()
    if not stripped:
        return None
    start += len(piece) - len(piece.lstrip())
    return start, start + len(stripped)
