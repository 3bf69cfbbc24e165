"""Ranked passages to citations: the sentence to highlight, what to merge, what to show."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from retrieval.confidence import Evidence, HighlightWeights, RankingWeights
from retrieval.french import analyze
from retrieval.fusion import term_bound
from retrieval.reader.judgement import ReaderJudgement
from retrieval.records import Citation, Passage, Quotation, Reference, Span
from retrieval.values import Kind, asked_kind, figures, offers

NEAR_DUPLICATE = 0.8
"""The share of common words (Jaccard) from which two quotations say the same."""

COMPARABLE = 0.25
COMPARABLE_READ = math.log(10)
"""How far below the best score another figure is still worth showing before an echo.

The second is for passages that were read: their scores are logarithms of likelihoods.
"""

JUDGED = 3
"""How many of the best passages the evidence is drawn from."""

RIVAL = 0.7
RIVAL_READ = 0.4
"""How likely a second sentence must be, against the best, to be highlighted with it.

On PIAF's training articles 16 % of passages have one, and an answer is in what is highlighted in
78 % of the right passages, not in 73 %. The second is for passages that were read, of which as many
have one.
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
    `judgement` is the reader's, None where it didn't read the passage.
    """

    score: float
    passage: Passage
    reference: Reference
    sentence: Span
    rival: Span | None
    cosine: float
    coverage: float
    names_coverage: float
    judgement: ReaderJudgement | None = None


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


SIGNS = ("cosine", "coverage", "context", "kind", "answer")
"""What `sentence_signs` returns, in order; the names of `HighlightWeights`."""

LEAST_ANSWER = 1e-4
"""What any sentence counts as holding an answer, in probability."""


def sentence_signs(
    passage: Passage,
    cosines: NDArray[np.float32],
    terms: Terms,
    judgement: ReaderJudgement | None = None,
) -> NDArray[np.float64]:
    """Return what speaks for each sentence of a passage, shape (sentences, 5), as `SIGNS`."""
    rows = []
    before: list[str] = []
    for (start, end), cosine in zip(passage.sentences, cosines.tolist(), strict=True):
        sentence = _words_of(passage, (start, end))
        own = analyze(sentence)
        is_offered = terms.kind is not Kind.OTHER and offers(sentence, terms.kind, terms.question)
        answers = sum(
            probability
            for place, probability in (judgement.begins if judgement else ())
            if start <= passage.start + place < end
        )
        rows.append(
            (
                cosine,
                terms.coverage(own),
                terms.coverage([*before, *own]),
                float(is_offered),
                math.log(LEAST_ANSWER + answers),
            )
        )
        before = own
    return np.array(rows)


def read_passage(  # noqa: PLR0913, PLR0917 - each is one thing known of the passage
    score: float,
    found: tuple[Passage, Reference],
    cosines: NDArray[np.float32],
    terms: Terms,
    weights: HighlightWeights,
    judgement: ReaderJudgement | None = None,
) -> Reading:
    """Choose the sentence of a passage that answers best, and let it count for the passage.

    A sentence that asks, as in a list of questions and answers, is chosen only where all do, and
    holds no short answer. Of PIAF's 6,924 training questions, 4 have theirs in one.
    """
    passage, reference = found
    tokens = analyze(reference.heading + passage.text)
    signs = sentence_signs(passage, cosines, terms, judgement)
    values = signs @ [getattr(weights, name) for name in SIGNS]
    if asking := _asking(passage):
        values[asking] = -np.inf
        judgement = judgement and _without(judgement, passage, asking)
    best, *others = np.argsort(-values, kind="stable").tolist()
    least = math.log(RIVAL if judgement is None else RIVAL_READ)
    is_close = bool(others) and values[others[0]] - values[best] >= least
    return Reading(
        score=score + weights.share * float(values[best]),
        passage=passage,
        reference=reference,
        sentence=passage.sentences[best],
        rival=passage.sentences[others[0]] if is_close else None,
        cosine=float(cosines[best]),
        coverage=terms.coverage(tokens),
        names_coverage=terms.names_coverage(tokens),
        judgement=judgement,
    )


def _asking(passage: Passage) -> list[int]:
    """Number the sentences that ask, none where all do."""
    asking = [
        number
        for number, sentence in enumerate(passage.sentences)
        if _words_of(passage, sentence).endswith("?")
    ]
    return asking if len(asking) < len(passage.sentences) else []


def _without(
    judgement: ReaderJudgement, passage: Passage, sentences: Iterable[int]
) -> ReaderJudgement:
    """Leave out the extracts that begin in some sentences."""
    spans = [passage.sentences[number] for number in sentences]
    kept = (
        extract
        for extract in judgement.extracts
        if not any(start <= passage.start + extract.start < end for start, end in spans)
    )
    return replace(judgement, extracts=tuple(kept))


def rerank(readings: Sequence[Reading], weights: RankingWeights) -> list[Reading]:
    """Order readings by what the reader says of them together with their own scores.

    Those that it didn't read follow in their order, scored below it as they differ among
    themselves.
    """
    read = sorted(
        (
            replace(each, score=weights.score(each.judgement, each.score))
            for each in readings
            if each.judgement is not None
        ),
        key=lambda each: -each.score,
    )
    unread = [each for each in readings if each.judgement is None]
    if not read or not unread:
        return read or unread
    last, top = read[-1].score, unread[0].score
    return read + [replace(each, score=last - (top - each.score)) for each in unread]


def weigh_evidence(
    readings: Sequence[Reading],
    dense: NDArray[np.float32],
    lexical: NDArray[np.float32],
    terms: Terms,
) -> Evidence:
    """Gather the features of the best readings; the two rankings' scores come best first."""
    best = readings[:JUDGED]
    first = best[0].judgement if best else None
    relevance = [each.judgement.relevance for each in readings if each.judgement]
    return Evidence(
        cosine=_at(dense, 1),
        sentence=max((reading.cosine for reading in best), default=0.0),
        coverage=best[0].coverage if best else 0.0,
        names=max((reading.names_coverage for reading in best), default=0.0),
        bm25=_at(lexical, 1) / (sum(terms.weights.values()) or 1.0),
        margin=_at(dense, 1) - _at(dense, MARGIN_RANK),
        number=float(terms.kind is Kind.NUMBER),
        date=float(terms.kind is Kind.DATE),
        together=float(np.logaddexp.reduce(relevance)) if first else 0.0,
        presence=first.presence if first else 0.0,
        score=best[0].score if first else 0.0,
        lead=best[0].score - best[1].score if first and len(best) > 1 else 0.0,
    )


