"""Two rankings to one, worked out by hand."""

import math

import numpy as np
import pytest

from retrieval.fusion import FusionWeights, convex, reciprocal_rank, term_bound
from retrieval.index.contract import Ranking


def ranking(**scores):
    numbers = [int(name.removeprefix("n")) for name in scores]
    return Ranking(np.array(numbers, np.int64), np.array(list(scores.values()), np.float32))


NOTHING = ranking()


def test_reciprocal_ranks_add_up():
    fused = reciprocal_rank(ranking(n3=0.9, n1=0.8, n2=0.7), ranking(n1=12.0, n4=3.0))
    # Passage 1 is second and first, 3 first, 4 second, 2 third.
    assert fused.numbers.tolist() == [1, 3, 4, 2]
    expected = [1 / 62 + 1 / 61, 1 / 61, 1 / 62, 1 / 63]
    np.testing.assert_allclose(fused.scores, expected, rtol=1e-6)


def test_convex_combination():
    # 10 passages: a word of one passage brings at most 2.2 × ln(1 + 9.5 / 1.5) = 4.38335.
    weights = FusionWeights(dense=0.6, floor=0.7)
    fused = convex(
        ranking(n3=1.0, n1=0.85, n2=0.7),
        ranking(n1=4.38335 / 2, n4=4.38335 / 4),
        weights=weights,
        passages=10,
    )
    # 3: 0.6 × 1;  1: 0.6 × 0.5 + 0.4 × 0.5;  4: 0.4 × 0.25;  2: nothing.
    assert fused.numbers.tolist() == [3, 1, 4, 2]
    np.testing.assert_allclose(fused.scores, [0.6, 0.5, 0.1, 0.0], atol=1e-5)


def test_what_other_candidates_score_does_not_matter():
    weights = FusionWeights(dense=0.5, floor=0.7)
    few = convex(ranking(n1=0.8), ranking(n1=2.0), weights=weights, passages=10)
    many = convex(ranking(n5=0.99, n1=0.8), ranking(n5=9.0, n1=2.0), weights=weights, passages=10)
    assert many.scores[many.numbers.tolist().index(1)] == few.scores[0]


@pytest.mark.parametrize(
    "fuse",
    [
        reciprocal_rank,
        lambda a, b: convex(a, b, weights=FusionWeights(0.5, 0.7), passages=10),
    ],
    ids=["rrf", "convex"],
)
class TestBoth:
    def test_one_ranking_may_be_empty(self, fuse):
        only = ranking(n7=0.9, n2=0.8)
        assert fuse(only, NOTHING).numbers.tolist() == [7, 2]
        assert fuse(NOTHING, only).numbers.tolist() == [7, 2]
        assert fuse(NOTHING, NOTHING).numbers.tolist() == []

    def test_ties_go_to_the_lower_number(self, fuse):
        assert fuse(ranking(n9=0.7), ranking(n4=0.0)).numbers.tolist() == [4, 9]

    def test_the_rankings_stay_as_they_were(self, fuse):
        left, right = ranking(n3=0.9, n1=0.8), ranking(n1=2.0)
        fuse(left, right)
        assert left.numbers.tolist() == [3, 1]
        np.testing.assert_array_equal(left.scores, np.array([0.9, 0.8], np.float32))
        assert right.scores.tolist() == [2.0]


@pytest.mark.parametrize(
    ("frequency", "passages", "ratio"), [(1, 10, 9.5 / 1.5), (5, 10, 1.0), (10, 10, 0.5 / 10.5)]
)
def test_the_most_that_a_term_brings(frequency, passages, ratio):
    assert term_bound(frequency, passages) == pytest.approx(2.2 * math.log(1 + ratio))
