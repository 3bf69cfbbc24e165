import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from retrieval.evaluation import auroc, expected_calibration_error
from retrieval.evaluation.abstention import operating_point, reliability, risk_coverage


def floats(*values):
    return np.array(values, dtype=np.float64)


def bools(text):
    return np.array([letter == "T" for letter in text])


class TestRiskCoverage:
    def test_against_a_curve_worked_out_by_hand(self):
        curve = risk_coverage(floats(0.6, 0.9, 0.7, 0.8), bools("FTTF"))

        assert curve.coverage.tolist() == [0.25, 0.5, 0.75, 1]
        # Surest first: right, wrong, right, wrong.
        assert curve.risk.tolist() == pytest.approx([0, 1 / 2, 1 / 3, 1 / 2])
        assert curve.area == pytest.approx(1 / 3)

    @pytest.mark.parametrize("correct", ["TTFF", "FTTF", "FTFT"])
    def test_errors_among_equal_confidences_are_spread_evenly(self, correct):
        curve = risk_coverage(floats(0.5, 0.5, 0.5, 0.5), bools(correct))

        assert curve.risk.tolist() == pytest.approx([0.5, 0.5, 0.5, 0.5])

    def test_a_perfect_system_has_no_area(self):
        assert risk_coverage(floats(0.1, 0.2), bools("TT")).area == 0


class TestAuroc:
    def test_against_pairs_counted_by_hand(self):
        # 0.9 > 0.7, 0.9 > 0.6, 0.6 < 0.7, 0.6 = 0.6: two and a half of four.
        assert auroc(floats(0.9, 0.7, 0.6, 0.6), bools("TFTF")) == 2.5 / 4

    def test_against_scikit_learn(self):
        rng = np.random.default_rng(5)
        confidence = rng.integers(0, 20, size=300) / 20
        answerable = rng.random(300) < confidence

        assert auroc(confidence, answerable) == pytest.approx(roc_auc_score(answerable, confidence))

    @pytest.mark.parametrize("answerable", ["TT", "FF"])
    def test_it_is_not_a_number_without_both_kinds(self, answerable):
        assert np.isnan(auroc(floats(0.1, 0.2), bools(answerable)))


class TestOperatingPoint:
    TEN = floats(*(number / 10 for number in range(1, 11)))

    def point(self, others, coverage):
        confidence = np.concatenate([self.TEN, others])
        answerable = np.arange(len(confidence)) < len(self.TEN)
        return operating_point(confidence, answerable, coverage=coverage)

    def test_false_answers_at_a_coverage(self):
        # Eight of the ten are at 0.3 or above, and so are two of the four others.
        point = self.point(floats(0.05, 0.3, 0.5, 0.2), 0.8)

        assert (point.threshold, point.coverage, point.false_answers) == (0.3, 0.8, 0.5)

    def test_a_coverage_between_two_questions_is_rounded_up(self):
        point = self.point(floats(0.15, 0.05), 0.81)

        assert (point.threshold, point.coverage, point.false_answers) == (0.2, 0.9, 0)

    def test_equal_confidences_are_answered_together(self):
        point = operating_point(floats(0.9, 0.5, 0.5, 0.5), bools("TTTF"), coverage=0.5)

        assert (point.threshold, point.coverage, point.false_answers) == (0.5, 1, 1)

    def test_binary_fractions_ask_for_no_question_too_many(self):
        # 0.07 * 100 is 7.000000000000001.
        confidence = np.linspace(1, 0.01, 100)
        point = operating_point(confidence, np.ones(100, dtype=np.bool_), coverage=0.07)

        assert point.coverage == pytest.approx(0.07)
        assert np.isnan(point.false_answers)

    def test_nothing_to_answer_gives_no_number(self):
        point = operating_point(floats(0.3), bools("F"), coverage=0.9)

        assert np.isnan([point.threshold, point.coverage, point.false_answers]).all()

    @pytest.mark.parametrize("coverage", [0, -0.1, 1.01])
    def test_a_coverage_that_is_no_share_is_refused(self, coverage):
        with pytest.raises(ValueError, match="coverage must be above 0"):
            operating_point(floats(0.3), bools("T"), coverage=coverage)


class TestCalibration:
    PROBABILITY = floats(0.9, 0.1, 0.7, 0.3)
    OUTCOME = bools("TFTT")

    def test_the_diagram_has_bins_of_equal_count(self):
        low, high = reliability(self.PROBABILITY, self.OUTCOME, bins=2)

        assert (low.count, low.confidence, low.frequency) == (2, pytest.approx(0.2), 0.5)
        assert (high.count, high.confidence, high.frequency) == (2, pytest.approx(0.8), 1)

    def test_expected_calibration_error(self):
        # Gaps of 0.3 and 0.2, of equal weight.
        error = expected_calibration_error(self.PROBABILITY, self.OUTCOME, bins=2)

        assert error == pytest.approx(0.25)

    def test_bins_weigh_by_their_count(self):
        # Three share the first bin: 3/4 of a gap of 1/6, and 1/4 of a gap of 0.1.
        probability = floats(0.5, 0.5, 0.5, 0.9)

        diagram = reliability(probability, bools("TFTT"), bins=4)

        assert [each.count for each in diagram] == [3, 1]
        assert expected_calibration_error(probability, bools("TFTT"), bins=4) == pytest.approx(0.15)
        assert expected_calibration_error(probability, bools("FTTT"), bins=4) == pytest.approx(0.15)

    def test_fewer_questions_than_bins_are_one_bin_each(self):
        assert [each.count for each in reliability(self.PROBABILITY, self.OUTCOME)] == [1] * 4


@pytest.mark.parametrize("measure", [risk_coverage, auroc, reliability, expected_calibration_error])
def test_arrays_that_do_not_fit_are_refused(measure):
    with pytest.raises(ValueError, match="0 confidences for 0 questions"):
        measure(floats(), bools(""))
    with pytest.raises(ValueError, match="2 confidences for 1 questions"):
        measure(floats(0.1, 0.2), bools("T"))
    with pytest.raises(ValueError, match="booleans are expected, not int64"):
        measure(floats(0.1), np.array([1]))