def _at(scores: NDArray[np.float32], rank: int) -> float:
    """Return the score at a rank, the last one where there are fewer, 0 for none."""
    return float(scores[:rank][-1]) if len(scores) else 0.0


def choose(readings: Sequence[Reading], terms: Terms, *, k: int) -> list[list[Reading]]:
    """Choose what to cite out of readings, best first: at most `k` groups, each one citation.

    Quotations nearly the same in wording and the same in figures become one citation of several
    sources. Where a question asks for a figure, another figure goes before an echo of one that is
    shown already, as long as its passage scores comparably.
    """
    groups = _merge(_without_echoes(readings))
    return _spread(groups, terms)[:k] if terms.kind is Kind.NUMBER else groups[:k]


def cite(chosen: Sequence[Sequence[Reading]]) -> tuple[Citation, ...]:
    """Turn what was chosen into citations, in its order.

    A second sentence is highlighted only where none above has the same words in highlight.
    """
    citations = []
    shown: set[str] = set()
    for rank, group in enumerate(chosen, start=1):
        first, quotations = group[0], tuple(_quote(reading) for reading in group)
        if first.rival and _words_of(first.passage, first.rival) in shown:
            first = replace(first, rival=None)
        highlights = _highlights(first)
        shown.update(quotations[0].text[start:end] for start, end in highlights)
        citations.append(Citation(rank, first.score, quotations, highlights))
    return tuple(citations)


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
        return _words_of(reading.passage, reading.sentence)
    if judgement.presence < 0 or not judgement.extracts:
        return ""
    return reading.passage.text[judgement.extracts[0].start : judgement.extracts[0].end]


def _words_of(passage: Passage, sentence: Span) -> str:
    start, end = sentence
    return passage.text[start - passage.start : end - passage.start]


def _highlights(reading: Reading) -> tuple[Span, ...]:
    offset = reading.passage.start
    spans = [reading.sentence] if reading.rival is None else [reading.sentence, reading.rival]
    return tuple((start - offset, end - offset) for start, end in sorted(spans))


def _quote(reading: Reading) -> Quotation:
    passage = reading.passage
    return Quotation(reading.reference, passage.text, passage.start, passage.end)
