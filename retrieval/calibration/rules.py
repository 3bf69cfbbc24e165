"""The logistic rules, from the evidence of many questions in several settings."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from retrieval.confidence import Evidence, LogisticRule, Scale
from retrieval.evaluation import auroc, expected_calibration_error

FOLDS = 5

RELATED_COVERAGE = 0.65
"""The share of questions whose article speaks of the matter that the second rule lets through."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One question's evidence in one setting: its article whole, its answer gone, or all gone.

    `corpus` says how large the corpus was, `is_right` whether the first answer was right.
    """

    setting: str
    corpus: str
    group: str
    evidence: Evidence
    is_right: bool


def fit_rule(  # noqa: PLR0913 - all but one have a name
    judged: Sequence[Judged],
    *,
    features: Sequence[str],
    shares: Mapping[str, float],
    passing: str,
    coverage: float,
    outcomes: NDArray[np.bool_] | None = None,
    strength: float = 1.0,
) -> tuple[LogisticRule, dict[str, object]]:
    """Fit a logistic rule that tells the setting `passing` from the others.

    The fewer the questions, the smaller should `strength` be, the inverse of the ridge penalty's.
    Its threshold lets the share `coverage` of that setting pass. `shares` are the settings to fit
    on and what each weighs, within each size of corpus alike; every question of `judged` is of
    one of them. The rule's score tells `passing`; its probability is that of `passing`, or, where
    `outcomes` are given, of the outcome (`fit_scale`).
    The second is an account of how the rule does on articles that it wasn't fitted on.
    """
    values = np.array([[getattr(each.evidence, name) for name in features] for each in judged])
    cells = Counter((each.corpus, each.setting) for each in judged)
    weights = np.array([shares[r.setting] / cells[r.corpus, r.setting] for r in judged])
    weights /= weights.mean()
    passes = np.array([each.setting == passing for each in judged])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=1000))
    held_out = cross_val_predict(
        model,
        values,
        passes,
        groups=[each.group for each in judged],
        cv=GroupKFold(FOLDS, shuffle=True, random_state=0),
        params={"logisticregression__sample_weight": weights},
        method="decision_function",
    )
    outcomes = passes if outcomes is None else outcomes
    scale = fit_scale(held_out, outcomes, weights)
    held_out = expit(scale.log_odds(held_out))
    threshold = float(np.quantile(held_out[passes], 1.0 - coverage))
    account: dict[str, object] = {
        f"{setting}, {corpus}": {
            "passed": round(float((held_out[cell] >= threshold).mean()), 4),
            "auroc": None if setting == passing else round(auroc(held_out[pair], passes[pair]), 4),
            "calibration error": None
            if setting == passing
            else round(expected_calibration_error(held_out[pair], outcomes[pair]), 4),
        }
        for corpus, setting in sorted(cells)
        for cell in [_in(judged, corpus, (setting,))]
        for pair in [_in(judged, corpus, (passing, setting))]
    }
    model.fit(values, passes, logisticregression__sample_weight=weights)
    scaler, regression = model[0], model[1]
    slopes = regression.coef_[0] / scaler.scale_
    intercept = float(regression.intercept_[0] - slopes @ scaler.mean_)
    return LogisticRule(
        intercept=round(intercept, 5),
        weights=dict(zip(features, np.round(slopes, 5).tolist(), strict=True)),
        threshold=round(threshold, 4),
        scale=scale,
    ), account


def fit_related(
    judged: Sequence[Judged], *, features: Sequence[str], strength: float = 1.0
) -> tuple[LogisticRule, dict[str, object]]:
    """Fit the rule that tells, among what is not answered, what the corpus speaks of."""
    return fit_rule(
        [each for each in judged if each.setting in {"hard", "gone"}],
        features=features,
        shares={"hard": 1, "gone": 1},
        passing="hard",
        coverage=RELATED_COVERAGE,
        strength=strength,
    )


def fit_scale(
    scores: NDArray[np.float64], outcomes: NDArray[np.bool_], weights: NDArray[np.float64]
) -> Scale:
    """Find the likeliest scale of beta calibration.

    However sure it is that a question can be answered, its first answer is wrong now and then: a
    scale of one slope that is right for the unsure would be too sure at the top.
    """

    def loss(parameters: NDArray[np.float64]) -> float:
        low, high, shift = parameters
        odds = Scale(low, high, shift).log_odds(scores)
        return float((weights * np.logaddexp(0.0, np.where(outcomes, -odds, odds))).mean())

    best = minimize(
        loss, [1.0, 1.0, 0.0], method="L-BFGS-B", bounds=[(0.0, None), (0.0, None), (None, None)]
    )
    return Scale(*np.round(best.x, 4).tolist())


def _in(judged: Sequence[Judged], corpus: str, settings: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.array([row.corpus == corpus and row.setting in settings for row in judged])
