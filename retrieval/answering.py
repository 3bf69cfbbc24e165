"""Ranked passages to an answer: the sentence to highlight, what to merge, what to show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.confidence import Evidence, HighlightWeights
from retrieval.french import analyze
from retrieval.fusion import term_bound
from retrieval.records import Citation, Passage, Quotation, Reference, Span
from retrieval.values import Kind, asked_kind, figures, offers

NEAR_DUPLICATE = 0.8
"""The share of common words (Jaccard) from which two quotations say the same."""

COMPARABLE = 0.5
"""The share of the best score from which another figure is worth showing before an echo."""

JUDGED = 3
"""How many of the best passages the evidence is drawn from."""

MARGIN_RANK = 10


@dataclass(frozen=True, slots=True)
class Terms:
    """A question's different terms, each with the most that BM25 gives it in this index."""

    question: str
    kind: Kind
    weights: Mapping[str, float]

    def coverage(self, tokens: Iterable[str]) -> float:
        """Return the weighted share of the terms that stand among the tokens, 0 for no terms."""
        total = sum(self.weights.values())
        if not total:
            return 0.0
        return sum(self.weights.get(token, 0.0) for token in set(tokens)) / total


@dataclass(frozen=True, slots=True)
class Reading:
    """A ranked passage, read for the question: its best sentence and how well it fits."""

    score: float
    passage: Passage
    reference: Reference
    sentence: Span
    cosine: float
    coverage: float
    sentence_coverage: float
    offers_kind: bool


def question_terms(
    question: str, frequencies: Sequence[int], tokens: Sequence[str], *, passages: int
) -> Terms:
    """Weigh a question's tokens, given how many of the index's passages hold each."""
    weights = {
        token: term_bound(frequency, passages)
        for token, frequency in zip(tokens, frequencies, strict=True)
    }
    return Terms(question, asked_kind(question), weights)


def read_passage(
    score: float,
    found: tuple[Passage, Reference],
    cosines: NDArray[np.float32],
    terms: Terms,
    weights: HighlightWeights,
) -> Reading:
    """Choose the sentence of a passage that answers best."""
    passage, reference = found
    tokens: set[str] = set()
    best: tuple[float, Span, float, float, bool] | None = None
    for span, cosine in zip(passage.sentences, cosines.tolist(), strict=True):
        sentence = passage.text[span[0] - passage.start : span[1] - passage.start]
        own = analyze(sentence)
        tokens.update(own)
        coverage = terms.coverage(own)
        offered = offers(sentence, terms.kind, terms.question)
        value = weights.cosine * cosine + weights.coverage * coverage + weights.kind * offered
        if best is None or value > best[0]:
            best = value, span, cosine, coverage, offered
    if best is None:
        raise ValueError(f"The passage {passage.id} has no sentence")
    _, span, cosine, coverage, offered = best
    return Reading(
        score=score,
        passage=passage,
        reference=reference,
        sentence=span,
        cosine=cosine,
        coverage=terms.coverage(tokens),
        sentence_coverage=coverage,
        offers_kind=offered,
    )


def weigh_evidence(
    readings: Sequence[Reading], dense: NDArray[np.float32], bm25: float, terms: Terms
) -> Evidence:
    """Gather the features of the best readings; `dense` are all scores, best first."""
    best = readings[:JUDGED]
    total = sum(terms.weights.values())
    tenth = dense[:MARGIN_RANK][-1] if len(dense) else 0.0
    top = float(dense[0]) if len(dense) else 0.0
    return Evidence(
        cosine=top,
        sentence=max((reading.cosine for reading in best), default=0.0),
        coverage=max((reading.coverage for reading in best), default=0.0),
        sentence_coverage=max((reading.sentence_coverage for reading in best), default=0.0),
        bm25=bm25 / total if total else 0.0,
        margin=top - float(tenth),
        kind=float(any(reading.offers_kind for reading in best)),
        terms=float(np.log1p(len(terms.weights))),
    )


def cite(readings: Sequence[Reading], terms: Terms, *, k: int) -> tuple[Citation, ...]:
    """Turn readings, best first, into at most `k` citations.

    Quotations nearly the same in wording and the same in figures become one citation of several
    sources. Where a question asks for a figure, another figure goes before an echo of one that is
    shown already, as long as its passage scores comparably.
    """
    groups = _merge(_without_echoes(readings))
    chosen = _spread(groups, terms)[:k] if terms.kind is Kind.NUMBER else groups[:k]
    return tuple(
        Citation(
            rank=rank,
            score=group[0].score,
            quotations=tuple(_quote(reading) for reading in group),
            highlights=(_highlight(group[0]),),
        )
        for rank, group in enumerate(chosen, start=1)
    )


def _without_echoes(readings: Sequence[Reading]) -> list[Reading]:
    """Drop a passage whose sentence an overlapping passage of the same article has shown."""
    seen: set[tuple[str, Span]] = set()
    kept = []
    for reading in readings:
        key = (reading.reference.article_id, reading.sentence)
        if key not in seen:
            seen.add(key)
            kept.append(reading)
    return kept


def _merge(readings: Sequence[Reading]) -> list[list[Reading]]:
    """Group readings whose quotations say the same, each under the best of them."""
    groups: list[list[Reading]] = []
    signs: list[tuple[frozenset[str], frozenset[float]]] = []
    for reading in readings:
        sign = frozenset(analyze(reading.passage.text)), figures(reading.passage.text)
        for group, (tokens, numbers) in zip(groups, signs, strict=True):
            is_other = all(r.reference.article_id != reading.reference.article_id for r in group)
            if is_other and numbers == sign[1] and _jaccard(tokens, sign[0]) >= NEAR_DUPLICATE:
                group.append(reading)
                break
        else:
            groups.append([reading])
            signs.append(sign)
    return groups


def _jaccard(left: frozenset[str], right: frozenset[str]) -> float:
    union = len(left | right)
    return len(left & right) / union if union else 1.0


def _spread(groups: list[list[Reading]], terms: Terms) -> list[list[Reading]]:
    """Order groups so that each figure comes before the echo of one already shown."""
    asked = figures(terms.question)
    shown: set[float] = set()
    first, later = [], []
    floor = COMPARABLE * groups[0][0].score if groups else 0.0
    for group in groups:
        stated = figures(_text(group[0])) - asked
        if not first or (stated - shown and group[0].score >= floor):
            first.append(group)
            shown |= stated
        else:
            later.append(group)
    return first + later


def _text(reading: Reading) -> str:
    start, end = _highlight(reading)
    return reading.passage.text[start:end]


def _highlight(reading: Reading) -> Span:
    offset = reading.passage.start
    return reading.sentence[0] - offset, reading.sentence[1] - offset


def _quote(reading: Reading) -> Quotation:
    passage = reading.passage
    return Quotation(reading.reference, passage.text, passage.start, passage.end)
