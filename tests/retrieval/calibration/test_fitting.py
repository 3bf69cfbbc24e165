"""What calibration fits, on material made so that the right answer is known."""

import json
import math
from dataclasses import asdict, fields, replace

import numpy as np
import pytest

from retrieval.calibration.logit import conditional_logit
from retrieval.calibration.rules import Judged, fit_rule
from retrieval.confidence import (
    FEATURES,
    PLAIN_FEATURES,
    Evidence,
    LogisticRule,
    Scale,
    load_calibration,
    parse_calibration,
)


def evidence(cosine):
    signs = dict.fromkeys((field.name for field in fields(Evidence)), 0.5)
    return Evidence(**{**signs, "cosine": cosine})


def judged(n=400, *, right=0.5, seed=0):
    """Questions whose cosine tells with some doubt whether their article is there."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(n):
        for setting, centre in (("whole", 0.9), ("gone", 0.8)):
            is_right = setting == "whole" and rng.random() < right
            cosine = float(rng.normal(centre, 0.05))
            rows.append(Judged(setting, "all", f"g{number % 40}", evidence(cosine), is_right))
    return rows


SHARES = {"whole": 1.0, "gone": 1.0}


class TestRule:
    def fit(self, rows, **options):
        return fit_rule(
            rows, features=["cosine"], shares=SHARES, passing="whole", coverage=0.9, **options
        )

    def test_it_finds_what_tells_the_settings_apart(self):
        rows = judged()
        rule, account = self.fit(rows)
        # Two normal distributions of equal width: the log-odds are (m1 - m0) / s² (x - middle).
        assert rule.weights["cosine"] == pytest.approx(0.1 / 0.05**2, rel=0.25)
        assert rule.probability(evidence(0.85)) == pytest.approx(0.5, abs=0.05)
        assert account["gone, all"]["auroc"] == pytest.approx(0.921, abs=0.02)  # Φ(0.1 / 0.0707)

    def test_the_threshold_lets_the_share_pass(self):
        rows = judged()
        rule, account = self.fit(rows)
        whole = [row for row in rows if row.setting == "whole"]
        passed = np.mean([rule.probability(row.evidence) >= rule.threshold for row in whole])
        assert passed == pytest.approx(0.9, abs=0.02)
        assert account["whole, all"]["passed"] == pytest.approx(0.9, abs=0.01)

    def test_its_probability_is_that_of_the_outcome_and_its_order_that_of_the_setting(self):
        rows = judged(n=1000)
        plain, _ = self.fit(rows)
        outcomes = np.array([row.is_right for row in rows])
        scaled, account = self.fit(rows, outcomes=outcomes)
        assert scaled.weights == plain.weights
        cosines = [0.75, 0.8, 0.85, 0.9, 0.95]
        assert np.all(np.diff([scaled.probability(evidence(c)) for c in cosines]) > 0)
        mean = np.mean([scaled.probability(row.evidence) for row in rows])
        assert mean == pytest.approx(outcomes.mean(), abs=0.02)
        # The true curve levels off at one half, where a logistic one rises to 1.
        assert scaled.probability(evidence(0.95)) == pytest.approx(0.5, abs=0.06)
        assert plain.probability(evidence(0.95)) > 0.95
        assert scaled.scale.high < scaled.scale.low
        assert account["gone, all"]["calibration error"] < 0.04


def test_a_choice_is_weighed_as_it_was_made():
    # Each choice is between two things that differ in one sign by 1; the greater is right in
    # three of four: the odds are 3, and the weight ln 3. The other sign is the same everywhere,
    # though the deviation of so many equal numbers is not quite 0.
    same = math.log(0.01)
    signs = [np.array([[1.0, same], [0.0, same]]) for _ in range(400)]
    assert np.concatenate(signs)[:, 1].std() > 0
    labels = [np.array([1.0, 0.0]) if n % 4 else np.array([0.0, 1.0]) for n in range(400)]
    weights = conditional_logit(signs, labels)
    assert weights[0] == pytest.approx(math.log(3), abs=0.01)
    assert weights[1] == 0.0


def test_a_scale_as_it_stands_changes_no_probability():
    scores = np.array([-800.0, -2.0, 0.0, 3.0, 800.0])
    assert Scale().log_odds(scores) == pytest.approx(scores)


def test_a_scale_has_its_own_slope_at_each_end():
    scale = Scale(low=2.0, high=0.5, shift=-1.0)
    assert scale.log_odds(-30.0) == pytest.approx(-61.0)
    assert scale.log_odds(30.0) == pytest.approx(14.0)
    assert scale.log_odds(0.0) == pytest.approx(-1.0 - 1.5 * math.log(2))


def test_what_was_fitted_is_read_as_it_was_written():
    shipped = load_calibration()
    rule = replace(shipped.plain.answered, scale=Scale(low=2.0, high=0.5, shift=-1.0))
    fitted = replace(shipped, plain=replace(shipped.plain, answered=rule))
    assert parse_calibration(json.dumps(asdict(fitted))) == fitted


@pytest.mark.parametrize(("intercept", "probability"), [(-5000.0, 0.0), (5000.0, 1.0)])
def test_what_is_beyond_doubt_has_a_probability(intercept, probability):
    assert LogisticRule(intercept, {}, 0.5).probability(evidence(0.5)) == pytest.approx(probability)


def test_the_rules_that_ship_weigh_the_signs_that_are_named_for_them():
    shipped = load_calibration()
    for rules, features in ((shipped.plain, PLAIN_FEATURES), (shipped.reader, FEATURES)):
        assert tuple(rules.answered.weights) == tuple(rules.related.weights) == features
