"""Two rankings of one question to one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.index.contract import Ranking
from retrieval.index.lexical import K1

RRF_K = 60  # Cormack, Clarke and Büttcher 2009.


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """The convex combination's settings, fitted by `retrieval.calibration`.

    `dense` is the share of the dense score, from 0 to 1; `floor` the cosine that counts as
    nothing (E5's unrelated texts lie at about 0.7).
    """

    dense: float
    floor: float


def reciprocal_rank(dense: Ranking, lexical: Ranking) -> Ranking:
    """Sum 1 / (60 + rank) over the rankings that hold a passage (Cormack et al. 2009)."""
    numbers = np.union1d(dense.numbers, lexical.numbers)
    scores = np.zeros(len(numbers))
    for ranking in (dense, lexical):
        places = np.searchsorted(numbers, ranking.numbers)
        scores[places] += 1.0 / (RRF_K + 1 + np.arange(len(places)))
    return _ordered(numbers, scores)


def convex(dense: Ranking, lexical: Ranking, *, weights: FusionWeights, passages: int) -> Ranking:
    """Weigh normalised scores against each other (Bruch, Gai and Ingber 2022).

    Each score is scaled by bounds that don't depend on the other candidates: the cosine from
    `weights.floor` to 1, BM25 from nothing to what a word that stands in one passage alone can
    bring in an index of so many `passages`. A passage that a ranking doesn't hold gets nothing
    from it.
    """
    numbers = np.union1d(dense.numbers, lexical.numbers)
    meaning = np.zeros(len(numbers))
    meaning[np.searchsorted(numbers, dense.numbers)] = (dense.scores - weights.floor) / (
        1.0 - weights.floor
    )
    words = np.zeros(len(numbers))
    words[np.searchsorted(numbers, lexical.numbers)] = lexical.scores / term_bound(1, passages)
    return _ordered(numbers, weights.dense * meaning + (1.0 - weights.dense) * words)


def term_bound(frequency: int, passages: int) -> float:
    """Return the most that BM25 gives for one term, which `frequency` passages hold.

    Its inverse document frequency, ln(1 + (N - n + 0.5) / (n + 0.5)) (Robertson and Zaragoza
    2009, in Lucene's never-negative form), times k1 + 1, which the term's frequency approaches.
    """
    idf = np.log1p((passages - frequency + 0.5) / (frequency + 0.5))
    return float((K1 + 1.0) * idf)


def _ordered(numbers: NDArray[np.int64], scores: NDArray[np.float64]) -> Ranking:
    """Sort by decreasing score; ties go to the lower number."""
    order = np.lexsort((numbers, -scores))
    return Ranking(numbers[order], scores[order].astype(np.float32))
