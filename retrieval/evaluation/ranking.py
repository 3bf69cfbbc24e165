"""Retrieval measures, question by question, through `ir_measures`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import ir_measures
import numpy as np
from ir_measures import RR, R, Success, nDCG

from retrieval.evaluation.arrays import FloatArray
from retrieval.evaluation.dataset import Question

Ranking: TypeAlias = Sequence[tuple[str, float]]
"""Article ids with their scores, best first."""
Run: TypeAlias = Mapping[str, Ranking]
"""A ranking for each question id."""

_MEASURES = (nDCG @ 10, RR @ 10, Success @ 1, Success @ 3, Success @ 5, Success @ 10, R @ 100)
RETRIEVAL_MEASURES = tuple(str(measure) for measure in _MEASURES)


@dataclass(frozen=True, slots=True)
class MeasureValues:
    """A retrieval measure's value for each question, in the questions' order."""

    measure: str
    values: FloatArray


def score_rankings(questions: Sequence[Question], run: Run) -> tuple[MeasureValues, ...]:
    """Each of `RETRIEVAL_MEASURES` for each question, as float64 (n,).

    A question without a ranking counts as zero; rankings of other questions are ignored. Ranks
    are the positions in the ranking, so that equal scores cannot change a value. nDCG takes the
    grade itself as gain (Järvelin & Kekäläinen 2002, as trec_eval does); the other measures
    take every grade from 1 as relevant.

    Raises:
        ValueError: A question has no relevant article, or a ranking names an article twice.
    """
    for question in questions:
        if not question.relevant:
            raise ValueError(f"question {question.id!r} has no relevant article to rank")
    row = {question.id: index for index, question in enumerate(questions)}
    values = {measure: np.zeros(len(questions)) for measure in _MEASURES}
    if questions:
        qrels = {question.id: dict(question.relevant) for question in questions}
        ranks = {each: _by_rank(each, run[each]) for each in row if run.get(each)}
        for metric in ir_measures.iter_calc(_MEASURES, qrels, ranks):
            values[metric.measure][row[metric.query_id]] = metric.value
    return tuple(MeasureValues(str(measure), values[measure]) for measure in _MEASURES)


def best_by_article(ranking: Ranking) -> Ranking:
    """The ranking with each article at its best passage's place and score, and nowhere else."""
    best: dict[str, float] = {}
    for article, score in ranking:
        best.setdefault(article, score)
    return tuple(best.items())


def _by_rank(question: str, ranking: Ranking) -> dict[str, float]:
    articles = [article for article, _ in ranking]
    if len(set(articles)) < len(articles):
        raise ValueError(f"the ranking of question {question!r} names an article twice")
    return {article: float(-rank) for rank, article in enumerate(articles)}
