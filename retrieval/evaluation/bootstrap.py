"""Bootstrap intervals and a paired test that resample whole articles.

Questions about one article stand or fall together, so that resampling single questions would
give intervals that are too narrow. `groups` names each question's article; a resample draws as
many articles as there are, with replacement, and takes every question of each.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retrieval.evaluation.arrays import FloatArray, IntArray

RESAMPLES = 1000
CONFIDENCE_LEVEL = 0.95
ENOUGH_GROUPS = 20
"""From how many groups on an interval is nearly what it is called: of 20 it holds the mean in 93 %
of the cases, of 10 in 88 %, of 5 in 83 %, of 2 in 48 % (simulated, normally distributed)."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and the bounds of its 95 % percentile interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """How much better a system is than another on the same questions.

    `p_value` is two-sided: the probability of such a difference, or a larger one, if there were
    none between the two.
    """

    difference: Interval
    p_value: float


def bootstrap_mean(
    values: FloatArray, groups: Sequence[str], *, resamples: int = RESAMPLES, seed: int = 0
) -> Interval:
    """The mean of the questions' values with its interval (Efron & Tibshirani 1993, ch. 13).

    The bounds are NaN where there is only one group, whose spread cannot be known.

    Raises:
        ValueError: There is no value, or there are not as many groups as values.
    """
    members = _members(groups, len(values))
    means = _resampled_means(values, members, resamples=resamples, seed=seed)
    return _interval(float(values.mean()), means, members)


def bootstrap_statistic(
    statistic: Callable[[IntArray], float],
    groups: Sequence[str],
    *,
    recentred: bool = False,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Interval:
    """Any statistic with its interval, computed anew for each resample.

    `statistic` is given the indices of the questions to compute it from, with repetitions.
    Resamples for which it is NaN (an AUROC without a negative) are left out of the interval.

    One that is never below 0 and that chance alone raises (a calibration error) is raised once more
    by resampling. `recentred`, the resamples' mean is moved onto the value (Efron & Tibshirani
    1993, ch. 10) and no bound is below 0: the interval is of what the statistic is on as many
    questions, which chance still raises.

    Raises:
        ValueError: There is no question.
    """
    members = _members(groups, len(groups))
    counts = _draws(len(members), resamples=resamples, seed=seed)
    numbers = np.arange(len(members))
    found = np.array(
        [statistic(np.concatenate([members[i] for i in np.repeat(numbers, row)])) for row in counts]
    )
    value = statistic(np.arange(len(groups), dtype=np.intp))
    found = found[~np.isnan(found)]
    if recentred and len(found):
        found = np.maximum(found - (found.mean() - value), 0)
    return _interval(value, found, members)


def paired_test(
    values: FloatArray,
    baseline: FloatArray,
    groups: Sequence[str],
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Comparison:
    """Compare two systems' values on the same questions, in the same order.

    The differences are resampled by article; the p-value is the share of resamples that, moved
    to a mean of zero, lie as far from it as the difference found does (Efron & Tibshirani 1993,
    ch. 16; Smucker et al. 2007), counting the sample itself as one, so that it is never zero.
    It is NaN where there is only one group.

    Raises:
        ValueError: There is no value, or the lengths differ.
    """
    if len(values) != len(baseline):
        raise ValueError(f"{len(values)} values against {len(baseline)} of the baseline")
    members = _members(groups, len(values))
    differences = values - baseline
    means = _resampled_means(differences, members, resamples=resamples, seed=seed)
    difference = float(differences.mean())
    interval = _interval(difference, means, members)
    if len(members) == 1:
        return Comparison(interval, float("nan"))
    # Rounding must not make a resample that repeats the sample less extreme than the sample.
    extreme = np.abs(means - difference) >= abs(difference) - 1e-12
    return Comparison(interval, float((extreme.sum() + 1) / (resamples + 1)))


def _members(groups: Sequence[str], length: int) -> list[IntArray]:
    """The indices of each group's questions, groups by name."""
    if not groups or len(groups) != length:
        raise ValueError(f"{len(groups)} groups for {length} values: they must be as many, from 1")
    _, number, sizes = np.unique(np.asarray(groups), return_inverse=True, return_counts=True)
    order = np.argsort(number, kind="stable")
    return np.split(order, np.cumsum(sizes)[:-1])


def _draws(groups: int, *, resamples: int, seed: int) -> npt.NDArray[np.int64]:
    """How often each group is drawn in each resample: int64 (resamples, groups)."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(groups, np.full(groups, 1 / groups), size=resamples)


def _resampled_means(
    values: FloatArray, members: list[IntArray], *, resamples: int, seed: int
) -> FloatArray:
    counts = _draws(len(members), resamples=resamples, seed=seed)
    sums = np.array([values[indices].sum() for indices in members])
    sizes = np.array([len(indices) for indices in members])
    return np.asarray((counts * sums).sum(axis=1) / (counts @ sizes))


def _interval(value: float, found: FloatArray, members: list[IntArray]) -> Interval:
    if len(members) == 1 or not len(found):
        return Interval(value, float("nan"), float("nan"))
    tail = (1 - CONFIDENCE_LEVEL) / 2
    low, high = np.quantile(found, (tail, 1 - tail))
    return Interval(value, float(low), float(high))
