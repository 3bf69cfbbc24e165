"""Does the corpus answer? Two logistic rules on features that no corpus size or store decides.

The first estimates the probability that the answer is right, the second, where that is too low,
that the corpus speaks of the matter without answering. `retrieval.calibration` fits both, once
for answers made with the reader and once for those without.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import TypeAdapter

from retrieval.fusion import FusionWeights
from retrieval.reader.judgement import ReaderJudgement
from retrieval.records import Status

CALIBRATION_FILE = "calibration.json"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the best passages of a question show.

    Attributes:
        cosine: The best dense score.
        sentence: The best cosine of the sentences chosen in the first three passages.
        coverage: The share of the question's terms, by idf, that the first passage holds.
        names: The most that one of the first three holds of the names that the question writes with
            a capital; 1 for none.
        bm25: The best BM25 score against the most that the question's terms could give.
        margin: How far the best dense score lies above the tenth.
        number: 1 where a number is asked for, else 0.
        date: 1 where a date is asked for, else 0.
        together: The log-odds that one of the passages read answers, ln Σ exp(relevance); 0 without
            a reader, as for the others below.
        presence: The reader's log-odds that the first passage holds an answer.
        score: The first passage's score, which the hybrid's counts in.
        lead: How far it lies above the second's.
    """

    cosine: float
    sentence: float
    coverage: float
    names: float
    bm25: float
    margin: float
    number: float
    date: float
    together: float = 0.0
    presence: float = 0.0
    score: float = 0.0
    lead: float = 0.0


@dataclass(frozen=True, slots=True)
class Scale:
    """A score as a probability: 1 / (1 + exp(-(shift + high · ln(1 + eˢ) - low · ln(1 + e⁻ˢ)))).

    That is beta calibration (Kull et al. 2017) of the probability 1 / (1 + e⁻ˢ): its log-odds
    rise by `low` where it is small and by `high` where it is large. As it stands it changes none.
    """

    low: float = 1.0
    high: float = 1.0
    shift: float = 0.0

    def log_odds(self, scores: ArrayLike) -> NDArray[np.float64]:
        """Return the log-odds of each score's probability, in the scores' shape."""
        found = np.asarray(scores, dtype=np.float64)
        rise, fall = np.logaddexp(0.0, found), np.logaddexp(0.0, -found)
        return np.asarray(self.shift + self.high * rise - self.low * fall)


@dataclass(frozen=True, slots=True)
class LogisticRule:
    """The probability of intercept + weights · evidence, and the least that counts as a yes."""

    intercept: float
    weights: Mapping[str, float]
    threshold: float
    scale: Scale = Scale()

    def probability(self, evidence: Evidence) -> float:
        """Return the probability for this evidence."""
        total = self.intercept + sum(
            weight * getattr(evidence, name) for name, weight in self.weights.items()
        )
        odds = float(self.scale.log_odds(total))
        return 1.0 / (1.0 + math.exp(-max(-500.0, min(500.0, odds))))


@dataclass(frozen=True, slots=True)
class HighlightWeights:
    """How much each sign counts when the sentence of a passage that answers best is chosen.

    `context` weighs the terms covered together with the sentence before, `kind` whether the
    sentence holds a thing of the kind asked for, `answer` how probably an answer begins in it, as
    the reader says.
    `share` is what the best sentence's sum counts when passages are put in order for an answer.
    """

    cosine: float
    coverage: float
    context: float
    kind: float
    share: float
    answer: float = 0.0


@dataclass(frozen=True, slots=True)
class RankingWeights:
    """How passages that were read are put in order: what counts how much in their score."""

    relevance: float
    presence: float
    retrieved: float

    def score(self, judgement: ReaderJudgement, retrieved: float) -> float:
        """Return a passage's score, given its score before it was read."""
        return (
            self.relevance * judgement.relevance
            + self.presence * judgement.presence
            + self.retrieved * retrieved
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """How answers are made of passages, with a reader or without one.

    `answered` estimates the probability that the first answer is right: with a reader, of its
    short answer; without one, that the corpus answers at all.
    """

    highlight: HighlightWeights
    answered: LogisticRule
    related: LogisticRule

    def judge(self, evidence: Evidence) -> tuple[Status, float]:
        """Return what the corpus has for a question, and the probability behind it."""
        confidence = self.answered.probability(evidence)
        if confidence >= self.answered.threshold:
            return Status.ANSWERED, confidence
        if self.related.probability(evidence) >= self.related.threshold:
            return Status.RELATED, confidence
        return Status.NONE, confidence


@dataclass(frozen=True, slots=True)
class ReaderRules(Rules):
    """Those with a reader, fitted for the weights of one SHA-256.

    Once the most relevant of the first few passages has a relevance of `settled`, the others are
    left unread.
    """

    digest: str
    ranking: RankingWeights
    settled: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Everything that is fitted, for one encoder; `fitted` says how, for people to read.

    `reader` holds for the reader that ships with the package, None where there is none yet.
    """

    model: str
    fusion: FusionWeights
    plain: Rules
    reader: ReaderRules | None
    fitted: Mapping[str, Any]


@cache
def load_calibration() -> Calibration:
    """Read the calibration that ships with the package, fitted for the bundled model."""
    text = resources.files("retrieval").joinpath(CALIBRATION_FILE).read_text(encoding="utf-8")
    return parse_calibration(text)


def parse_calibration(text: str) -> Calibration:
    """Read what `python -m retrieval.calibration` wrote."""
    return TypeAdapter(Calibration).validate_json(text)


FEATURES = tuple(field.name for field in fields(Evidence))
PLAIN_FEATURES = ("cosine", "sentence", "coverage", "names", "bm25", "margin")
"""What evidence holds, in order, and what of it the rules weigh that know no reader.

To these, whether a number or a date is asked for told no more.
"""
