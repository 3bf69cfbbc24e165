"""Answers to Telegram's HTML: every message within its limits, every quotation whole."""

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from telegram.constants import MessageLimit

from bot import messages
from retrieval.records import Answer, Citation, Context, Quotation, Reference, Span, Status

MAX_LENGTH = int(MessageLimit.MAX_TEXT_LENGTH)
"""What a message may hold once its tags are read. Counted in UTF-16 units, the strictest way."""

SHOWN = 3
MAX_LABEL = 200
MAX_URL = 1000
ALSO_NAMED = 3
SOURCES_PER_PAGE = 8

# A Braille blank, an object's placeholder, and the marks that Telegram removes.
_BLANK = frozenset("\u2800\ufffc\u030a\u0333\u033f")
_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Rendered:
    """One answer in messages of HTML, to be sent in order; `shown` citations stand in them."""

    messages: tuple[str, ...]
    shown: int


def plain(source: str) -> str:
    """Return what a person reads of our own HTML: for when Telegram refuses the tags."""
    return html.unescape(_TAG.sub("", source))


def length(text: str) -> int:
    """Count UTF-16 units: at least as many as Telegram counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def render_answer(answer: Answer, *, asked: str | None = None, english: bool = False) -> Rendered:
    """Render an answer: how it was understood, then up to three citations.

    The first stands in full, over several messages where one cannot hold it; the others are
    folded, and left out where they do not fit. `asked` repeats a question that the person
    did not type.
    """
    reading = messages.understood(answer.understood) if answer.understood else asked
    head = f"<i>{_escape(clip(reading, 500))}</i>\n\n" if reading else ""
    if answer.status is Status.NONE or not answer.citations:
        nothing = messages.NOTHING_IN_ENGLISH if english else messages.NOTHING
        return Rendered((head + _escape(nothing),), 0)
    if answer.status is Status.RELATED:
        head += f"{messages.RELATED}\n\n"
    sayings = answer.status is Status.ANSWERED
    first = _first_citation(answer.citations[0], head, bold=sayings)
    if not sayings:
        return Rendered(first, 1)
    last, shown = first[-1], 1
    for number, citation in enumerate(answer.citations[1:SHOWN], start=2):
        extended = f"{last}\n\n{_folded(citation, number)}"
        if length(plain(extended)) > MAX_LENGTH:
            break
        last, shown = extended, number
    return Rendered((*first[:-1], last), shown)


def render_others(citations: Sequence[Citation], *, first: int) -> tuple[str, int]:
    """Render further citations, numbered from `first`, as one message; tell how many fit.

    At least one is shown: where not even that fits, it ends at a word with `[…]`.
    """
    text, shown = f"<b>{messages.OTHERS_TITLE}</b>", 0
    for number, citation in enumerate(citations[:SHOWN], start=first):
        extended = f"{text}\n\n{_folded(citation, number)}"
        if length(plain(extended)) > MAX_LENGTH:
            break
        text, shown = extended, shown + 1
    if not shown:
        source = _source_lines(citations[0], first)
        room = MAX_LENGTH - length(plain(text)) - length(plain(source)) - 20
        part = split(citations[0].text, room)[0]
        quote = f"<blockquote expandable>{_escape(part)} {messages.CUT}</blockquote>"
        return f"{text}\n\n{quote}\n{source}", 1
    return text, shown


def context_room(quotation: Quotation) -> int:
    """Return how many characters of context fit on each side of a quotation; 0 where none do."""
    source = length(plain(_source_line(quotation.reference, 1)))
    room = MAX_LENGTH - length(quotation.text) - source - length(messages.CONTEXT_TITLE) - 20
    # The context's own characters may count two units each.
    return max(0, room // 4)


def render_context(context: Context) -> str:
    """Render a quotation in bold amid what comes before and after it in the article."""
    quotation = context.quotation
    before = f"{_escape(context.before)} " if context.before else ""
    after = f" {_escape(context.after)}" if context.after else ""
    return (
        f"<b>{messages.CONTEXT_TITLE}</b>\n"
        f"<blockquote>{before}<b>{_escape(quotation.text)}</b>{after}</blockquote>\n"
        f"{_source_line(quotation.reference, 1)}"
    )


def render_sources(references: Sequence[Reference], page: int) -> str:
    """Render a page, from 0, of the list of articles."""
    if not references:
        return _escape(messages.NO_SOURCES)
    first = page * SOURCES_PER_PAGE
    listed = references[first : first + SOURCES_PER_PAGE]
    title = messages.sources_title(first + 1, first + len(listed), len(references))
    lines = [f"{number}. {_named(each)}" for number, each in enumerate(listed, start=first + 1)]
    return "\n\n".join([f"<b>{_escape(title)}</b>", *lines])


def split(text: str, limit: int) -> list[str]:
    """Cut a text into parts of at most `limit` UTF-16 units, between words where there are any.

    The parts joined are the text. A word longer than a part is cut between two characters,
    where possible not before a mark that combines with the one before it.
    """
    parts = []
    start = 0
    while start < len(text):
        end = _reach(text, start, limit)
        if end < len(text):
            end = _break_before(text, start, end)
        parts.append(text[start:end])
        start = end
    return parts


def clip(text: str, limit: int) -> str:
    """Shorten a label to so many characters, at a word, with « … »."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    return split(text, limit - 1)[0][: limit - 1].rstrip() + "…"


