"""Sums up the results of single questions, with intervals by whole article."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from retrieval.evaluation.abstention import (
    COVERAGES,
    auroc,
    expected_calibration_error,
    operating_point,
    reliability,
    risk_coverage,
)
from retrieval.evaluation.answers import BestThreshold, best_threshold, score_answers
from retrieval.evaluation.arrays import BoolArray, FloatArray, IntArray
from retrieval.evaluation.bootstrap import (
    ENOUGH_GROUPS,
    Interval,
    bootstrap_mean,
    bootstrap_statistic,
)
from retrieval.evaluation.dataset import Problem
from retrieval.evaluation.results import (
    ANSWER_MEASURES,
    EXACT_MATCH,
    F1,
    AbstentionFigures,
    AnswerFigures,
    KindFigures,
    Outcome,
    QuestionResult,
    RetrievalFigures,
    Scope,
    Setting,
    Verdict,
)
from retrieval.records import Status

Results = Sequence[QuestionResult]


def retrieval_figures(
    results: Results, modes: Iterable[str], scope: Scope
) -> tuple[RetrievalFigures, ...]:
    """Each mode's measures over the questions in scope; nothing where there is no question."""
    judged = [each for each in in_scope(results, scope) if each.values]
    if not judged:
        return ()
    groups = [each.question.group for each in judged]
    return tuple(
        RetrievalFigures(
            mode=mode,
            scope=scope,
            questions=len(judged),
            measures={
                measure: bootstrap_mean(
                    np.array([each.values[mode][measure] for each in judged]), groups
                )
                for measure in judged[0].values[mode]
            },
        )
        for mode in modes
    )


def answer_figures(results: Results, scope: Scope) -> AnswerFigures | None:
    """The answers' measures over the questions in scope; None where nothing was measured.

    Exact match and F1 are given for the questions with an answer and those without (SQuAD 2's
    HasAns and NoAns) apart, too, where there are both.
    """
    measured = [each for each in in_scope(results, scope) if each.answer_values]
    if not measured:
        return None
    measures: dict[str, Interval] = {}
    for name in ANSWER_MEASURES:
        having = [each for each in measured if name in each.answer_values]
        sorts = {"": having}
        if name in (EXACT_MATCH, F1):
            sorts["HasAns "] = [each for each in having if not each.question.impossible]
            sorts["NoAns "] = [each for each in having if each.question.impossible]
        for sort, some in sorts.items():
            if some and (not sort or len(some) < len(having)):
                values = np.array([each.answer_values[name] for each in some])
                groups = [each.question.group for each in some]
                measures[f"{sort}{name}"] = bootstrap_mean(values, groups)
    answerable = sum(not each.question.impossible for each in measured)
    return AnswerFigures(scope, len(measured), answerable, measures, _thresholds(measured))


def with_short_answers(results: Results, given: Mapping[str, str]) -> list[QuestionResult]:
    """The results with exact match and F1 of the answers given by question id, "" for none.

    Questions that nothing is given for, and those that the set has no answer for, without being
    impossible, stay as they are.
    """
    known = [
        each
        for each in results
        if each.question.id in given and (each.question.answers or each.question.impossible)
    ]
    scores = score_answers([each.question for each in known], given)
    measured = {
        each.question.id: {EXACT_MATCH: exact, F1: overlap}
        for each, exact, overlap in zip(
            known, scores.exact.tolist(), scores.f1.tolist(), strict=True
        )
    }
    return [
        replace(each, answer_values={**each.answer_values, **measured.get(each.question.id, {})})
        for each in results
    ]


def abstention_figures(
    results: Results, setting: Setting, scope: Scope, *, has_reader: bool = False
) -> AbstentionFigures | None:
    """How well confidence parts the two sorts of questions; None where there is but one.

    In a setting with removal, each question counts twice: whole, and without its article.
    """
    chosen = in_scope(results, scope)
    whole = [each for each in chosen if each.outcome and not each.question.impossible]
    others: list[tuple[str, Outcome | Verdict]]
    if setting == "as asked":
        others = [
            (each.question.group, each.outcome)
            for each in chosen
            if each.outcome and each.question.impossible
        ]
    else:
        whole = [each for each in whole if setting in each.removed]
        others = [(each.question.group, each.removed[setting]) for each in whole]
    outcomes = [(each.question.group, each.outcome) for each in whole if each.outcome]
    if not outcomes or not others:
        return None
    sample = _Sample(outcomes, others, has_reader=has_reader)
    return AbstentionFigures(
        setting=setting,
        scope=scope,
        answerable=len(outcomes),
        unanswerable=len(others),
        measures=sample.measures(),
        curve=risk_coverage(sample.confidence, sample.is_right),
        diagram=reliability(sample.confidence, sample.promised),
    )


