"""The rows of a timetable, each with its days: « samedi et dimanche : 10 h - 18 h »."""

import re
from collections.abc import Sequence

from retrieval.french import fold

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_WHOLE = {day[:3]: day for day in WEEKDAYS}
# « lundis », « lun. »; in a range « lun » too, elsewhere « mer » is another word.
_ENDING = "(?:di|credi|dredi|edi|anche)s?"
_BEGINNING = rf"\b({'|'.join(_WHOLE)})"
_NAMED = re.compile(rf"{_BEGINNING}(?:{_ENDING}\b|\.)")
_DAY = rf"{_BEGINNING}(?:{_ENDING}\b|\.|\b)"
_MOMENT = r"(?: (?:matin|midi|apres-midi|soir|inclus|\d\d?)\b)?"
_RANGE = re.compile(rf"{_DAY}{_MOMENT}\s*(?:(?:jusqu['’])?au?\b|[-–—−‐‑→])\s*{_DAY}")
_WORKDAYS = re.compile(r"\ben semaine\b")
_WEEKEND = re.compile(r"\bweek[ -]?ends?\b")
_LABEL = re.compile(rf"[^:]{{1,60}}?(?= ?:| [–—-] (?!{_DAY})| ?\||\t)")
# « Lundi et mardi 9h-12h », « Mercredi fermé ».
_UNMARKED = re.compile(
    rf"\W*+(?:(?:{_BEGINNING}(?:{_ENDING}\b|\.)|(?:du|le|les|au|a|et|matin|soir|apres-midi)\b)"
    r"[\s,/–-]*+)++"
    r"(?=(?:de )?\d\d? ?(?:h|:\d)|ferme)"
)
_BUT = re.compile(r"\b(?:sauf|hors|excepte)\b")


def weekdays(text: str) -> frozenset[str]:
    """Return the days of the week that a text names, with those between « lundi à vendredi »."""
    plain = fold(text.lower())
    named = {_WHOLE[short] for short in _NAMED.findall(plain)}
    for first, last in _RANGE.findall(plain):
        start, end = WEEKDAYS.index(_WHOLE[first]), WEEKDAYS.index(_WHOLE[last])
        named.update(WEEKDAYS[(start + day) % 7] for day in range((end - start) % 7 + 1))
    if _WORKDAYS.search(plain):
        named.update(WEEKDAYS[:5])
    if _WEEKEND.search(plain):
        named.update(WEEKDAYS[5:])
    return frozenset(named)


def rows_of_other_days(sentences: Sequence[str], asked: str) -> list[int]:
    """Number the rows of days that a question doesn't name, where others are of the one it does.

    « Tous les jours sauf le mardi » is a row of none.
    """
    days = weekdays(asked.rstrip(" ."))  # « … de la mer. » ends a question.
    if not days:
        return []
    rows = {
        number: named
        for number, sentence in enumerate(sentences)
        if (label := _label(sentence)) and (named := weekdays(label))
    }
    others = [number for number, named in rows.items() if named.isdisjoint(days)]
    return others if len(others) < len(rows) else []


def _label(sentence: str) -> str | None:
    plain = fold(sentence.lower())
    found = _UNMARKED.match(plain) or _LABEL.match(plain)
    return None if found is None or _BUT.search(found[0]) else found[0]
