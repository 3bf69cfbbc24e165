"""Less to read on a phone: of a long passage, the paragraphs around the sentence that answers."""

import re
from dataclasses import replace

from retrieval.records import Citation, Span

COMFORTABLE = 500
"""Characters that are read at a glance; a single paragraph may be longer."""

_PARAGRAPH = re.compile(r"\S(?:.*\S)?")


def focus(citation: Citation) -> Citation:
    """Narrow a citation's first quotation to whole paragraphs around its highlights.

    It stays a slice of its article, with its own offsets; one that is short stays as it is.
    """
    quotation = citation.quotations[0]
    text = quotation.text
    if len(text) <= COMFORTABLE or not citation.highlights:
        return citation
    start, end = _paragraphs_around(text, citation.highlights)
    narrowed = replace(
        quotation, text=text[start:end], start=quotation.start + start, end=quotation.start + end
    )
    return replace(
        citation,
        quotations=(narrowed, *citation.quotations[1:]),
        highlights=tuple((a - start, b - start) for a, b in citation.highlights),
    )


def _paragraphs_around(text: str, highlights: tuple[Span, ...]) -> Span:
    paragraphs = [found.span() for found in _PARAGRAPH.finditer(text)]
    first = min(start for start, _ in highlights)
    last = max(end for _, end in highlights)
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
