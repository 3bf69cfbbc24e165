"""A time or a number that stands in for another: « Et le samedi ? », « Et pour 15 ans ? »."""

import re

from retrieval.followups.grammar import GAP, PREPOSITION, head_end, joined, preposition_of
from retrieval.notation import MONTHS
from retrieval.weekdays import WEEKDAYS

_YEAR = re.compile(r"\b(?:1[0-9]{3}|20[0-9]{2})\b")
_MOMENT = r"(?:(?:(?:le|les|ce|du) )?(?:matins?|soirs?)|(?:l['’]|cet |les )?après[- ]midi)"
_DAY = (
    r"(?:(?:(?:le|les|ce|du) )?"
    rf"(?:(?:{'|'.join(WEEKDAYS)})s?(?: (?:\d\d?|1er) (?:{'|'.join(MONTHS)}))?|week[- ]?ends?|"
    r"jours? fériés?)|en semaine|demain|hier)"
)
_SEASON = (
    r"(?:(?:en |l['’])(?:été|hiver|automne)|(?:au|le) printemps|(?:en|(?:le )?(?:\d\d?|1er)) "
    rf"(?:{'|'.join(MONTHS)})"
    r"(?: \d{4})?)"
)
TIME = rf"(?:{_DAY}(?: {_MOMENT})?|{_MOMENT}|{_SEASON})"
_TIMES = tuple(
    # « le Samedi », not « Samedi Magazine ».
    re.compile(rf"(?<![\w'’-])(?i:{time})(?![\w-]| [A-ZÀ-Þ])")
    for time in (rf"{_DAY}(?: {_MOMENT})?", _MOMENT, _SEASON)
)

_DURATION = r"(?:secondes?|minutes?|heures?|jours?|semaines?|mois|trimestres?|ans?|années?)"
_COUNT = (
    r"(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d+(?:[.,]\d+)?|deux|trois|quatre|cinq|"
    r"six|sept|huit|neuf|dix|douze|quinze|vingt|trente|"
    rf"une?(?= {_DURATION}\b))(?![\w'’])"
)
_QUANTITY = re.compile(
    rf"(?<![\w'’])(?:(?P<preposition>{PREPOSITION}){GAP})?(?:(?:le|la) )?(?P<count>{_COUNT})"
    r"(?: ?(?P<noun>€|(?<= )[^\W\d_]{2,}))?",
    re.IGNORECASE,
)


def is_time(topic: str) -> bool:
    """Tell whether a text is a day, a part of it or a season, with no capital within."""
    return topic[1:].islower() and any(time.fullmatch(topic) for time in _TIMES)


def swap_time(topic: str, previous: str) -> str | None:
    """Replace the year, or the day or part of a day, which may also be added."""
    time = topic.lower()
    alike = next((pattern for pattern in _TIMES if pattern.fullmatch(time)), None)
    old = alike.search(previous) if alike else None
    if old:
        return joined(previous[: old.start()], time) + previous[old.end() :]
    year, old_year = _YEAR.search(topic), _YEAR.search(previous)
    if year and old_year:
        return previous[: old_year.start()] + year[0] + previous[old_year.end() :]
    return f"{previous} {time}" if alike else None


def swap_number(rest: str, previous: str) -> str | None:
    """Replace a number: « et trois », « et pour 15 ans »."""
    asked = _QUANTITY.fullmatch(rest)
    old = _like_quantity(asked, previous) if asked else None
    if asked is None or old is None:
        return None
    new = rest[asked.start("count") :]
    of = "d'" if new.lower().startswith("un") else "de "
    before = re.sub(r"(?<![\w'’])d(?:e |['’])$", of, previous[: old.start("count")])
    return before + new + previous[old.end() if asked["noun"] else old.end("count") :]


def _like_quantity(asked: re.Match[str], previous: str) -> re.Match[str] | None:
    """Find the quantity that another replaces: of the same thing, of time, or in its place."""
    found = [
        quantity
        for quantity in _QUANTITY.finditer(previous, head_end(previous))
        if _is_money(quantity["noun"]) or not _YEAR.fullmatch(quantity["count"])
    ]
    if not asked["noun"]:
        return found[0] if len(found) == 1 else None
    noun, preposition = asked["noun"].lower(), preposition_of(asked)
    near = [
        (quantity["noun"].lower(), preposition_of(quantity), quantity)
        for quantity in found
        if quantity["noun"] and preposition in {"", "pour", preposition_of(quantity)}
    ]
    same = [each for other, _, each in near if noun.rstrip("sx") == other.rstrip("sx")]
    is_duration = re.compile(_DURATION).fullmatch
    durations = [each for other, _, each in near if is_duration(noun) and is_duration(other)]
    alike = [each for _, other, each in near if preposition and preposition == other]
    return next(iter(same + durations + alike), None)


def _is_money(noun: str | None) -> bool:
    return noun is not None and noun.lower() in {"€", "euro", "euros"}
