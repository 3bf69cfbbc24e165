"""Results as JSON: what `jecite eval --json` prints, and a line for each question."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from retrieval.evaluation.answers import NORMALISATION, BestThreshold
from retrieval.evaluation.bootstrap import CONFIDENCE_LEVEL, RESAMPLES, Interval
from retrieval.evaluation.compare import MeasureComparison
from retrieval.evaluation.dataset import Problem
from retrieval.evaluation.results import (
    ANSWER_MEASURES,
    SCOPES,
    Evaluation,
    QuestionResult,
    RetrievalFigures,
    Scope,
)

SCHEMA = 1
DIGITS = 6


@dataclass(frozen=True, slots=True)
class Provenance:
    """What was run: the command, the code's commit, the encoder's threads, and how long it took."""

    command: str
    commit: str | None
    threads: int
    seconds: float


def to_json(
    evaluation: Evaluation,
    provenance: Provenance,
    *,
    unsplit: Evaluation | None = None,
    comparisons: Sequence[MeasureComparison] = (),
) -> str:
    """The whole evaluation as one JSON object, question by question at its end.

    `comparisons` are with a baseline, `unsplit` is the evaluation on the set's paragraphs as they
    are. Where a bound of an interval cannot be known, it is null, and so is the threshold where
    answering nothing is best.
    """
    dataset = evaluation.dataset
    data = {
        "schema": SCHEMA,
        "dataset": {
            "name": dataset.name,
            "sha256": dataset.digest,
            "articles": len(dataset.articles),
            "questions": len(dataset.questions),
            "problems": [asdict(each) for each in _problems(evaluation, unsplit)],
        },
        "index": None if evaluation.index is None else asdict(evaluation.index),
        **figures(evaluation),
        "unsplit": None if unsplit is None else figures(unsplit),
        "baseline": [_comparison(each) for each in comparisons],
        "intervals": f"{CONFIDENCE_LEVEL:.0%} bootstrap, {RESAMPLES} resamples of whole articles",
        "normalisation": NORMALISATION,
        **asdict(provenance),
        "seconds": round(provenance.seconds, 1),
        "per_question": per_question(evaluation.questions),
    }
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def figures(evaluation: Evaluation) -> dict[str, Any]:
    """The figures alone, and which questions each is about."""
    answers, reading = evaluation.answers, evaluation.reading
    about = {
        f"retrieval {each.mode}": _scope(each.scope, each.questions)
        for each in evaluation.retrieval
    }
    if evaluation.retrieval_test:
        about["retrieval_test_articles"] = _scope("test", evaluation.retrieval_test[0].questions)
    if answers:
        about["answers"] = _scope(answers.scope, answers.questions, answerable=answers.answerable)
    if reading:
        about["reading"] = _scope(reading.scope, reading.questions)
    for each in evaluation.abstention:
        about[f"abstention {each.setting}"] = _scope(
            each.scope, each.answerable, unanswerable=each.unanswerable
        )
    for kind in evaluation.kinds:
        about[f"refused {kind.kind}"] = _scope("all", kind.questions)
    return {
        "retrieval": _retrieval(evaluation.retrieval),
        "retrieval_test_articles": _retrieval(evaluation.retrieval_test),
        "answers": _intervals(answers.measures) if answers else {},
        "best_thresholds": {name: _best(each) for name, each in answers.thresholds.items()}
        if answers
        else {},
        "reading": _intervals(reading.measures) if reading else {},
        "abstention": {each.setting: _intervals(each.measures) for each in evaluation.abstention},
        "refused": {each.kind: _interval(each.refused) for each in evaluation.kinds},
        "questions": about,
    }


def per_question(results: Sequence[QuestionResult]) -> dict[str, Any]:
    """Each question's values in columns, for a paired test against another evaluation.

    They are not rounded: a paired test would find the roundings.
    """
    modes = dict.fromkeys(mode for each in results for mode in each.values)
    measures = next((list(each.values[mode]) for each in results for mode in each.values), [])
    return {
        "id": [each.question.id for each in results],
        "group": [each.question.group for each in results],
        "test_article": [each.is_test for each in results],
        "retrieval": {
            mode: {
                measure: [each.values.get(mode, {}).get(measure) for each in results]
                for measure in measures
            }
            for mode in modes
        },
        "answers": {
            name: [each.answer_values.get(name) for each in results]
            for name in ANSWER_MEASURES
            if any(name in each.answer_values for each in results)
        },
    }


def write_questions(path: Path, evaluation: Evaluation) -> None:
    """Write one JSON object a line for each question, with what was found for it."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for each in evaluation.questions:
            file.write(json.dumps(_line(each), ensure_ascii=False, allow_nan=False) + "\n")


def _line(result: QuestionResult) -> dict[str, Any]:
    question, outcome = result.question, result.outcome
    return {
        "id": question.id,
        "question": question.text,
        "group": question.group,
        "test_article": result.is_test,
        "answers": [answer.text for answer in question.answers],
        "relevant": list(question.relevant),
        "impossible": question.impossible,
        "rankings": {
            mode: [[article, round(score, DIGITS)] for article, score in ranking]
            for mode, ranking in result.rankings.items()
        },
        "values": {
            mode: {measure: round(value, DIGITS) for measure, value in values.items()}
            for mode, values in result.values.items()
        },
        "answer_values": dict(result.answer_values),
        "outcome": None if outcome is None else asdict(outcome),
        "removed": {setting: asdict(each) for setting, each in result.removed.items()},
    }


def _problems(evaluation: Evaluation, unsplit: Evaluation | None) -> Iterable[Problem]:
    found = (*evaluation.problems, *(unsplit.problems if unsplit else ()))
    return dict.fromkeys(found)


def _comparison(found: MeasureComparison) -> dict[str, Any]:
    p_value = found.comparison.p_value
    return {
        "system": found.system,
        "against": found.against,
        "measure": found.measure,
        "questions": found.questions,
        "difference": _interval(found.comparison.difference),
        "p_value": None if math.isnan(p_value) else round(p_value, DIGITS),
    }


def _retrieval(found: Iterable[RetrievalFigures]) -> dict[str, Any]:
    return {each.mode: _intervals(each.measures) for each in found}


def _intervals(measures: Mapping[str, Interval]) -> dict[str, Any]:
    return {name: _interval(each) for name, each in measures.items()}


def _interval(interval: Interval) -> dict[str, float | None]:
    return {
        name: None if math.isnan(value) else round(value, DIGITS)
        for name, value in asdict(interval).items()
    }


def _best(best: BestThreshold) -> dict[str, float | None]:
    return {
        "value": best.value,
        "threshold": None if math.isinf(best.threshold) else best.threshold,
    }


def _scope(scope: Scope, questions: int, **more: int) -> dict[str, Any]:
    return {"scope": SCOPES[scope], "questions": questions, **more}