def kind_figures(results: Results) -> tuple[KindFigures, ...]:
    """The share refused of each kind that the set names, in the order of the set."""
    kinds: dict[str, list[tuple[str, float]]] = {}
    for each in results:
        if each.question.kind and each.outcome:
            refused = float(each.outcome.status is not Status.ANSWERED)
            kinds.setdefault(each.question.kind, []).append((each.question.group, refused))
    return tuple(
        KindFigures(
            kind,
            len(rows),
            bootstrap_mean(np.array([value for _, value in rows]), [group for group, _ in rows]),
        )
        for kind, rows in kinds.items()
    )


def too_few_articles(results: Results, scope: Scope) -> tuple[Problem, ...]:
    """A problem where the questions in scope are about too few articles to resample."""
    asked = (each.question for each in in_scope(results, scope))
    groups = list(dict.fromkeys(each.group for each in asked if not each.impossible))
    what = f"articles, fewer than {ENOUGH_GROUPS}, that questions are about: intervals too narrow"
    return Problem.of(what, groups if 1 < len(groups) < ENOUGH_GROUPS else [])


def in_scope(results: Results, scope: Scope) -> Results:
    """The results in scope."""
    return results if scope == "all" else [each for each in results if each.is_test]


class _Sample:
    """Confidences of answerable questions and of others, as arrays.

    `promised` is what confidence is the probability of.
    """

    def __init__(
        self,
        outcomes: Sequence[tuple[str, Outcome]],
        others: Sequence[tuple[str, Outcome | Verdict]],
        *,
        has_reader: bool,
    ) -> None:
        count, both = len(outcomes), [*outcomes, *others]
        self.groups = [group for group, _ in both]
        self.confidence: FloatArray = np.array(
            [each.confidence for _, each in both], dtype=np.float64
        )
        self.answerable: BoolArray = np.arange(len(self.groups)) < count
        self.is_right: BoolArray = np.zeros(len(self.groups), dtype=np.bool_)
        self.is_right[:count] = [outcome.is_right for _, outcome in outcomes]
        self.promised = self.is_right if has_reader else self.answerable
        self.answered: FloatArray = np.array(
            [each.status is Status.ANSWERED for _, each in both], dtype=np.float64
        )

    def measures(self) -> Mapping[str, Interval]:
        """Every measure with its interval."""
        statistics: dict[str, Callable[[IntArray], float]] = {
            "AUROC": lambda i: auroc(self.confidence[i], self.answerable[i]),
        }
        for coverage in COVERAGES:
            name = f"false answers at {coverage:.0%} coverage"
            statistics[name] = partial(self._false_answers, coverage)
        statistics["risk–coverage area"] = lambda i: (
            risk_coverage(self.confidence[i], self.is_right[i]).area
        )
        found = {
            name: bootstrap_statistic(statistic, self.groups)
            for name, statistic in statistics.items()
        }
        found["expected calibration error"] = bootstrap_statistic(
            lambda i: expected_calibration_error(self.confidence[i], self.promised[i]),
            self.groups,
            recentred=True,
        )
        for name, chosen in (("coverage", self.answerable), ("false answers", ~self.answerable)):
            groups = [self.groups[i] for i in np.flatnonzero(chosen)]
            found[name] = bootstrap_mean(self.answered[chosen], groups)
        return found

    def _false_answers(self, coverage: float, i: IntArray) -> float:
        point = operating_point(self.confidence[i], self.answerable[i], coverage=coverage)
        return point.false_answers


def _thresholds(measured: Results) -> dict[str, BestThreshold]:
    """SQuAD 2's best scores, which need confidences, and questions of both sorts."""
    scored = [
        (each, each.outcome)
        for each in measured
        if each.outcome is not None and F1 in each.answer_values
    ]
    answerable = np.array([not each.question.impossible for each, _ in scored], dtype=np.bool_)
    if not scored or answerable.all() or not answerable.any():
        return {}
    confidence = np.array([outcome.confidence for _, outcome in scored])
    return {
        name: best_threshold(
            np.array([each.answer_values[name] for each, _ in scored]), confidence, answerable
        )
        for name in (EXACT_MATCH, F1)
    }
