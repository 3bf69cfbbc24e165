"""What a file or a `corpus.toml` says of an article besides its text."""

import datetime as dt
import re
import reprlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_DATE_WITH_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of an article; whatever is unknown is None."""

    title: str | None = None
    source: str | None = None
    url: str | None = None
    date: str | None = None
    lang: str | None = None

    def corrected_by(self, other: "Metadata") -> "Metadata":
        """Take the other's word wherever it has one."""
        return replace(self, **{key: value for key, value in asdict(other).items() if value})


UNKNOWN = Metadata()
METADATA_KEYS = frozenset(field.name for field in fields(Metadata))


def parse_metadata(values: Mapping[str, object]) -> tuple[Metadata, list[str]]:
    """Read the keys of `Metadata` out of a mapping, and say which of their values are no good.

    Other keys are passed over, empty values are unknown, and a bad value is left out.
    """
    read: dict[str, str] = {}
    reasons = []
    for key in sorted(METADATA_KEYS & values.keys()):
        value = values[key]
        if isinstance(value, int | float | dt.date) and not isinstance(value, bool):
            value = value.isoformat() if isinstance(value, dt.date) else str(value)
        if value is None or value == "":
            continue
        if not isinstance(value, str) or not is_storable(value):
            reasons.append(f"{key} is {shown(value)}, which is not a line of text: it was left out")
            continue
        text = " ".join(value.split())
        if key != "date":
            read[key] = text
        elif (date := parse_date(text)) is not None:
            read[key] = date
        else:
            reasons.append(
                f"date is {shown(text)}, not an ISO date such as 2021, 2021-01 or 2021-01-12: "
                "it was left out"
            )
    return Metadata(**read), reasons


def shown(value: object) -> str:
    """Write a bad value down, shortened: it may be as long as its file."""
    short = reprlib.Repr()
    short.maxstring, short.maxlevel = 100, 1
    return short.repr(value)


def parse_date(text: str) -> str | None:
    """Read an ISO 8601 date that may stop at the year or the month; a time of day is dropped.

    Returns None for anything else, such as a day that the calendar doesn't have.
    """
    timed = _DATE_WITH_TIME.fullmatch(text)
    match = _DATE.fullmatch(timed[1] if timed else text)
    if match is None:
        return None
    year, month, day = match.groups("1")
    try:
        dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
    return match[0]


def is_storable(text: str) -> bool:
    """Tell whether UTF-8 can hold a text: JSON can spell half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
