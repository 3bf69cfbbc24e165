import numpy as np
import pytest

from retrieval.evaluation import auroc, expected_calibration_error, paired_test
from retrieval.evaluation.bootstrap import ENOUGH_GROUPS, bootstrap_mean, bootstrap_statistic


def test_whole_groups_are_drawn():
    # Of two groups a resample has both (half of the time), or one of them twice.
    values = np.array([1.0, 1, 1, 0])
    seen = []

    def record(indices):
        seen.append(tuple(indices.tolist()))
        return float(values[indices].mean())

    interval = bootstrap_statistic(record, ["a", "a", "a", "b"], resamples=400)

    shares = {drawn: seen.count(drawn) / 400 for drawn in set(seen[:400])}
    assert set(shares) == {(0, 1, 2, 3), (0, 1, 2, 0, 1, 2), (3, 3)}
    assert shares[0, 1, 2, 3] == pytest.approx(0.5, abs=0.08)
    assert (interval.value, interval.low, interval.high) == (0.75, 0, 1)


def test_single_questions_give_the_interval_of_the_normal_law():
    # 400 coins, half of them heads: 0.5 ± 1.96 * sqrt(0.25 / 400).
    values = np.arange(400) % 2.0

    interval = bootstrap_mean(values, [str(number) for number in range(400)], resamples=4000)

    assert interval.value == 0.5
    assert interval.low == pytest.approx(0.451, abs=0.004)
    assert interval.high == pytest.approx(0.549, abs=0.004)


@pytest.mark.parametrize(
    ("articles", "held"), [(2, 0.48), (5, 0.83), (10, 0.88), (ENOUGH_GROUPS, 0.93)]
)
def test_the_intervals_of_few_articles_are_too_narrow(articles, held):
    rng = np.random.default_rng(5)
    groups = [str(number) for number in range(articles)]
    intervals = [
        bootstrap_mean(rng.normal(size=articles), groups, resamples=400) for _ in range(1000)
    ]
    share = np.mean([each.low <= 0 <= each.high for each in intervals])
    assert share == pytest.approx(held, abs=0.03)


def test_repeating_an_articles_questions_makes_nothing_surer():
    values = np.arange(100) % 2.0
    groups = [f"article {number}" for number in range(100)]

    once = bootstrap_mean(values, groups)
    four_times = bootstrap_mean(np.repeat(values, 4), list(np.repeat(groups, 4)))

    assert (four_times.low, four_times.high) == pytest.approx((once.low, once.high))


def test_means_and_general_statistics_agree():
    rng = np.random.default_rng(2)
    values = rng.random(200)
    groups = [f"article {number}" for number in rng.integers(0, 30, size=200)]

    mean = bootstrap_mean(values, groups, seed=4)
    general = bootstrap_statistic(lambda indices: float(values[indices].mean()), groups, seed=4)

    assert (mean.value, mean.low, mean.high) == pytest.approx(
        (general.value, general.low, general.high)
    )


def test_the_seed_decides_and_the_order_does_not():
    values = np.random.default_rng(3).random(50)
    groups = [f"article {number % 7}" for number in range(50)]

    interval = bootstrap_mean(values, groups, seed=1)

    assert bootstrap_mean(values, groups, seed=1) == interval
    assert bootstrap_mean(values, groups, seed=2) != interval
    reverse = bootstrap_mean(values[::-1], groups[::-1], seed=1)
    assert (reverse.low, reverse.high) == pytest.approx((interval.low, interval.high))


def test_resamples_without_the_statistic_are_left_out():
    # A quarter of the resamples has no unanswerable question, a quarter only those.
    confidence, answerable = np.array([0.9, 0.1]), np.array([True, False])

    interval = bootstrap_statistic(
        lambda indices: auroc(confidence[indices], answerable[indices]), ["a", "b"]
    )

    assert (interval.value, interval.low, interval.high) == (1, 1, 1)