def _first_citation(citation: Citation, head: str, *, bold: bool) -> tuple[str, ...]:
    source = _source_lines(citation, 1)
    highlights = citation.highlights if bold else ()
    whole = f"{head}{_quoted(citation.text, highlights)}\n{source}"
    if length(plain(whole)) <= MAX_LENGTH:
        return (whole,)
    room = MAX_LENGTH - max(length(plain(head)), length(plain(source)) + 1)
    quotes = []
    start = 0
    for part in split(citation.text, room):
        spans = [
            (max(a - start, 0), min(b - start, len(part)))
            for a, b in highlights
            if a < start + len(part) and b > start
        ]
        quotes.append(_quoted(part, spans))
        start += len(part)
    quotes[0] = head + quotes[0]
    quotes[-1] = f"{quotes[-1]}\n{source}"
    # Telegram refuses a message in which there is nothing to see.
    return tuple(quote for quote in quotes if _is_visible(plain(quote)))


def _folded(citation: Citation, number: int) -> str:
    quote = _quoted(citation.text, citation.highlights, expandable=True)
    return f"{quote}\n{_source_lines(citation, number)}"


def _quoted(text: str, bold: Sequence[Span], *, expandable: bool = False) -> str:
    parts = []
    at = 0
    for start, end in sorted(bold):
        parts.append(f"{_escape(text[at:start])}<b>{_escape(text[start:end])}</b>")
        at = end
    parts.append(_escape(text[at:]))
    tag = "blockquote expandable" if expandable else "blockquote"
    return f"<{tag}>{''.join(parts)}</blockquote>"


def _source_lines(citation: Citation, number: int) -> str:
    line = _source_line(citation.quotations[0].reference, number)
    others = [_named(q.reference) for q in citation.quotations[1 : 1 + ALSO_NAMED]]
    return f"{line}\n{messages.also_in(others)}" if others else line


def _source_line(reference: Reference, number: int) -> str:
    return f"[{number}] {_named(reference)}"


def _named(reference: Reference) -> str:
    label = _escape(clip(reference.label, MAX_LABEL))
    if reference.url and _is_link(reference.url):
        label = f'<a href="{html.escape(reference.url)}">{label}</a>'
    known = clip(messages.details(reference), MAX_LABEL)
    return f"{label} — {_escape(known)}" if known else label


def _is_link(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    is_web = parts.scheme in {"http", "https"} and "." in host.strip(".")
    return is_web and len(url) <= MAX_URL and not re.search(r"[\s<>\"]", url)


def _is_visible(text: str) -> bool:
    return any(unicodedata.category(c)[0] in "LMNPS" and c not in _BLANK for c in text)


def _escape(text: str) -> str:
    return html.escape(text, quote=False)


def _reach(text: str, start: int, limit: int) -> int:
    """Return the end of the longest run of at most so many units, one character at least."""
    units, end = 0, start
    while end < len(text):
        units += 1 + (text[end] > "\uffff")
        if units > limit and end > start:
            break
        end += 1
    return end


def _break_before(text: str, start: int, end: int) -> int:
    """Move a cut back to just after a space, else before what combines."""
    for at in range(end, start, -1):
        if _SPACE.match(text[at - 1]):
            return at
    for at in range(end, max(start, end - 32), -1):
        if not _joins(text[at - 1], text[at]):
            return at
    return end


def _joins(left: str, right: str) -> bool:
    return left == "\u200d" or right in "\u200d\ufe0e\ufe0f" or _combines(right)


def _combines(character: str) -> bool:
    return unicodedata.combining(character) > 0 or "\U0001f3fb" <= character <= "\U0001f3ff"
