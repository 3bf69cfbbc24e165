"""What the best passages hold for a question: read, re-ranked, and weighed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.confidence import Evidence, ReaderRules, Rules
from retrieval.errors import QueryError
from retrieval.index.contract import Index, Ranking
from retrieval.modes import Mode
from retrieval.reader import PassageReader, ReaderJudgement
from retrieval.records import Passage, Reference
from retrieval.searching import Candidates, Searcher
from retrieval.weighing import (
    Reading,
    Terms,
    question_terms,
    read_passage,
    rerank,
    weigh_evidence,
)

READ_DEPTH = 20
"""How many of the fused passages are read for an answer, at most."""

READ_FIRST = 8
"""How many are read before it is known whether the others need to be."""


@dataclass(frozen=True, slots=True)
class Consultation:
    """What the best passages hold for a question: readings, best first, and what they prove."""

    terms: Terms
    readings: tuple[Reading, ...]
    evidence: Evidence


class Consultant:
    """Reads the best of a question's candidates, with a reader or without one."""

    def __init__(
        self, index: Index, searcher: Searcher, rules: Rules, reader: PassageReader | None
    ) -> None:
        self._index = index
        self._searcher = searcher
        self._rules = rules
        self._reader = reader

    def rank(self, candidates: Candidates, mode: Mode) -> Ranking:
        """Rank the candidates in one of the modes.

        Raises:
            QueryError: It is the one in which the best passages are read, and there is no reader.
        """
        if mode != "reranked":
            return self._searcher.rank(candidates, mode)
        if self._reader is None:
            raise QueryError("The mode 'reranked' needs the reader, which was left out")
        ranking = self._searcher.rank(candidates, "hybrid")
        numbers = ranking.numbers[:READ_DEPTH]
        passages = [passage for passage, _ in self._index.passages(numbers)]
        places = dict(zip(passages, numbers.tolist(), strict=True))
        read = self.consult(candidates).readings
        first = [places[each.passage] for each in read]
        scores = np.array([each.score for each in read], dtype=np.float32)
        rest = ranking.scores[READ_DEPTH:]
        if len(rest):  # A higher score is always better, and theirs are on another scale.
            rest = rest - rest[0] + scores[-1]
        return Ranking(
            np.concatenate([np.array(first, dtype=np.int64), ranking.numbers[READ_DEPTH:]]),
            np.concatenate([scores, rest]),
        )

    def consult(self, candidates: Candidates, excluding: Collection[str] = ()) -> Consultation:
        """Read the best passages for a question, as if some articles weren't there."""
        terms = question_terms(
            candidates.question,
            self._index.document_frequencies(candidates.tokens),
            candidates.tokens,
            passages=self._index.manifest.passages,
        )
        if excluding:
            candidates = self._searcher.without(excluding, candidates, least=READ_DEPTH)
        ranking = self._searcher.rank(candidates, "hybrid")
        numbers = ranking.numbers[:READ_DEPTH]
        passages = self._index.passages(numbers)
        judgements = self._judge(candidates.question, passages)
        readings = [
            read_passage(score, found, cosines, terms, self._rules.highlight, judgement)
            for score, found, cosines, judgement in zip(
                ranking.scores[:READ_DEPTH].tolist(),
                passages,
                self._index.sentence_scores(candidates.vector, numbers),
                judgements,
                strict=True,
            )
        ]
        readings.sort(key=lambda reading: -reading.score)
        if isinstance(self._rules, ReaderRules):
            readings = rerank(readings, self._rules.ranking)
        evidence = weigh_evidence(
            readings, candidates.dense.scores, candidates.lexical.scores, terms
        )
        return Consultation(terms, tuple(readings), evidence)

    def _judge(
        self, question: str, passages: Sequence[tuple[Passage, Reference]]
    ) -> list[ReaderJudgement | None]:
        """Let the reader read as many of the passages as it takes."""
        judgements: list[ReaderJudgement | None] = []
        if self._reader is not None and isinstance(self._rules, ReaderRules):
            texts = [reference.headed(passage.text) for passage, reference in passages]
            first = self._reader.read(question, texts[:READ_FIRST])
            judgements += first
            if max((each.relevance for each in first), default=0.0) < self._rules.settled:
                judgements += self._reader.read(question, texts[READ_FIRST:])
        return judgements + [None] * (len(passages) - len(judgements))
