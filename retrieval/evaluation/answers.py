"""Answer measures: SQuAD's exact match and F1, in French, and whether a text holds an answer."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from retrieval.evaluation.arrays import BoolArray, FloatArray
from retrieval.evaluation.dataset import Question
from retrieval.values import figures

NORMALISATION = (
    "lower case; ’ and ' alike; the articles le, la, les, l', un, une, des, du, de la and de l' "
    "left out; punctuation and symbols left out, except inside a number, where 72.000 and "
    "72 000 are 72000 and 1,5 is not 15"
)
"""What `content_words` does, for reports."""

RIGHT_F1 = 0.5
"""The F1 with an answer of the set from which a short answer is right.

The set's own bounds are one annotator's: an answer cut wider or closer still says the same, and
from here on half of all its words and the set's are common to both.
"""

RIGHT = (
    f"a short answer is right where it stands in a relevant article, its F1 with an answer of the "
    f"set is at least {RIGHT_F1:g}, and neither of the two states a figure instead of the other's"
)
"""When a short answer is right, for reports; see `matches_answer`."""

_APOSTROPHES = str.maketrans(dict.fromkeys("’ʼ‘`´ʹ′", "'"))
_ARTICLES = re.compile(r"\b(?:(?:de\s+)?l'\s*|(?:de\s+)?la\b|(?:le|les|un|une|des|du)\b)")
# One to three digits, then groups of three after a dot or any kind of space.
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:[. \u00a0\u202f\u2009]\d{3})+(?!\d)")
_WORDS = re.compile(r"\d+(?:[.,]\d+)+|\w+")
Words: TypeAlias = tuple[str, ...]


def words(text: str) -> Words:
    """The text's words in lower case, without punctuation and symbols; numbers are one word."""
    return tuple(_WORDS.findall(_plain(text)))


def content_words(text: str) -> Words:
    """The text's words as `NORMALISATION` says, or with its articles where it has nothing else."""
    return tuple(_WORDS.findall(_ARTICLES.sub(" ", _plain(text)))) or words(text)


def exact_match(prediction: str, answers: Iterable[str]) -> float:
    """1 where the prediction and one of the answers have the same content words, else 0.

    An empty prediction stands for "no answer" and is right where there is no answer at all.
    """
    predicted = content_words(prediction)
    return max((float(predicted == gold) for gold in _golds(answers)), default=0.0)


def f1(prediction: str, answers: Iterable[str]) -> float:
    """The best F1 of the prediction's content words, as a multiset, with an answer's.

    An empty prediction stands for "no answer" and is right where there is no answer at all.
    """
    predicted = content_words(prediction)
    return max((_f1(predicted, gold) for gold in _golds(answers)), default=0.0)


def contains_answer(text: str, answers: Iterable[str]) -> bool:
    """Whether the content words of an answer stand one after the other in the text.

    Words match whole: "5" is neither in "545.000" nor in "1,5". An answer without any word (a
    symbol, or nothing) is in no text.
    """
    found, literal = content_words(text), words(text)
    return any(
        # An answer that is an article alone cannot be sought where articles are left out.
        _runs_in(content_words(answer), found) or _runs_in(words(answer), literal)
        for answer in answers
    )


def matches_answer(text: str, answers: Iterable[str]) -> bool:
    """Whether a short answer says what one of the answers does.

    Its F1 is at least `RIGHT_F1`, and the figures of one of the two are among the other's:
    "25 millions" has an F1 of 1/2 with "3 millions", and is another answer.
    """
    stated = figures(text)
    return any(
        f1(text, [answer]) >= RIGHT_F1 and (stated <= (known := figures(answer)) or known <= stated)
        for answer in answers
    )


@dataclass(frozen=True, slots=True)
class AnswerScores:
    """Exact match and F1 of each question, float64 (n,)."""

    exact: FloatArray
    f1: FloatArray


@dataclass(frozen=True, slots=True)
class BestThreshold:
    """The score reached by answering only from a confidence of `threshold` on, at its best."""

    value: float
    threshold: float

    @property
    def how(self) -> str:
        """How it is reached, for reports."""
        if math.isinf(self.threshold):
            return "by answering nothing"
        return f"by answering from a confidence of {self.threshold:.3f}"


def score_answers(questions: Sequence[Question], predictions: Mapping[str, str]) -> AnswerScores:
    """SQuAD's exact match and F1 for each question, in the questions' order.

    An impossible question scores 1 where its prediction is empty. A question without a
    prediction has an empty one, as in SQuAD 2's script: zero where there is an answer.

    Raises:
        ValueError: A question has no answer without being impossible: nothing to compare with.
    """
    for question in questions:
        if not question.answers and not question.impossible:
            raise ValueError(f"question {question.id!r} has no gold answer to compare with")
    given = [predictions.get(question.id, "") for question in questions]
    golds = [[answer.text for answer in question.answers] for question in questions]
    pairs = list(zip(given, golds, strict=True))
    return AnswerScores(
        exact=np.array([exact_match(*pair) for pair in pairs], dtype=np.float64),
        f1=np.array([f1(*pair) for pair in pairs], dtype=np.float64),
    )


def best_threshold(
    values: FloatArray, confidence: FloatArray, answerable: BoolArray
) -> BestThreshold:
    """SQuAD 2's best score over all thresholds of confidence (Rajpurkar et al. 2018).

    `values` are the questions' exact matches or F1. A question below the threshold counts
    as "no answer": 1 where it is not `answerable`, else 0. Equal confidences are answered
    together. Of thresholds that score the same, the highest is given; it is infinite where
    answering nothing is best.

    Raises:
        ValueError: There is no question, or the arrays' lengths differ.
    """
    if not len(values) or not len(values) == len(confidence) == len(answerable):
        raise ValueError("values, confidence and answerable must be of one length, at least 1")
    abstained = (~answerable).astype(np.float64)
    order = np.argsort(-confidence, kind="stable")
    sorted_confidence = confidence[order]
    totals = abstained.sum() + np.cumsum((values - abstained)[order])
    last_of_ties = np.append(sorted_confidence[1:] != sorted_confidence[:-1], True)
    candidates = np.append(abstained.sum(), totals[last_of_ties])
    thresholds = np.append(np.inf, sorted_confidence[last_of_ties])
    best = int(np.argmax(candidates))
    return BestThreshold(float(candidates[best] / len(values)), float(thresholds[best]))


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFC", text).casefold().translate(_APOSTROPHES)
    return _THOUSANDS.sub(lambda match: re.sub(r"[.\s]", "", match[0]), folded)


def _golds(answers: Iterable[str]) -> list[Words]:
    """The answers' content words; as in SQuAD's script, answers without a word don't count."""
    return [gold for gold in map(content_words, answers) if gold] or [()]


def _f1(predicted: Words, gold: Words) -> float:
    if not predicted or not gold:
        return float(predicted == gold)
    common = (Counter(predicted) & Counter(gold)).total()
    return 2 * common / (len(predicted) + len(gold))


def _runs_in(needle: Words, hay: Words) -> bool:
    # Words hold no space, so that spaces around them keep matches to whole words.
    return bool(needle) and f" {' '.join(needle)} " in f" {' '.join(hay)} "
