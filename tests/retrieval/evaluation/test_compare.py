"""The paired test against an earlier evaluation, through its JSON."""

import json
import math
from dataclasses import replace

import pytest
from small_set import write_small_set

from retrieval import DatasetError
from retrieval.evaluation import load_dataset
from retrieval.evaluation.answers import BestThreshold
from retrieval.evaluation.compare import compare, read_baseline
from retrieval.evaluation.export import Provenance, to_json
from retrieval.evaluation.runner import evaluate_predictions, evaluate_run

PROVENANCE = Provenance("jecite eval small.json", "0" * 40, 1, 2.5)


@pytest.fixture
def dataset(tmp_path):
    return load_dataset(write_small_set(tmp_path / "small.json"))


def gold_run(dataset, *, rank=1):
    filler = [f"x{number}" for number in range(1, rank)]
    return {
        each.id: [
            (article, -float(place)) for place, article in enumerate([*filler, *each.relevant])
        ]
        for each in dataset.questions
    }


def save(path, evaluation):
    path.write_text(to_json(evaluation, PROVENANCE), encoding="utf-8")
    return path


def test_the_difference_is_of_each_question(dataset, tmp_path):
    baseline = read_baseline(
        save(tmp_path / "b.json", evaluate_run(dataset, gold_run(dataset, rank=2)))
    )
    found = {
        each.measure: each for each in compare(evaluate_run(dataset, gold_run(dataset)), baseline)
    }

    # Every question has rank 1 instead of 2, in every resample.
    reciprocal = found["RR@10"]
    assert (reciprocal.system, reciprocal.against, reciprocal.questions) == (
        "predictions",
        "predictions",
        7,
    )
    difference = reciprocal.comparison.difference
    assert (difference.value, difference.low, difference.high) == (0.5, 0.5, 0.5)
    assert found["Success@1"].comparison.difference.value == 1
    assert found["Success@3"].comparison.difference.value == 0


def test_the_same_again_differs_in_nothing(dataset, tmp_path):
    evaluation = evaluate_run(dataset, gold_run(dataset, rank=3))
    baseline = read_baseline(save(tmp_path / "b.json", evaluation))

    for each in compare(evaluation, baseline):
        assert each.comparison.difference.value == 0
        assert each.comparison.p_value == 1


def test_answers_are_compared_too(dataset, tmp_path):
    before = evaluate_predictions(dataset, {"b1": "Achille"})
    after = evaluate_predictions(dataset, {"b1": "Achille Morvan", "b2": "1874"})
    baseline = read_baseline(save(tmp_path / "b.json", before))

    found = {each.measure: each.comparison.difference.value for each in compare(after, baseline)}

    # F1 of "Achille" against "Achille Morvan" is 2/3.
    assert found == pytest.approx({"exact match": 2 / 7, "F1": (1 / 3 + 1) / 7})


def test_only_the_questions_that_both_have_are_compared(dataset, tmp_path):
    part = replace(dataset, questions=dataset.questions[:3])
    baseline = read_baseline(save(tmp_path / "b.json", evaluate_run(part, gold_run(part, rank=2))))

    found = compare(evaluate_run(dataset, gold_run(dataset)), baseline)

    assert {each.questions for each in found} == {3}


def test_a_baseline_tuned_on_the_set_is_compared_on_its_test_articles(dataset, tmp_path):
    before = evaluate_run(dataset, gold_run(dataset, rank=2))
    tuned = replace(before, retrieval=(replace(before.retrieval[0], scope="test"),))
    baseline = read_baseline(save(tmp_path / "b.json", tuned))
    testing = sum(each.is_test for each in before.questions)

    found = compare(evaluate_run(dataset, gold_run(dataset)), baseline)

    assert 0 < testing < len(before.questions)
    assert {each.questions for each in found} == {testing}


def test_answers_tuned_on_the_set_are_compared_on_its_test_articles(dataset, tmp_path):
    before = evaluate_predictions(dataset, {"b1": "Achille"})
    tuned = replace(before, answers=replace(before.answers, scope="test"))
    baseline = read_baseline(save(tmp_path / "b.json", tuned))

    found = compare(evaluate_predictions(dataset, {"b1": "Achille"}), baseline)

    assert {each.questions for each in found} == {sum(each.is_test for each in before.questions)}


def test_another_set_is_an_error(dataset, tmp_path):
    evaluation = evaluate_run(dataset, gold_run(dataset))
    other = replace(evaluation, dataset=replace(dataset, name="other", digest="f" * 64))
    baseline = read_baseline(save(tmp_path / "b.json", other))

    with pytest.raises(DatasetError, match=r"measured on other .*same set"):
        compare(evaluation, baseline)


def test_nothing_in_common_is_an_error(dataset, tmp_path):
    answers = evaluate_predictions(dataset, {"b1": "Achille"})
    baseline = read_baseline(save(tmp_path / "b.json", answers))

    with pytest.raises(DatasetError, match="no measure of any question in common"):
        compare(evaluate_run(dataset, gold_run(dataset)), baseline)


@pytest.mark.parametrize("content", ["{}", "[]", "{", '{"dataset": {"name": "x"}}'])
def test_a_file_that_is_no_baseline(content, tmp_path):
    path = tmp_path / "b.json"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(DatasetError, match=r"b\.json.*A baseline is what an earlier"):
        read_baseline(path)


def test_the_json_holds_what_it_promises(dataset, tmp_path):
    path = save(tmp_path / "b.json", evaluate_run(dataset, gold_run(dataset)))
    data = json.loads(path.read_text(encoding="utf-8"))

    assert data["schema"] == 1
    assert data["dataset"]["name"] == "small"
    assert data["dataset"]["sha256"] == dataset.digest
    assert data["index"] is None
    assert data["retrieval"]["predictions"]["nDCG@10"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert (data["command"], data["commit"]) == ("jecite eval small.json", "0" * 40)
    assert (data["threads"], data["seconds"]) == (1, 2.5)
    assert data["per_question"]["id"] == [each.id for each in dataset.questions]
    assert "articles le, la, les" in data["normalisation"]


def test_where_answering_nothing_is_best_the_threshold_is_null(dataset):
    evaluation = evaluate_predictions(dataset, {"b1": "1874"})
    answers = replace(evaluation.answers, thresholds={"F1": BestThreshold(0.5, math.inf)})
    data = json.loads(to_json(replace(evaluation, answers=answers), PROVENANCE))

    assert data["best_thresholds"] == {"F1": {"value": 0.5, "threshold": None}}