def test_a_calibration_errors_interval_is_of_what_it_is_on_as_many_questions():
    rng = np.random.default_rng(1)

    def drawn():
        probability = rng.beta(0.5, 0.5, 60)
        return probability, rng.random(60) < probability

    expected = np.mean([expected_calibration_error(*drawn()) for _ in range(150)])
    groups = [str(number) for number in range(60)]
    intervals = []
    for _ in range(40):
        probability, outcome = drawn()

        def statistic(i, probability=probability, outcome=outcome):
            return expected_calibration_error(probability[i], outcome[i])

        intervals.append(bootstrap_statistic(statistic, groups, recentred=True, resamples=40))

    # Plain percentiles leave out the value in one draw of six, and `expected` as often.
    assert all(each.low <= each.value <= each.high for each in intervals)
    assert sum(each.low <= expected <= each.high for each in intervals) >= 0.95 * 40


def test_a_recentred_interval_has_no_bound_below_zero():
    values = np.array([0.0, 0.0, 1.0, 1.0])

    interval = bootstrap_statistic(
        lambda i: abs(float(values[i].mean()) - 0.5), list("abcd"), recentred=True
    )

    assert (interval.value, interval.low) == (0, 0)


def test_one_group_has_no_interval():
    interval = bootstrap_mean(np.array([0.0, 1.0]), ["a", "a"])

    assert interval.value == 0.5
    assert np.isnan([interval.low, interval.high]).all()


class TestPairedTest:
    def test_equal_systems_do_not_differ(self):
        values = np.array([0.2, 0.4, 0.9])

        comparison = paired_test(values, values, ["a", "b", "c"])

        assert comparison.difference.value == 0
        assert comparison.p_value == 1

    def test_a_difference_on_every_question_is_as_sure_as_resamples_allow(self):
        values = np.linspace(0.1, 0.9, 30)
        groups = [str(number) for number in range(30)]

        comparison = paired_test(values + 0.05, values, groups, resamples=999)

        assert comparison.difference.value == pytest.approx(0.05)
        assert comparison.difference.low == pytest.approx(0.05)
        assert comparison.p_value == 1 / 1000

    def test_two_articles_of_which_one_differs_prove_nothing(self):
        # Resampled means are 1 and 0 in a quarter of the cases each, as far from 0.5 as it is
        # from 0; 0.5 in the rest.
        comparison = paired_test(np.array([1.0, 0]), np.zeros(2), ["a", "b"], resamples=4000)

        assert comparison.p_value == pytest.approx(0.5, abs=0.03)

    def test_rounding_makes_no_difference(self):
        # They cancel out, but 0.1 + 0.2 - 0.3 is not quite zero in binary.
        comparison = paired_test(np.array([0.1, 0.2, -0.3]), np.zeros(3), ["a", "b", "c"])

        assert comparison.p_value == 1

    def test_questions_of_one_article_count_once(self):
        # All the gain is in one article of ten, however many questions it has.
        better = np.concatenate([np.ones(100), np.zeros(9)])
        groups = ["a"] * 100 + [f"b{number}" for number in range(9)]

        by_article = paired_test(better, np.zeros(109), groups)
        by_question = paired_test(better, np.zeros(109), [str(n) for n in range(109)])

        assert by_question.p_value < 0.01
        # The article is missing from (9/10)^10 = 35 % of the resamples, which are then at 0.
        assert by_article.p_value == pytest.approx(0.35, abs=0.05)

    def test_one_article_gives_no_probability(self):
        assert np.isnan(paired_test(np.ones(2), np.zeros(2), ["a", "a"]).p_value)

    def test_different_lengths_are_refused(self):
        with pytest.raises(ValueError, match="2 values against 1"):
            paired_test(np.ones(2), np.ones(1), ["a", "b"])


@pytest.mark.parametrize("groups", [[], ["a"]])
def test_groups_that_do_not_fit_are_refused(groups):
    with pytest.raises(ValueError, match=f"{len(groups)} groups for 2 values"):
        bootstrap_mean(np.ones(2), groups)


def test_nothing_cannot_be_resampled():
    with pytest.raises(ValueError, match="0 groups for 0 values"):
        bootstrap_mean(np.array([]), [])
