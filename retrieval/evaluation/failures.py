"""The worst failures of an evaluation: what was expected, and what came instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from retrieval.evaluation.results import F1, Evaluation, QuestionResult
from retrieval.records import Status

Found = TypeVar("Found")

PER_KIND = 100
"""The most failures of one kind that are shown."""

FALSE_ANSWER = "answered, though the corpus doesn't"
WRONG_ANSWER = "answered wrongly"
FALSE_ALARM = "answered after its article was removed"
REFUSED = "refused, though the corpus answers"
NOT_FOUND = "not among the ten best"
NO_OVERLAP = "no word in common with an answer"


@dataclass(frozen=True, slots=True)
class Text:
    """An article's id and the text of it that matters, which may be unknown."""

    article_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Failure:
    """One question that went wrong.

    `short` is the short answer given, None where there was none. `ranks` gives the place of the
    first relevant article in each mode, None beyond the tenth.
    """

    kind: str
    question: str
    group: str
    answers: tuple[str, ...]
    expected: tuple[Text, ...]
    instead: Text | None
    short: str | None
    confidence: float | None
    ranks: Mapping[str, int | None]


def worst_failures(evaluation: Evaluation, *, per_kind: int = PER_KIND) -> tuple[Failure, ...]:
    """Every question that failed, under its worst failure; the worst first in each kind.

    Answers that are wrong come before refusals, and among them the surest come first; refusals
    come with the least sure first.
    """
    texts = {each.reference.article_id: each.text for each in evaluation.dataset.articles}
    kinds: dict[str, list[tuple[float, QuestionResult]]] = {
        kind: []
        for kind in (
            FALSE_ANSWER,
            WRONG_ANSWER,
            FALSE_ALARM,
            REFUSED,
            NOT_FOUND,
            NO_OVERLAP,
        )
    }
    for result in evaluation.questions:
        kind, badness = _judge(result)
        if kind is not None:
            kinds[kind].append((badness, result))
    found = []
    for kind, results in kinds.items():
        results.sort(key=lambda pair: -pair[0])
        found += [_failure(kind, result, texts) for _, result in results[:per_kind]]
    return tuple(found)


def _judge(result: QuestionResult) -> tuple[str | None, float]:
    """The kind of the worst failure, None where there is none, and how bad it is."""
    question, outcome = result.question, result.outcome
    # Of a question that nobody judged, nobody knows what would have been right.
    is_judged = question.impossible or question.answers or question.relevant
    if outcome is not None and is_judged:
        if outcome.status is Status.ANSWERED and not outcome.is_right:
            kind = FALSE_ANSWER if question.impossible else WRONG_ANSWER
            return kind, outcome.confidence
        if outcome.status is not Status.ANSWERED and not question.impossible:
            return REFUSED, -outcome.confidence
        alarm = result.removed.get("off-corpus")
        if alarm is not None and alarm.status is Status.ANSWERED:
            return FALSE_ALARM, alarm.confidence
    if result.values and _last(result.values)["nDCG@10"] == 0:
        return NOT_FOUND, 0.0
    if F1 in result.answer_values and result.answer_values[F1] == 0:
        return NO_OVERLAP, 0.0
    return None, 0.0


def _failure(kind: str, result: QuestionResult, texts: Mapping[str, str]) -> Failure:
    question, outcome = result.question, result.outcome
    confidence = outcome.confidence if outcome else None
    instead = None
    if kind == FALSE_ALARM:
        confidence = result.removed["off-corpus"].confidence
    elif outcome is not None and outcome.cited_article is not None:
        instead = Text(outcome.cited_article, outcome.cited)
    elif result.rankings and (best := _last(result.rankings)):
        instead = Text(best[0][0], texts.get(best[0][0], ""))
    return Failure(
        kind=kind,
        question=question.text,
        group=question.group,
        answers=tuple(dict.fromkeys(answer.text for answer in question.answers)),
        expected=tuple(Text(each, texts.get(each, "")) for each in question.relevant),
        instead=instead,
        short=outcome.short if outcome and kind != FALSE_ALARM else None,
        confidence=confidence,
        ranks={mode: _rank(values["RR@10"]) for mode, values in result.values.items()},
    )


def _rank(reciprocal: float) -> int | None:
    return round(1 / reciprocal) if reciprocal else None


def _last(by_mode: Mapping[str, Found]) -> Found:
    """What the last of the question's modes found: the best, where all are measured."""
    return by_mode[list(by_mode)[-1]]
