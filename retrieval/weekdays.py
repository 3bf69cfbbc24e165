"""The days of the week that a text names."""

import re

from retrieval.french import fold

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_WHOLE = {day[:3]: day for day in WEEKDAYS}
# « lundis », « lun. »; in a range « lun » too, elsewhere « mer » is another word.
_ENDING = "(?:di|credi|dredi|edi|anche)s?"
_BEGINNING = rf"\b({'|'.join(_WHOLE)})"
NAMED_DAY = rf"{_BEGINNING}(?:{_ENDING}\b|\.)"
DAY = rf"{_BEGINNING}(?:{_ENDING}\b|\.|\b)"
_MOMENT = r"(?: (?:matin|midi|apres-midi|soir|inclus|\d\d?)\b)?"
_RANGE = re.compile(rf"{DAY}{_MOMENT}\s*(?:(?:jusqu['’])?au?\b|[-–—−‐‑→])\s*{DAY}")
_NAMED = re.compile(NAMED_DAY)
_WORKDAYS = re.compile(r"\ben semaine\b")
_WEEKEND = re.compile(r"\bweek[ -]?ends?\b")


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
