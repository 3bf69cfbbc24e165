"""Does the corpus answer? Two logistic rules on features that no corpus size or store decides.

The first estimates the probability that the corpus answers a question at all, the second, where
the first says no, that it speaks of it without answering. `retrieval.calibration` fits both.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import Any

from retrieval.fusion import FusionWeights
from retrieval.records import Status

CALIBRATION_FILE = "calibration.json"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the best passages of a question show.

    Attributes:
        cosine: The best dense score.
        sentence: The best cosine of the sentences chosen in the first three passages.
        coverage: The share of the question's terms, by idf, that the first passage holds.
        best_coverage: The most that one of the first three holds.
        names: The most of the names that the question writes with a capital, likewise; 1 for none.
        bm25: The best BM25 score against the most that the question's terms could give.
        margin: How far the best dense score lies above the tenth.
        bm25_margin: The same for BM25, against the same most.
        terms: The number of different terms, as ln(1 + n).
    """

    cosine: float
    sentence: float
    coverage: float
    best_coverage: float
    names: float
    bm25: float
    margin: float
    bm25_margin: float
    terms: float


@dataclass(frozen=True, slots=True)
class LogisticRule:
    """1 / (1 + exp(-(intercept + weights · evidence))), and the least that counts as a yes."""

    intercept: float
    weights: Mapping[str, float]
    threshold: float

    def probability(self, evidence: Evidence) -> float:
        """Return the probability for this evidence."""
        total = self.intercept + sum(
            weight * getattr(evidence, name) for name, weight in self.weights.items()
        )
        return 1.0 / (1.0 + math.exp(-max(-500.0, min(500.0, total))))


@dataclass(frozen=True, slots=True)
class HighlightWeights:
    """How much each sign counts when the sentence of a passage that answers best is chosen.

    `context` weighs the terms covered together with the sentence before, `kind` whether the
    sentence holds a thing of the kind asked for. `share` is what the best sentence's sum counts
    when passages are put in order for an answer.
    """

    cosine: float
    coverage: float
    context: float
    kind: float
    share: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Everything that is fitted, for one model; `fitted` says how, for people to read."""

    model: str
    fusion: FusionWeights
    highlight: HighlightWeights
    answered: LogisticRule
    related: LogisticRule
    fitted: Mapping[str, Any]


def judge(evidence: Evidence, calibration: Calibration) -> tuple[Status, float]:
    """Return what the corpus has for a question, and the probability that it answers."""
    confidence = calibration.answered.probability(evidence)
    if confidence >= calibration.answered.threshold:
        return Status.ANSWERED, confidence
    if calibration.related.probability(evidence) >= calibration.related.threshold:
        return Status.RELATED, confidence
    return Status.NONE, confidence


@cache
def load_calibration() -> Calibration:
    """Read the calibration that ships with the package, fitted for the bundled model."""
    text = resources.files("retrieval").joinpath(CALIBRATION_FILE).read_text(encoding="utf-8")
    return parse_calibration(json.loads(text))


def parse_calibration(data: Mapping[str, Any]) -> Calibration:
    """Read what `python -m retrieval.calibration` wrote."""
    return Calibration(
        model=data["model"],
        fusion=FusionWeights(**data["fusion"]),
        highlight=HighlightWeights(**data["highlight"]),
        answered=LogisticRule(**data["answered"]),
        related=LogisticRule(**data["related"]),
        fitted=data["fitted"],
    )


FEATURES = tuple(field.name for field in fields(Evidence))
