"""Weighed passages to citations: what to merge, what to show first, what to highlight."""

import math
from collections.abc import Sequence
from dataclasses import replace

from retrieval.french import analyze
from retrieval.records import Citation, Quotation, Span
from retrieval.values import Kind, figures, said
from retrieval.weighing import Reading, Terms

NEAR_DUPLICATE = 0.8
"""The share of common words (Jaccard) from which two quotations say the same."""

COMPARABLE = 0.25
COMPARABLE_READ = math.log(10)
"""How far below the best score another figure is still worth showing before an echo.

The second is for passages that were read: their scores are logarithms of likelihoods.
"""

HOPELESS = math.log(1000)
"""How far below the best score a passage that the reader judged isn't worth showing.

Of 753 held-out questions one loses its only citation that answers, and of three citations a quarter
are fewer (by a script that isn't kept).
"""


def choose(readings: Sequence[Reading], terms: Terms, *, k: int) -> list[list[Reading]]:
    """Choose what to cite out of readings, best first: at most `k` groups, each one citation.

    Quotations nearly the same in wording, and the same in figures and in what their highlighted
    sentences say, become one citation of several sources. Where a question asks for a figure,
    another figure goes before an echo of one that is shown already, as long as its passage scores
    comparably. What the reader finds hopeless beside the first is left out.
    """
    groups = _merge(_without_echoes(_worth_showing(readings)))
    return _spread(groups, terms)[:k] if terms.kind is Kind.NUMBER else groups[:k]


def cite(chosen: Sequence[Sequence[Reading]]) -> tuple[Citation, ...]:
    """Turn what was chosen into citations, in its order.

    A second sentence is highlighted only where none above has the same words in highlight.
    """
    citations = []
    shown: set[str] = set()
    for rank, group in enumerate(chosen, start=1):
        first, quotations = group[0], tuple(_quote(reading) for reading in group)
        if first.rival and first.passage.words(first.rival) in shown:
            first = replace(first, rival=None)
        highlights = _highlights(first)
        shown.update(quotations[0].text[start:end] for start, end in highlights)
        citations.append(Citation(rank, first.score, quotations, highlights))
    return tuple(citations)


def _worth_showing(readings: Sequence[Reading]) -> Sequence[Reading]:
    """Drop what scores hopelessly below the first, where the reader judged."""
    if not readings or readings[0].judgement is None:
        return readings
    return [reading for reading in readings if reading.score >= readings[0].score - HOPELESS]


def _without_echoes(readings: Sequence[Reading]) -> list[Reading]:
    """Drop a passage whose sentence an overlapping passage of the same article has shown."""
    seen: set[tuple[str, Span]] = set()
    kept = []
    for reading in readings:
        article = reading.reference.article_id
        if (article, reading.sentence) not in seen:
            seen.update((article, each) for each in (reading.sentence, reading.rival) if each)
            kept.append(reading)
    return kept


def _merge(readings: Sequence[Reading]) -> list[list[Reading]]:
    """Group readings whose quotations say the same, each under the best of them."""
    groups: list[list[Reading]] = []
    wordings: list[frozenset[str]] = []
    for reading in readings:
        wording = frozenset(analyze(reading.passage.text))
        for group, first in zip(groups, wordings, strict=True):
            is_other = all(r.reference.article_id != reading.reference.article_id for r in group)
            is_near = is_other and _jaccard(wording, first) >= NEAR_DUPLICATE
            if is_near and _agree(reading, group[0]):
                group.append(reading)
                break
        else:
            groups.append([reading])
            wordings.append(wording)
    return groups


def _agree(one: Reading, other: Reading) -> bool:
    """Tell whether two passages state the same figures, and each what the other highlights.

    Their best sentences may be different ones.
    """
    if figures(one.passage.text) != figures(other.passage.text):
        return False
    says, says_too = (
        {span: said(each.passage.words(span)) for span in each.passage.sentences}
        for each in (one, other)
    )
    shown = {says[span] for span in (one.sentence, one.rival) if span}
    shown_too = {says_too[span] for span in (other.sentence, other.rival) if span}
    return shown <= set(says_too.values()) and shown_too <= set(says.values())


def _jaccard(left: frozenset[str], right: frozenset[str]) -> float:
    union = len(left | right)
    return len(left & right) / union if union else 1.0


def _spread(groups: list[list[Reading]], terms: Terms) -> list[list[Reading]]:
    """Order groups so that each figure comes before the echo of one already shown."""
    if not groups:
        return []
    asked = figures(terms.question)
    shown: set[float] = set()
    first: list[list[Reading]] = []
    later: list[list[Reading]] = []
    best = groups[0][0]
    floor = best.score - (COMPARABLE if best.judgement is None else COMPARABLE_READ)
    for group in groups:
        stated = figures(_stated(group[0])) - asked
        if not first or (stated - shown and group[0].score >= floor):
            first.append(group)
            shown |= stated
        else:
            later.append(group)
    return first + later


def _stated(reading: Reading) -> str:
    """What a reading answers: its short answer where it is likely to hold one, or its sentence."""
    judgement = reading.judgement
    if judgement is None:
        return reading.passage.words(reading.sentence)
    if judgement.presence < 0 or not judgement.extracts:
        return ""
    return reading.passage.text[judgement.extracts[0].start : judgement.extracts[0].end]


def _highlights(reading: Reading) -> tuple[Span, ...]:
    offset = reading.passage.start
    spans = [reading.sentence] if reading.rival is None else [reading.sentence, reading.rival]
    return tuple((start - offset, end - offset) for start, end in sorted(spans))


def _quote(reading: Reading) -> Quotation:
    passage = reading.passage
    return Quotation(reading.reference, passage.text, passage.start, passage.end)
