"""Figures of results made by hand, against sums worked out by hand."""

import math

import pytest

from retrieval.evaluation import GoldAnswer, Question
from retrieval.evaluation.figures import (
    abstention_figures,
    answer_figures,
    kind_figures,
    retrieval_figures,
    too_few_articles,
    with_short_answers,
)
from retrieval.evaluation.results import Outcome, QuestionResult, Verdict
from retrieval.records import Status


def result(
    each,
    *,
    group="g",
    test=False,
    confidence=None,
    right=True,
    impossible=False,
    removed=None,
    kind=None,
    answers=("oui",),
    **parts,
):
    question = Question(
        id=each,
        text="?",
        group=group,
        answers=() if impossible else tuple(GoldAnswer(text) for text in answers),
        relevant={} if impossible else {"a": 1},
        impossible=impossible,
        kind=kind,
    )
    status = Status.ANSWERED if (confidence or 0) >= 0.5 else Status.NONE
    outcome = None if confidence is None else Outcome(status, confidence, right)
    return QuestionResult(
        question=question,
        is_test=test,
        outcome=outcome,
        removed={
            setting: Verdict(Status.ANSWERED if value >= 0.5 else Status.NONE, value)
            for setting, value in (removed or {}).items()
        },
        **parts,
    )


def test_retrieval_is_averaged_over_the_questions_in_scope():
    results = [
        result("1", group="g", test=True, values={"dense": {"nDCG@10": 1.0}}),
        result("2", group="h", values={"dense": {"nDCG@10": 0.5}}),
        result("3", group="h", values={"dense": {"nDCG@10": 0.0}}),
        result("4", group="i", impossible=True),
    ]

    (everything,) = retrieval_figures(results, ["dense"], "all")
    (tested,) = retrieval_figures(results, ["dense"], "test")

    assert (everything.questions, everything.measures["nDCG@10"].value) == (3, 0.5)
    # Two articles: a resample holds the first twice, each once, or the second twice.
    assert (everything.measures["nDCG@10"].low, everything.measures["nDCG@10"].high) == (0.25, 1.0)
    assert (tested.questions, tested.measures["nDCG@10"].value) == (1, 1.0)
    assert math.isnan(tested.measures["nDCG@10"].low)
    assert retrieval_figures(results[3:], ["dense"], "all") == ()


def test_exact_match_and_f1_with_and_without_an_answer():
    results = [
        result("1", confidence=0.9, answers=("Le grand pont",)),
        result("2", confidence=0.8, answers=("granit",)),
        result("3", confidence=0.4, impossible=True),
        result("4", confidence=0.7, impossible=True),
    ]
    given = {"1": "pont", "2": "granit", "3": "", "4": "bois"}

    figures = answer_figures(with_short_answers(results, given), "all")

    assert (figures.questions, figures.answerable) == (4, 2)
    # "pont" against "grand pont": precision 1, recall 1/2, F1 2/3.
    assert {name: each.value for name, each in figures.measures.items()} == pytest.approx(
        {
            "exact match": 2 / 4,
            "F1": (2 / 3 + 1 + 1 + 0) / 4,
            "HasAns exact match": 1 / 2,
            "HasAns F1": 5 / 6,
            "NoAns exact match": 1 / 2,
            "NoAns F1": 1 / 2,
        }
    )
    # Answering from 0.8 on: 0 + 1 for the first two, and 1 + 1 for the impossible ones.
    assert figures.thresholds["exact match"].value == 3 / 4
    assert figures.thresholds["exact match"].threshold == 0.8
    assert figures.thresholds["F1"].value == pytest.approx((2 / 3 + 3) / 4)


def test_abstention_with_the_article_removed_counts_each_question_twice():
    results = [
        result("1", group="g", confidence=0.9, removed={"off-corpus": 0.2}),
        result("2", group="h", confidence=0.6, right=False, removed={"off-corpus": 0.7}),
        result("3", group="h", confidence=0.4, right=False, removed={"off-corpus": 0.1}),
        result("4", group="h", confidence=0.95, impossible=True),
    ]

    figures = abstention_figures(results, "off-corpus", "all")
    values = {name: each.value for name, each in figures.measures.items()}

    assert (figures.answerable, figures.unanswerable) == (3, 3)
    # Of nine pairs, only 0.6 and 0.4 against 0.7 are the wrong way round.
    assert values["AUROC"] == pytest.approx(7 / 9)
    # All three must be answered for 80 %, from 0.4 on: one of three others is, too.
    assert values["false answers at 80% coverage"] == pytest.approx(1 / 3)
    assert values["coverage"] == pytest.approx(2 / 3)
    assert values["false answers"] == pytest.approx(1 / 3)
    # The surest first: 0.9 right, then five errors: 0, 1/2, 2/3, 3/4, 4/5, 5/6.
    assert values["risk–coverage area"] == pytest.approx(
        (0 + 1 / 2 + 2 / 3 + 3 / 4 + 4 / 5 + 5 / 6) / 6
    )
    # Six bins of one: |0.1-0| + |0.2-0| + |0.4-1| + |0.6-1| + |0.7-0| + |0.9-1|.
    assert values["expected calibration error"] == pytest.approx(2.1 / 6)
    # With a reader, about being right, as the first is alone: 0.1, 0.2, 0.4, 0.6, 0.7, |0.9-1|.
    reading = abstention_figures(results, "off-corpus", "all", has_reader=True)
    assert reading.measures["expected calibration error"].value == pytest.approx(2.1 / 6)
    assert [each.frequency for each in reading.diagram] == [0, 0, 0, 0, 0, 1]
    assert [each.frequency for each in figures.diagram] == [0, 0, 1, 1, 0, 1]
    assert reading.measures["AUROC"] == figures.measures["AUROC"]


def test_abstention_as_asked_needs_both_sorts():
    answerable = [result("1", confidence=0.9), result("2", group="h", confidence=0.3)]
    impossible = [result("3", group="i", confidence=0.5, impossible=True)]

    figures = abstention_figures(answerable + impossible, "as asked", "all")

    assert figures.measures["AUROC"].value == 0.5
    assert (figures.answerable, figures.unanswerable) == (2, 1)
    assert abstention_figures(answerable, "as asked", "all") is None
    assert abstention_figures(answerable, "hard", "all") is None


@pytest.mark.parametrize(("groups", "is_told"), [(1, False), (2, True), (19, True), (20, False)])
def test_too_few_articles_are_told_where_there_is_an_interval(groups, is_told):
    results = [result(str(each), group=str(each % groups), test=True) for each in range(40)]
    # An impossible question's group may be itself, and the others aren't of the test articles.
    results += [result(f"i{each}", group=f"i{each}", impossible=True, test=True) for each in "ab"]
    results += [result(f"o{each}", group=f"o{each}") for each in range(30)]

    problems = too_few_articles(results, "test")

    assert [each.count for each in problems] == ([groups] if is_told else [])


def test_refusals_by_kind():
    results = [
        result("1", kind="off-topic", confidence=0.9, impossible=True),
        result("2", group="h", kind="off-topic", confidence=0.1, impossible=True),
        result("3", kind="plain", confidence=0.9),
        result("4", kind="plain"),
    ]

    figures = kind_figures(results)

    assert [(each.kind, each.questions, each.refused.value) for each in figures] == [
        ("off-topic", 2, 0.5),
        ("plain", 1, 0.0),
    ]
