"""The rows of a timetable, each with its days: « samedi et dimanche : 10 h - 18 h »."""

import re
from collections.abc import Sequence

from retrieval.french import fold

_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_DAY = rf"({'|'.join(_DAYS)})s?"
_NAMED = re.compile(rf"\b{_DAY}\b")
_RANGE = re.compile(rf"\b{_DAY} ?(?:au|a|-|–) ?{_DAY}\b")
_LABEL = re.compile(r"[^:]{1,60}?(?= ?:| [–—-] )")


def weekdays(text: str) -> frozenset[str]:
    """Return the days of the week that a text names, with those between « lundi à vendredi »."""
    plain = fold(text.lower())
    named = set(_NAMED.findall(plain))
    for first, last in _RANGE.findall(plain):
        start, end = _DAYS.index(first), _DAYS.index(last)
        named.update(_DAYS[(start + day) % 7] for day in range((end - start) % 7 + 1))
    return frozenset(named)


def rows_of_other_days(sentences: Sequence[str], asked: str) -> list[int]:
    """Number the rows of days that a question doesn't name, where others are of the one it does."""
    days = weekdays(asked)
    if not days:
        return []
    rows = {
        number: named
        for number, sentence in enumerate(sentences)
        if (label := _LABEL.match(sentence)) and (named := weekdays(label[0]))
    }
    others = [number for number, named in rows.items() if named.isdisjoint(days)]
    return others if len(others) < len(rows) else []
