"""A ranked passage beside its question: its best sentence, its score, and what it proves."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from retrieval.confidence import Evidence, HighlightWeights, RankingWeights
from retrieval.french import analyze, words
from retrieval.fusion import term_bound
from retrieval.reader.judgement import ReaderJudgement
from retrieval.records import Passage, Reference, Span
from retrieval.rows import Asked, passed_over, read_question
from retrieval.values import Kind, asked_kind, offers

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

    `names` are those that the question writes with a capital, its first word aside; `asked` is
    what it says of rows.
    """

    question: str
    kind: Kind
    weights: Mapping[str, float]
    names: frozenset[str]
    asked: Asked

    def coverage(self, tokens: Iterable[str]) -> float:
        """Return the weighted share of the terms that stand among the tokens, 0 for no terms."""
        total = sum(self.weights.values())
        if not total:
            return 0.0
        present = set(tokens)
        # In the terms' order: a sum in a set's order differs from run to run in its last digit.
        return sum(weight for term, weight in self.weights.items() if term in present) / total

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
    return Terms(question, asked_kind(question), weights, names, read_question(question))


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
        sentence = passage.words((start, end))
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
    holds no short answer: of PIAF's 6,924 training questions, 4 have theirs in one. Neither does a
    row of another thing or of other days than those asked about, nor a cell of another column, nor
    the article's own title, of which the reader gives no part: « Dupont élu maire » may answer, and
    « Horaires d'été » only names what does.
    """
    passage, reference = found
    tokens = analyze(reference.heading + passage.text)
    signs = sentence_signs(passage, cosines, terms, judgement)
    values = signs @ [getattr(weights, name) for name in SIGNS]
    numbers, cells = _passed_over(found, terms.asked, judgement)
    values[numbers] = -np.inf
    spans = [*(passage.sentences[number] for number in numbers), *cells]
    judgement = judgement and _without(judgement, passage, spans)
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


def _passed_over(
    found: tuple[Passage, Reference], asked: Asked, judgement: ReaderJudgement | None
) -> tuple[list[int], list[Span]]:
    """Number the sentences that hold no answer, unless none does, and find cells that don't."""
    passage, reference = found
    rows, cells = passed_over(passage, asked)
    asking = {n for n, span in enumerate(passage.sentences) if passage.words(span).endswith("?")}
    titles = _titles(passage, words(reference.title or ""), judgement) if judgement else set()
    numbers = sorted(asking | rows | titles)
    return numbers if len(numbers) < len(passage.sentences) else [], cells


def _titles(passage: Passage, title: Sequence[str], judgement: ReaderJudgement) -> set[int]:
    """Number the sentences that are the title, where no extract is only a part of it."""
    parts = [
        passage.start + each.start
        for each in judgement.extracts
        if words(passage.text[each.start : each.end]) != title
    ]
    return {
        number
        for number, (start, end) in enumerate(passage.sentences)
        if words(passage.words((start, end))) == title
        and not any(start <= place < end for place in parts)
    }


def _without(
    judgement: ReaderJudgement, passage: Passage, spans: Sequence[Span]
) -> ReaderJudgement:
    """Leave out the extracts that begin in some spans."""
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
