"""Compares an evaluation with an earlier one, question by question."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import Field

from retrieval.errors import DatasetError
from retrieval.evaluation.bootstrap import Comparison, paired_test
from retrieval.evaluation.dataset import Dataset
from retrieval.evaluation.parsing import Schema, parse, read_text
from retrieval.evaluation.results import (
    ANSWER_MEASURES,
    SCOPES,
    Evaluation,
    QuestionResult,
    Scope,
)


@dataclass(frozen=True, slots=True)
class MeasureComparison:
    """How much better a measure is than the baseline's.

    `system` is the mode, or "answers"; `against` is the baseline's.
    """

    system: str
    against: str
    measure: str
    questions: int
    comparison: Comparison


class Baseline(Schema):
    """What is read of the JSON of an earlier evaluation."""

    class Set(Schema):
        """Which data set it was about."""

        name: str
        sha256: str

    class Questions(Schema):
        """Values by question: `retrieval` by mode and measure."""

        id: tuple[str, ...]
        retrieval: Mapping[str, Mapping[str, tuple[float | None, ...]]] = Field(
            default_factory=dict
        )
        answers: Mapping[str, tuple[float | None, ...]] = Field(default_factory=dict)

    class About(Schema):
        """Which questions a figure is about: one of `SCOPES`."""

        scope: str = SCOPES["all"]

    dataset: Set
    per_question: Questions
    questions: Mapping[str, About] = Field(default_factory=dict)

    def scope(self, figure: str, other: Scope) -> Scope:
        """The scope in which a figure may be compared with one of another scope."""
        about = self.questions.get(figure)
        return "test" if about is not None and about.scope == SCOPES["test"] else other


def read_baseline(path: Path) -> Baseline:
    """Read what `jecite eval --json` printed.

    Raises:
        DatasetError: The file cannot be read, or is something else.
    """
    try:
        return parse(Baseline, read_text(path), path)
    except DatasetError as error:
        raise DatasetError(
            f"{error} A baseline is what an earlier `jecite eval … --json` printed."
        ) from error


def check_same_set(dataset: Dataset, baseline: Baseline) -> None:
    """See to it that a baseline is about the set, before anything is measured.

    Raises:
        DatasetError: It is about another set.
    """
    if baseline.dataset.sha256 != dataset.digest:
        raise DatasetError(
            f"The baseline was measured on {baseline.dataset.name} "
            f"(sha256 {baseline.dataset.sha256[:12]}…), and this is {dataset.name} "
            f"(sha256 {dataset.digest[:12]}…). Compare results on the same set."
        )


def compare(evaluation: Evaluation, baseline: Baseline) -> tuple[MeasureComparison, ...]:
    """Test each measure that both have, on the questions that both asked, by whole article.

    A mode is compared with the same mode; one that the baseline lacks, with its hybrid mode, or
    with its only one. Modes and answers that were tuned on the set, on either side, are
    compared on its test articles.

    Raises:
        DatasetError: The baseline is about another set, or has no measure or question in common.
    """
    check_same_set(evaluation.dataset, baseline)
    found = tuple(_comparisons(evaluation, baseline))
    if not found:
        raise DatasetError(
            "The baseline has no measure of any question in common with this evaluation: ask "
            "for the same modes, and a sample with the same seed."
        )
    return found


def _comparisons(evaluation: Evaluation, baseline: Baseline) -> Iterator[MeasureComparison]:
    before = baseline.per_question
    for figures in evaluation.retrieval:
        against = _counterpart(figures.mode, list(before.retrieval))
        if against is None:
            continue
        scope = baseline.scope(f"retrieval {against}", figures.scope)
        for measure, column in before.retrieval[against].items():
            ours = {
                each.question.id: each.values[figures.mode].get(measure)
                for each in evaluation.questions
                if figures.mode in each.values
            }
            pairs = _pairs(evaluation.questions, ours, before.id, column, scope)
            if pairs:
                yield _test(figures.mode, against, measure, pairs)
    if evaluation.answers is None:
        return
    scope = baseline.scope("answers", evaluation.answers.scope)
    for measure in ANSWER_MEASURES:
        ours = {each.question.id: each.answer_values.get(measure) for each in evaluation.questions}
        column = before.answers.get(measure, ())
        pairs = _pairs(evaluation.questions, ours, before.id, column, scope)
        if pairs:
            yield _test("answers", "answers", measure, pairs)


def _counterpart(mode: str, modes: Sequence[str]) -> str | None:
    if mode in modes:
        return mode
    if "hybrid" in modes:
        return "hybrid"
    return modes[0] if len(modes) == 1 else None


def _pairs(
    results: Sequence[QuestionResult],
    ours: Mapping[str, float | None],
    ids: Sequence[str],
    column: Sequence[float | None],
    scope: Scope,
) -> list[tuple[float, float, str]]:
    """Our value, the baseline's and the group of each question that has both."""
    theirs = dict(zip(ids, column, strict=False))
    pairs = []
    for each in results:
        mine, other = ours.get(each.question.id), theirs.get(each.question.id)
        if mine is not None and other is not None and (scope == "all" or each.is_test):
            pairs.append((mine, other, each.question.group))
    return pairs


def _test(
    system: str, against: str, measure: str, pairs: Sequence[tuple[float, float, str]]
) -> MeasureComparison:
    mine, other, groups = zip(*pairs, strict=True)
    comparison = paired_test(np.array(mine), np.array(other), list(groups))
    return MeasureComparison(system, against, measure, len(pairs), comparison)
