import math

import pytest

from retrieval.evaluation import Question
from retrieval.evaluation.ranking import RETRIEVAL_MEASURES, best_by_article, score_rankings


def question(each, **relevant):
    return Question(id=each, text="?", group=each, answers=(), relevant=relevant)


def ranking(*articles):
    return [(article, float(-rank)) for rank, article in enumerate(articles)]


def score(questions, run):
    return {each.measure: each.values.tolist() for each in score_rankings(questions, run)}


def test_each_measure_against_values_worked_out_by_hand():
    fillers = [f"x{number}" for number in range(99)]
    questions = [
        question("second", a=1),
        question("graded", a=2, b=1),
        question("eleventh", a=1),
        question("hundredth", a=1, b=1),
        question("beyond", a=1),
    ]
    run = {
        "second": ranking("b", "a", "c"),
        "graded": ranking("b", "x", "a"),
        "eleventh": ranking(*fillers[:10], "a"),
        "hundredth": ranking(*fillers, "a", "b"),
        "beyond": ranking(*fillers, "b", "a"),
    }

    values = score(questions, run)

    assert tuple(values) == RETRIEVAL_MEASURES
    ideal = 2 / math.log2(2) + 1 / math.log2(3)
    found = 1 / math.log2(2) + 2 / math.log2(4)
    assert values["nDCG@10"] == pytest.approx([1 / math.log2(3), found / ideal, 0, 0, 0])
    assert values["RR@10"] == pytest.approx([1 / 2, 1, 0, 0, 0])
    assert values["Success@1"] == [0, 1, 0, 0, 0]
    assert values["Success@3"] == [1, 1, 0, 0, 0]
    assert values["Success@5"] == [1, 1, 0, 0, 0]
    assert values["Success@10"] == [1, 1, 0, 0, 0]
    assert values["R@100"] == pytest.approx([1, 1, 1, 0.5, 0])


def test_success_counts_the_rank_itself():
    run = {"q": ranking("x1", "x2", "x3", "a")}

    values = score([question("q", a=1)], run)

    assert (values["Success@3"], values["Success@5"], values["RR@10"]) == ([0], [1], [0.25])


def test_values_follow_the_questions_and_missing_results_are_zero():
    questions = [question("none", a=1), question("found", a=1), question("empty", a=1)]
    run = {"found": ranking("a"), "empty": [], "stranger": ranking("a")}

    values = score(questions, run)

    assert all(each == [0, 1, 0] for each in values.values())


def test_a_run_without_any_result_is_zero():
    assert score([question("q", a=1)], {})["nDCG@10"] == [0]
    assert score([], {})["nDCG@10"] == []


@pytest.mark.parametrize("order", [("a", "b", "c"), ("c", "b", "a")])
def test_equal_scores_keep_the_order_given(order):
    run = {"q": [(article, 0.5) for article in order]}

    values = score([question("q", a=1)], run)

    assert values["RR@10"] == pytest.approx([1 / (order.index("a") + 1)])


def test_questions_and_rankings_that_cannot_be_scored_are_refused():
    with pytest.raises(ValueError, match="'q' has no relevant article"):
        score_rankings([question("q")], {})
    with pytest.raises(ValueError, match="'q' names an article twice"):
        score_rankings([question("q", a=1)], {"q": ranking("a", "b", "a")})


def test_an_article_takes_the_place_of_its_best_passage():
    passages = [("b", 0.9), ("a", 0.8), ("b", 0.7), ("a", 0.1), ("c", 0.1)]

    assert list(best_by_article(passages)) == [("b", 0.9), ("a", 0.8), ("c", 0.1)]
