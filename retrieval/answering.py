"""Ranked passages to an answer: the sentence to highlight, what to merge, what to show."""

import re
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

COMPARABLE = 0.25
"""How far below the best score another figure is still worth showing before an echo."""

JUDGED = 3
"""How many of the best passages the evidence is drawn from."""

RIVAL = 0.7
"""How likely a second sentence must be, against the best, to be highlighted with it.

On PIAF's training articles 16 % of passages have one, and an answer is in what is highlighted in
78 % of the right passages, not in 73 %.
"""

MARGIN_RANK = 10

_NAME = re.compile(r"(?<=[\s'’(«-])[A-ZÀ-ÖØ-ÞŒ][\w-]*")


@dataclass(frozen=True, slots=True)
class Terms:
    """A question's different terms, each with the most that BM25 gives it in this index.

    `names` are those that the question writes with a capital, its first word aside.
    """

    question: str
    kind: Kind
    weights: Mapping[str, float]
    names: frozenset[str]

    def coverage(self, tokens: Iterable[str]) -> float:
        """Return the weighted share of the terms that stand among the tokens, 0 for no terms."""
        total = sum(self.weights.values())
        if not total:
            return 0.0
        return sum(self.weights.get(token, 0.0) for token in set(tokens)) / total

    def names_coverage(self, tokens: Iterable[str]) -> float:
        """Return the share of the names that stand among the tokens, 1 for no names."""
        return len(self.names.intersection(tokens)) / len(self.names) if self.names else 1.0


@dataclass(frozen=True, slots=True)
class Reading:
    """A ranked passage, read for the question: its best sentence and how well it fits.

    `rival` is a second sentence nearly as likely to hold the answer, where there is one.
    """

    score: float
    passage: Passage
    reference: Reference
    sentence: Span
    rival: Span | None
    cosine: float
    coverage: float
    names_coverage: float


def question_terms(
    question: str, frequencies: Sequence[int], tokens: Sequence[str], *, passages: int
) -> Terms:
    """Weigh a question's tokens, given how many of the index's passages hold each."""
    weights = {
        token: term_bound(frequency, passages)
        for token, frequency in zip(tokens, frequencies, strict=True)
    }
    names = frozenset(analyze(" ".join(_NAME.findall(question))))
    return Terms(question, asked_kind(question), weights, names)


SIGNS = ("cosine", "coverage", "context", "kind")
"""What `sentence_signs` returns, in order; the names of `HighlightWeights`."""


def sentence_signs(
    passage: Passage, cosines: NDArray[np.float32], terms: Terms
) -> NDArray[np.float64]:
    """Return what speaks for each sentence of a passage, shape (sentences, 4), as `SIGNS`."""
    rows = []
    before: list[str] = []
    for (start, end), cosine in zip(passage.sentences, cosines.tolist(), strict=True):
        sentence = passage.text[start - passage.start : end - passage.start]
        own = analyze(sentence)
        is_offered = terms.kind is not Kind.OTHER and offers(sentence, terms.kind, terms.question)
        rows.append(
            (cosine, terms.coverage(own), terms.coverage([*before, *own]), float(is_offered))
        )
        before = own
    return np.array(rows)


def read_passage(
    score: float,
    found: tuple[Passage, Reference],
    cosines: NDArray[np.float32],
    terms: Terms,
    weights: HighlightWeights,
) -> Reading:
    """Choose the sentence of a passage that answers best, and let it count for the passage."""
    passage, reference = found
    tokens = analyze(passage.text)
    signs = sentence_signs(passage, cosines, terms)
    values = signs @ [getattr(weights, name) for name in SIGNS]
    best, *others = np.argsort(-values, kind="stable").tolist()
    is_close = bool(others) and values[others[0]] - values[best] >= np.log(RIVAL)
    return Reading(
        score=score + weights.share * float(values[best]),
        passage=passage,
        reference=reference,
        sentence=passage.sentences[best],
        rival=passage.sentences[others[0]] if is_close else None,
        cosine=float(cosines[best]),
        coverage=terms.coverage(tokens),
        names_coverage=terms.names_coverage(tokens),
    )


def weigh_evidence(
    readings: Sequence[Reading],
    dense: NDArray[np.float32],
    lexical: NDArray[np.float32],
    terms: Terms,
) -> Evidence:
    """Gather the features of the best readings; the two rankings' scores come best first."""
    best = readings[:JUDGED]
    most = sum(terms.weights.values()) or 1.0
    return Evidence(
        cosine=_at(dense, 1),
        sentence=max((reading.cosine for reading in best), default=0.0),
        coverage=best[0].coverage if best else 0.0,
        best_coverage=max((reading.coverage for reading in best), default=0.0),
        names=max((reading.names_coverage for reading in best), default=0.0),
        bm25=_at(lexical, 1) / most,
        margin=_at(dense, 1) - _at(dense, MARGIN_RANK),
        bm25_margin=(_at(lexical, 1) - _at(lexical, MARGIN_RANK)) / most,
        terms=float(np.log1p(len(terms.weights))),
    )


def _at(scores: NDArray[np.float32], rank: int) -> float:
    """Return the score at a rank, the last one where there are fewer, 0 for none."""
    return float(scores[:rank][-1]) if len(scores) else 0.0


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
            highlights=_highlights(group[0]),
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
    first: list[list[Reading]] = []
    later: list[list[Reading]] = []
    floor = groups[0][0].score - COMPARABLE if groups else 0.0
    for group in groups:
        stated = figures(_text(group[0])) - asked
        if not first or (stated - shown and group[0].score >= floor):
            first.append(group)
            shown |= stated
        else:
            later.append(group)
    return first + later


def _text(reading: Reading) -> str:
    offset = reading.passage.start
    return reading.passage.text[reading.sentence[0] - offset : reading.sentence[1] - offset]


def _highlights(reading: Reading) -> tuple[Span, ...]:
    offset = reading.passage.start
    spans = [reading.sentence] if reading.rival is None else [reading.sentence, reading.rival]
    return tuple((start - offset, end - offset) for start, end in sorted(spans))


def _quote(reading: Reading) -> Quotation:
    passage = reading.passage
    return Quotation(reading.reference, passage.text, passage.start, passage.end)
