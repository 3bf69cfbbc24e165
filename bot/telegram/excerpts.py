"""Less to read on a phone: of a long passage, the paragraphs around what answers in it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from retrieval.records import Answer, AnswerSpan, Citation, Span

COMFORTABLE = 500
"""Characters that are read at a glance; a single paragraph may be longer."""

_PARAGRAPH = re.compile(r"\S(?:.*\S)?")


def focus(answer: Answer) -> Answer:
    """Narrow each citation's first quotation to whole paragraphs around what answers in it.

    That is its highlights and the short answers' spans. It stays a slice of its article, with
    its own offsets; one that is short stays as it is.
    """
    spans = [span for short in answer.answers for span in short.spans]
    excerpts = {
        citation.rank: _excerpt(
            citation.text,
            [
                *citation.highlights,
                *((span.start, span.end) for span in spans if span.citation == citation.rank),
            ],
        )
        for citation in answer.citations
    }
    return replace(
        answer,
        citations=tuple(_narrow(each, excerpts[each.rank]) for each in answer.citations),
        answers=tuple(
            replace(each, spans=tuple(_move(span, excerpts[span.citation]) for span in each.spans))
            for each in answer.answers
        ),
    )


def _move(span: AnswerSpan, excerpt: Span) -> AnswerSpan:
    return replace(span, start=span.start - excerpt[0], end=span.end - excerpt[0])


def _narrow(citation: Citation, excerpt: Span) -> Citation:
    first, *others = citation.quotations
    start, end = excerpt
    narrowed = replace(
        first, text=first.text[start:end], start=first.start + start, end=first.start + end
    )
    return replace(
        citation,
        quotations=(narrowed, *others),
        highlights=tuple((a - start, b - start) for a, b in citation.highlights),
    )


def _excerpt(text: str, marks: Sequence[Span]) -> Span:
    if len(text) <= COMFORTABLE or not marks:
        return 0, len(text)
    paragraphs = [found.span() for found in _PARAGRAPH.finditer(text)]
    first = min(start for start, _ in marks)
    last = max(end for _, end in marks)
    inside = [n for n, (start, end) in enumerate(paragraphs) if start < last and end > first]
    if not inside:
        return 0, len(text)
    low, high = inside[0], inside[-1]
    while True:
        # What comes before explains more often than what comes after.
        for lower, higher in ((low - 1, high), (low, high + 1)):
            if lower < 0 or higher >= len(paragraphs):
                continue
            if paragraphs[higher][1] - paragraphs[lower][0] <= COMFORTABLE:
                low, high = lower, higher
                break
        else:
            return min(paragraphs[low][0], first), max(paragraphs[high][1], last)
