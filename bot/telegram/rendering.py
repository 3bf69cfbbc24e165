"""Answers to Telegram's HTML: every message within its limits, every quotation whole."""

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from telegram.constants import MessageLimit

from bot import messages
from bot.short_answers import Listed, listed, underlined
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


@dataclass(frozen=True, slots=True)
class Rendered:
    """One answer in messages of HTML, to be sent in order; `shown` citations stand in them.

    `head` opens the first: how the question was read, or nothing.
    """

    messages: tuple[str, ...]
    shown: int
    head: str


def plain(source: str) -> str:
    """Return what a person reads of our own HTML: for when Telegram refuses the tags."""
    return html.unescape(_TAG.sub("", source))


def length(text: str) -> int:
    """Count UTF-16 units: at least as many as Telegram counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def render_answer(answer: Answer, *, asked: str | None = None, english: bool = False) -> Rendered:
    """Render an answer: how it was understood, the short answers, then up to three citations.

    The first stands in full, over several messages where one cannot hold it; the others are
    folded, and left out where they do not fit. `asked` repeats a question that the person
    did not type.
    """
    reading = clip(answer.understood or asked or "", 500)
    if answer.understood:
        reading = messages.understood(reading)
    head = f"<i>{_escape(reading)}</i>\n\n" if reading else ""
    if answer.status is Status.NONE or not answer.citations:
        nothing = messages.NOTHING_IN_ENGLISH if english else messages.NOTHING
        return Rendered((head + _escape(nothing),), 0, head)
    if answer.status is Status.RELATED:
        nearest = leading(answer)
        return Rendered(_first_citation(nearest, f"{head}{messages.RELATED}\n\n", ()), 1, head)
    return _render_answered(answer, head, answer.citations[:SHOWN])


def leading(answer: Answer) -> Citation:
    """Return the first citation; what doesn't answer has nothing highlighted."""
    first = answer.citations[0]
    return replace(first, highlights=()) if answer.status is Status.RELATED else first


def render_others(citations: Sequence[Citation]) -> tuple[str, int]:
    """Render further citations as one message; tell how many fit.

    At least one is shown: where not even that fits, it ends at a word with `[…]`.
    """
    text, shown = f"<b>{messages.OTHERS_TITLE}</b>", 0
    for citation in citations[:SHOWN]:
        extended = f"{text}\n\n{_folded(citation, ())}"
        if length(plain(extended)) > MAX_LENGTH:
            break
        text, shown = extended, shown + 1
    if not shown:
        source = _source_lines(citations[0])
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


def render_context(context: Context, highlights: Sequence[Span] = ()) -> str:
    """Render a quotation amid what comes before and after it in the article.

    In bold are its highlights, or all of it where it has none.
    """
    quotation = context.quotation
    before = f"{messages.CUT} {context.before}" if context.cut_before else context.before
    after = f"{context.after} {messages.CUT}" if context.cut_after else context.after
    spans = highlights or [(0, len(quotation.text))]
    bold = [(len(before) + start, len(before) + end) for start, end in spans]
    quote = _quoted(before + quotation.text + after, bold, ())
    return f"<b>{messages.CONTEXT_TITLE}</b>\n{quote}\n{_source_line(quotation.reference, 1)}"


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

    The parts joined are the text. A word longer than a part is cut between two characters.
    """
    parts = []
    start = 0
    while start < len(text):
        end = _reach(text, start, limit)
        if end < len(text):
            spaces = (at for at in range(end, start, -1) if text[at - 1].isspace())
            end = next(spaces, end)
        parts.append(text[start:end])
        start = end
    return parts


def clip(text: str, limit: int) -> str:
    """Shorten a label to so many characters, at a word, with « … »."""
    text = re.sub(r"[^\S\u00a0\u202f]+", " ", text).strip()
    if len(text) <= limit:
        return text
    return split(text, limit - 1)[0][: limit - 1].rstrip() + "…"


def _render_answered(answer: Answer, head: str, in_view: Sequence[Citation]) -> Rendered:
    found = listed(answer, in_view)
    first = _first_citation(in_view[0], head + _on_top(found), underlined(found, in_view[0]))
    last, shown = first[-1], 1
    for citation in in_view[1:]:
        extended = f"{last}\n\n{_folded(citation, underlined(found, citation))}"
        if length(plain(extended)) > MAX_LENGTH:
            # What stands on top must not refer to what is left out.
            return _render_answered(answer, head, in_view[:shown])
        last, shown = extended, shown + 1
    return Rendered((*first[:-1], last), shown, head)


def _on_top(found: Sequence[Listed]) -> str:
    lines = [f"<b>{_escape(messages.quoted(each.text))}</b> {each.references}" for each in found]
    return "\n".join(lines) + "\n\n" if lines else ""


def _first_citation(citation: Citation, head: str, underlines: Sequence[Span]) -> tuple[str, ...]:
    source = _source_lines(citation)
    whole = f"{head}{_quoted(citation.text, citation.highlights, underlines)}\n{source}"
    if length(plain(whole)) <= MAX_LENGTH:
        return (whole,)
    room = MAX_LENGTH - length(plain(head)) - length(plain(source)) - 1
    quotes = []
    start = 0
    for part in split(citation.text, room):
        bold = [(a - start, b - start) for a, b in citation.highlights]
        under = [(a - start, b - start) for a, b in underlines]
        quotes.append(_quoted(part, bold, under))
        start += len(part)
    quotes[0] = head + quotes[0]
    quotes[-1] = f"{quotes[-1]}\n{source}"
    # Telegram refuses a message in which there is nothing to see.
    return tuple(quote for quote in quotes if _is_visible(plain(quote)))


def _folded(citation: Citation, underlines: Sequence[Span]) -> str:
    quote = _quoted(citation.text, citation.highlights, underlines, expandable=True)
    return f"{quote}\n{_source_lines(citation)}"


def _quoted(
    text: str, bold: Sequence[Span], underlines: Sequence[Span], *, expandable: bool = False
) -> str:
    """Quote a text; where the two kinds of spans cross, the outer tag is the bold one."""
    parts = []
    for start, end, is_bold in _stretches(0, len(text), bold):
        inner = "".join(
            f"<u>{_escape(text[a:b])}</u>" if is_underlined else _escape(text[a:b])
            for a, b, is_underlined in _stretches(start, end, underlines)
        )
        parts.append(f"<b>{inner}</b>" if is_bold else inner)
    tag = "blockquote expandable" if expandable else "blockquote"
    return f"<{tag}>{''.join(parts)}</blockquote>"


def _stretches(start: int, end: int, spans: Sequence[Span]) -> Iterator[tuple[int, int, bool]]:
    """Part a stretch of text into what is in a span and what isn't.

    Spans may overlap and reach outside of the stretch.
    """
    at = start
    for span_start, span_end in sorted(spans):
        left, right = max(span_start, at), min(span_end, end)
        if left < right:
            if at < left:
                yield at, left, False
            yield left, right, True
            at = right
    if at < end:
        yield at, end, False


def _source_lines(citation: Citation) -> str:
    line = _source_line(citation.quotations[0].reference, citation.rank)
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
