"""Taking what is not the article out of its text, and mending named damage."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from retrieval.records import Span


@dataclass(frozen=True, slots=True)
class Repair:
    """Damage that stands once in a text, and what it should read."""

    find: str
    replace: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cleaned text, and the sorted offsets at which something was taken out of it."""

    text: str
    breaks: tuple[int, ...]


def remove(text: str, spans: Iterable[Span]) -> Cleaned:
    """Take spans out of a text and tidy the white space that is left around them.

    What stood on either side keeps the wider of the two gaps that parted it from what was
    removed: a blank line, a line break, a space, or nothing. White space at both ends of the
    text goes too. The breaks are the offsets at which the text goes on after a removal; there is
    none at either end.
    """
    pieces: list[str] = []
    breaks: list[int] = []
    length = position = 0
    gap_before = ""
    for start, end in [*_merge(text, spans), (len(text), len(text))]:
        raw = text[position:start]
        position = end
        piece = raw.strip()
        if not piece:
            continue
        if pieces:
            gap_after = raw[: len(raw) - len(raw.lstrip())]
            separator = _separator(gap_before, gap_after)
            pieces.append(separator)
            length += len(separator)
            breaks.append(length)
        pieces.append(piece)
        length += len(piece)
        gap_before = raw[len(raw.rstrip()) :]
    return Cleaned("".join(pieces), tuple(breaks))


def _separator(before: str, after: str) -> str:
    lines = max(before.count("\n"), after.count("\n"))
    return "\n" * min(lines, 2) or " " * bool(before or after)


def _merge(text: str, spans: Iterable[Span]) -> list[Span]:
    """Join spans that overlap or have nothing but white space between them."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and not text[merged[-1][1] : start].strip():
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged


def matches(pattern: re.Pattern[str], text: str) -> list[Span]:
    """Find everything a pattern matches, empty matches aside."""
    return [match.span() for match in pattern.finditer(text) if match.end() > match.start()]
