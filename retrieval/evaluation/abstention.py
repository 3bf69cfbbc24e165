"""How well a confidence tells what to answer from what to leave: pure functions on arrays.

`confidence` is float (n,), higher for surer; the booleans beside it, bool (n,), say for each
question whether the corpus answers it (`answerable`), or whether what was answered is right
(`correct`). Questions of equal confidence are always treated alike, whatever their order.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from retrieval.evaluation.arrays import BoolArray, FloatArray

COVERAGES = (0.80, 0.90, 0.95)
CALIBRATION_BINS = 15  # Guo et al. 2017


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """The share of errors among the k surest questions, for k from 1 to n: float64 (n,) each."""

    coverage: FloatArray
    risk: FloatArray

    @property
    def area(self) -> float:
        """The mean risk over all coverages k / n (AURC, Geifman et al. 2019); lower is better."""
        return float(self.risk.mean())


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """What happens at one threshold: a question is answered from a confidence of `threshold` on.

    `coverage` is the share of the answerable questions that are answered; `false_answers` is
    the share of the unanswerable questions that are answered all the same.
    """

    threshold: float
    coverage: float
    false_answers: float


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Questions of similar confidence: how many, their mean confidence, the share that holds."""

    count: int
    confidence: float
    frequency: float


def risk_coverage(confidence: FloatArray, correct: BoolArray) -> RiskCoverage:
    """The risk–coverage curve (El-Yaniv & Wiener 2010).

    Coverage is here the share of all questions that are answered, the surest first; risk is the
    share of those that are not `correct` (an unanswerable question that is answered is not).
    Within questions of equal confidence the errors are spread evenly, which is their
    expectation over every order.

    Raises:
        ValueError: There is no question, or the arrays' lengths differ.
    """
    _check(confidence, correct)
    _, level, sizes = np.unique(-confidence, return_inverse=True, return_counts=True)
    error_rates = np.bincount(level, weights=~correct) / sizes
    answered = np.arange(1, len(confidence) + 1)
    risk = np.cumsum(np.repeat(error_rates, sizes)) / answered
    return RiskCoverage(coverage=answered / len(confidence), risk=risk)


def auroc(confidence: FloatArray, answerable: BoolArray) -> float:
    """The probability that an answerable question has more confidence than one that isn't.

    Equal confidences count half (Hanley & McNeil 1982). NaN where one of the two kinds is
    missing, since a resample of few questions may lack one.

    Raises:
        ValueError: There is no question, or the arrays' lengths differ.
    """
    _check(confidence, answerable)
    positives = int(answerable.sum())
    negatives = len(answerable) - positives
    if not positives or not negatives:
        return float("nan")
    above = rankdata(confidence)[answerable].sum() - positives * (positives + 1) / 2
    return float(above / (positives * negatives))


def operating_point(
    confidence: FloatArray, answerable: BoolArray, *, coverage: float
) -> OperatingPoint:
    """The false answers that a coverage costs.

    The threshold is the highest that answers at least a share `coverage` of the answerable
    questions; the coverage reached may be higher, by what equal confidences or few questions
    force. False answers are NaN where there is no unanswerable question; threshold and coverage
    too where there is no answerable one.

    Raises:
        ValueError: `coverage` is not above 0 and at most 1, there is no question, or the
            arrays' lengths differ.
    """
    _check(confidence, answerable)
    if not 0 < coverage <= 1:
        raise ValueError(f"coverage must be above 0 and at most 1, not {coverage}")
    wanted, others = np.sort(confidence[answerable])[::-1], confidence[~answerable]
    if not len(wanted):
        return OperatingPoint(float("nan"), float("nan"), float("nan"))
    # 0.95 * 20 is a little more than 19 in binary: without the tolerance, all 20 would be asked.
    needed = int(np.ceil(coverage * len(wanted) - 1e-9))
    threshold = wanted[needed - 1]
    return OperatingPoint(
        threshold=float(threshold),
        coverage=float((wanted >= threshold).mean()),
        false_answers=float((others >= threshold).mean()) if len(others) else float("nan"),
    )


def reliability(
    probability: FloatArray, outcome: BoolArray, *, bins: int = CALIBRATION_BINS
) -> tuple[ReliabilityBin, ...]:
    """The reliability diagram: questions by rising probability, in bins of equal count.

    Questions of equal probability share the bin of the first of them, so that bins may differ
    in count, and there may be fewer than `bins`.

    Raises:
        ValueError: There is no question, or the arrays' lengths differ.
    """
    _check(probability, outcome)
    first = rankdata(probability, method="min").astype(np.intp) - 1
    member = first * bins // len(probability)
    return tuple(
        ReliabilityBin(
            count=int(inside.sum()),
            confidence=float(probability[inside].mean()),
            frequency=float(outcome[inside].mean()),
        )
        for inside in (member == each for each in np.unique(member))
    )


def expected_calibration_error(
    probability: FloatArray, outcome: BoolArray, *, bins: int = CALIBRATION_BINS
) -> float:
    """The gap between probability and frequency, averaged over the bins of `reliability`.

    Bins weigh by their count (Naeini et al. 2015), and hold equally many questions rather than
    equal ranges of probability (Nixon et al. 2019), which leaves none nearly empty.

    Raises:
        ValueError: There is no question, or the arrays' lengths differ.
    """
    diagram = reliability(probability, outcome, bins=bins)
    gaps = sum(each.count * abs(each.confidence - each.frequency) for each in diagram)
    return gaps / len(probability)


def _check(confidence: FloatArray, truth: BoolArray) -> None:
    if not len(confidence) or len(confidence) != len(truth):
        raise ValueError(
            f"{len(confidence)} confidences for {len(truth)} questions: "
            "they must be as many, and at least one"
        )
    if truth.dtype != np.bool_:
        raise ValueError(f"booleans are expected, not {truth.dtype}")
