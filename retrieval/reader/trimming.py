"""Where a short answer starts and ends: on whole words, in a sentence, and not amid a bracket."""

import re
from functools import lru_cache

from retrieval.records import Span
from retrieval.rows import cells
from retrieval.sentences import LIST_MARKER, ends_sentence, split_sentences

_BLANK_LINE = re.compile(r"\s*\n\s*\n")
_HEAD = re.compile(r"[\s,;:]+")
_TAIL = re.compile(r"[\s,;:]+$")
_STOP = re.compile(r"[.…]+$")
_INNER_STOP = re.compile(r"(?<=[^\W\d_])\.(?=[,)]|\s+\w)")
# « J.-C. », « etc. », « D. »: the full stop is the word's own, though a sentence may end there;
# « 5 m. » is no such word.
_ABBREVIATION = re.compile(r"(?:\.[^\s.]+|\betc|(?<!\d)(?<!\d[ \u00a0\u202f])\b[^\W\d_])\.$")
# A file, package or domain: « archive.tar.gz »; « vrai.Ils » lacks a blank.
_PART = r"\w++(?:-\w++)*+"
_DOTTED = rf"(?<![\w.-]){_PART}(?:\.(?=[a-zà-öø-ÿ]){_PART})++(?:\.{_PART})*+"
# What is never cut: a web or e-mail address, a telephone number, « 15 000 », « 1,5 », a word.
_WHOLE = re.compile(
    r"(?:https?://|www\.)[^\s()\[\]<>«»“”\"]*[\w/]|(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)*|"
    rf"{_DOTTED}|"
    r"[^\W\d_]*+(?:(?:\+\d\d[ \u00a0\u202f]?|0)\d(?:[ .\u00a0\u202f-]?\d\d){4}(?!\d)|"
    r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)(?:,\d+)?|\d+(?:[.,]\d+)+)[^\W_]*|[^\W_]+"
)
# What a number isn't whole without: « 25 M€ », « 50 % », « 20 °C ».
_SIGN = re.compile(r"(?<=\d)[ \u00a0\u202f]?(?:(?:k|M|Mds?)?[€$£]|%|°C?)(?![^\W_])")
_LONGEST = 40  # Characters of such a thing before its last space.
# « 2) » has no other half.
_ENUMERATED = re.compile(r"(?<!\S)\w{1,2}$")
_BRACKETS = ("(", ")"), ("[", "]")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_PAIRS = (*_BRACKETS, ("<", ">"), ("«", "»"), ("“", "”"), ('"', '"'))


def trim(text: str, start: int, end: int) -> Span:
    """Return the span of `text` that reads well as an answer and says what this one does.

    Words, numbers and addresses that are cut are taken whole, with the stop of an abbreviation and
    the sign of a number; what follows the sentence that it begins in, a list's marker, white space,
    punctuation at either end, brackets around it all and half a pair of brackets or quotation marks
    are left out, with what follows half a bracket; its other half is taken in where it stands next
    to it. After a sentence that ends in a colon it goes on, to a blank line, and in a rendered
    table not into the next column. An empty span comes of nothing but these.

    Of the answers in PIAF's 6,924 training questions 8 go on after the end of a sentence.
    """
    start, end = _whole(text, *_without_punctuation(text, start, end))
    before = None
    while start < end and before != (start, end):
        before = start, end
        end += _is_abbreviated(text, end)
        start, end = _within_sentence(text, start, end)
        start, end = _within_cell(text, start, end)
        start, end = _without_punctuation(text, start, end)
        for opening, closing in _PAIRS:
            start, end = _balanced(text, start, end, opening, closing)
        if _BRACKETED.fullmatch(text, start, end):
            start, end = start + 1, end - 1
        if before == (start, end):
            end = _before_half_bracket(text, start, end)
    return start, max(start, end)


def _whole(text: str, start: int, end: int) -> Span:
    """Take in the rest of what is cut at either end."""
    near = text.rfind(" ", 0, max(0, start - _LONGEST)) + 1
    for match in _WHOLE.finditer(text, near) if start < end else ():
        if match.start() >= end:
            break
        if match.start() < start < match.end():
            start = match.start()
        if match.start() < end < match.end():
            end = match.end()
    sign = _SIGN.match(text, end) if start < end else None
    return start, sign.end() if sign else end


def _within_sentence(text: str, start: int, end: int) -> Span:
    """Leave out the marker of a list, and what follows the sentence."""
    sentence = next((span for span in _sentences(text) if start < span[1]), None)
    if sentence is None:
        return end, end
    first, last = sentence
    start = max(start, first)
    if (marker := LIST_MARKER.match(text, first, last)) and start < marker.end():
        start = marker.end()
    if text[last - 1] != ":":
        return start, min(end, last)
    blank = _BLANK_LINE.search(text, start, end)
    return start, blank.start() if blank else end


@lru_cache(maxsize=1)  # Of one passage after the other several spans are trimmed.
def _sentences(text: str) -> tuple[Span, ...]:
    return tuple(split_sentences(text))


def _within_cell(text: str, start: int, end: int) -> Span:
    """Leave out the columns after the one that it begins in, and the name of its own.

    What begins with its row's label goes on, and so does what holds several columns' names.
    """
    first = text.rfind("\n", 0, start) + 1
    for cell in cells(text[first:].partition("\n")[0]):
        name, value, last = first + cell.start, first + cell.value, first + cell.end
        if value <= start < last:
            return start, min(end, last)
        if name <= start < value < end <= last:
            return value, end
    return start, end


def _without_punctuation(text: str, start: int, end: int) -> Span:
    if found := _HEAD.match(text, start, end):
        start = found.end()
    if found := _TAIL.search(text, start, end):
        end = found.start()
    if (found := _STOP.search(text, start, end)) and not (
        _ABBREVIATION.search(text, start, end) or _is_abbreviated(text, found.start())
    ):
        end = found.start()
    return start, end


def _is_abbreviated(text: str, end: int) -> bool:
    """Tell whether the word that ends here has a stop of its own: « 48.000 fr. furent donnés »."""
    return _INNER_STOP.match(text, end) is not None and not ends_sentence(text, end + 1)


def _balanced(text: str, start: int, end: int, opening: str, closing: str) -> Span:
    """Take in the other half of a pair that stands next to the span, or leave out the half."""
    open_halves = text.count(opening, start, end) - text.count(closing, start, end)
    is_odd = opening == closing and text.count(opening, start, end) % 2 == 1
    lacks_closing, lacks_opening = is_odd or open_halves == 1, is_odd or open_halves == -1
    before = re.search(rf"{re.escape(opening)}[ \u00a0\u202f]?$", text[max(0, start - 2) : start])
    after = re.compile(rf"[ \u00a0\u202f]?{re.escape(closing)}").match(text, end)
    if lacks_closing and after:
        end = after.end()
    elif lacks_opening and before:
        start -= len(before[0])
    elif lacks_closing or lacks_opening:
        half = opening if lacks_closing else closing
        if text[start] == half:
            start += 1
        elif text[end - 1] == half:
            end -= 1
    return start, end


def _before_half_bracket(text: str, start: int, end: int) -> int:
    """Return where the first bracket within the span stands that has no other half, or the end."""
    for opening, closing in _BRACKETS:
        opened: list[int] = []
        for place in range(start, end):
            if text[place] == opening:
                opened.append(place)
            elif text[place] == closing and opened:
                opened.pop()
            elif text[place] == closing and not _ENUMERATED.search(text[max(0, place - 3) : place]):
                opened.append(place)
                break
        if opened and opened[0] > start:
            end = opened[0]
    return end
