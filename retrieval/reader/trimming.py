"""Where a short answer starts and ends: on whole words, and not amid a bracket."""

import re

from retrieval.records import Span

_BLANK_LINE = re.compile(r"\s*\n\s*\n")
_HEAD = re.compile(r"(?:[\s,;:]|^[-–—•*](?=\s))+", re.MULTILINE)
_TAIL = re.compile(r"[\s,;:]+$")
_STOP = re.compile(r"[.…]+$")
# « J.-C. », « etc. », « D. »: the full stop is the word's own.
_ABBREVIATION = re.compile(r"(?:\.[^\s.]*|\betc|\b[^\W\d_])\.$")
_PAIRS = (("(", ")"), ("[", "]"), ("<", ">"), ("«", "»"), ("“", "”"))


def trim(text: str, start: int, end: int) -> Span:
    """Return the span of `text` that reads well as an answer and says what this one does.

    Words that are cut are taken whole; what follows a blank line, white space, punctuation at
    either end and half a pair of brackets or quotation marks are left out, its other half is taken
    in where it stands next to it. An empty span comes of nothing but these.
    """
    start, end = _without_punctuation(text, start, end)
    if blank := _BLANK_LINE.search(text, start, end):
        end = blank.start()
    while 0 < start < end and text[start].isalnum() and text[start - 1].isalnum():
        start -= 1
    while start < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    before = None
    while before != (start, end):
        before = start, end
        start, end = _without_punctuation(text, start, end)
        for opening, closing in _PAIRS:
            start, end = _balanced(text, start, end, opening, closing)
    return start, end


def _without_punctuation(text: str, start: int, end: int) -> Span:
    if found := _HEAD.match(text, start, end):
        start = found.end()
    if found := _TAIL.search(text, start, end):
        end = found.start()
    if (found := _STOP.search(text, start, end)) and not _ABBREVIATION.search(text, start, end):
        end = found.start()
    return start, end


def _balanced(text: str, start: int, end: int, opening: str, closing: str) -> Span:
    """Take in the other half of a pair that stands next to the span, or leave out the half."""
    open_halves = text.count(opening, start, end) - text.count(closing, start, end)
    if open_halves == 1:
        if found := re.compile(rf"\s?{re.escape(closing)}").match(text, end):
            end = found.end()
        elif text[start] == opening:
            start += 1
        elif text[end - 1] == opening:
            end -= 1
    elif open_halves == -1:
        if found := re.search(rf"{re.escape(opening)}\s?$", text[max(0, start - 2) : start]):
            start -= len(found[0])
        elif text[end - 1] == closing:
            end -= 1
        elif text[start] == closing:
            start += 1
    return start, end
