"""Entities: the formatted stretches of a text, as the Bot API counts them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit


class FormattingError(ValueError):
    """Telegram would refuse this text; the message is what follows « Bad Request: »."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A formatted stretch of a text, `text[start:end]` in Python's code points."""

    kind: str
    start: int
    end: int
    url: str | None = None

    def to_api(self, text: str) -> dict[str, object]:
        """Returns the Bot API's object, whose offset and length count UTF-16 code units."""
        units: dict[str, object] = {
            "type": self.kind,
            "offset": _utf16_length(text[: self.start]),
            "length": _utf16_length(text[self.start : self.end]),
        }
        return units if self.url is None else {**units, "url": self.url}


def _utf16_length(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def in_order(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Sorts entities as Telegram returns them: by start, the outer before the inner."""
    return tuple(sorted(entities, key=lambda e: (e.start, -e.end, "blockquote" not in e.kind)))


def checked_link(url: str) -> str | None:
    """Returns the link as Telegram keeps it, or None where it would drop it."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:  # an unclosed IPv6 bracket
        return None
    if parts.scheme.lower() not in {"http", "https"} or "." not in host.strip("."):
        return None
    if re.search(r"[\s<>\"]", parts.netloc):
        return None
    return parts._replace(path=parts.path or "/").geturl()


def cant_parse(reason: str) -> FormattingError:
    """Makes the error that opens as Telegram's do."""
    return FormattingError(f"can't parse entities: {reason}")
