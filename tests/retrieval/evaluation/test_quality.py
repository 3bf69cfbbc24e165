"""docs/QUALITY.md says what was measured, and the code is still the one that was measured."""

import json
from dataclasses import replace

import pytest
from fake_reader import RoteReader, rote_calibration
from small_set import write_small_set

from retrieval.confidence import load_calibration
from retrieval.evaluation import (
    RememberingReader,
    evaluate,
    index_dataset,
    load_dataset,
    quality,
    quality_page,
)
from retrieval.evaluation.export import figures
from retrieval.evaluation.larger_models import LargerModel
from retrieval.evaluation.parsing import digest
from retrieval.evaluation.provenance import calibration_digest
from retrieval.evaluation.quality_gates import READER_GATES, SEARCH_GATES
from retrieval.evaluation.quality_page import render, render_card
from retrieval.french import ANALYSIS
from retrieval.index.store import open_store
from retrieval.passages import Splitting
from retrieval.retriever import Retriever

CHANGED = 2
"""How many questions may change places: processors round differently, and in bfloat16 by more."""


@pytest.fixture(scope="module")
def committed():
    assert quality.FIGURES.exists(), "docs/quality.json is missing: run make quality"
    return json.loads(quality.FIGURES.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def reader(encoder):
    from retrieval.reader.reader import load_reader  # noqa: PLC0415 - for two tests

    return RememberingReader(load_reader(encoder=encoder))


def test_the_page_is_what_the_figures_give(committed):
    assert quality.PAGE.read_text(encoding="utf-8") == render(committed)


def test_the_model_card_holds_what_was_measured(committed):
    card = quality.CARD.read_text(encoding="utf-8")
    assert render_card(card, committed) == card
    assert committed["identity"]["reader"] in card


def test_a_card_without_a_place_for_measures_is_refused(committed):
    with pytest.raises(ValueError, match="no place for measures"):
        render_card("# A card", committed)


def test_the_code_is_the_one_that_was_measured(committed, encoder):
    calibration = load_calibration()
    assert committed["identity"] == {
        "model": "bundled",
        "model_digest": encoder.identity.digest,
        "splitting": Splitting().identity,
        "analysis": ANALYSIS,
        "calibration": calibration_digest(calibration),
        # Opening an index checks that the weights are those that it was fitted for.
        "reader": calibration.reader.digest if calibration.reader else None,
    }, "the code has changed since the figures were measured: run make quality"
    assert committed["seeds"]["sha256"] == digest([quality.SEEDS_QUESTIONS])
    assert committed["fitted"] == calibration.fitted
    assert committed["thresholds"] == quality.thresholds(calibration)


def test_the_figures_of_a_sample_of_the_seeds_questions_are_still_true(committed, encoder, reader):
    sample = committed["sample"]
    found = quality.measure_seeds(encoder, reader, sample=sample["questions"], seed=sample["seed"])

    assert differences(sample["seeds"], figures(found)) == []


def test_the_figures_of_a_sample_of_piaf_are_still_true(committed, encoder, reader):
    folder = quality.data_folder()
    if not (folder / quality.PIAF).exists():
        pytest.skip(f"{quality.PIAF} is not in {folder}: set {quality.SHARED_DATA}")
    sample = committed["sample"]
    found = quality.measure_piaf_sample(
        encoder, reader, folder, sample["questions"], seed=sample["seed"]
    )

    assert committed["piaf"]["sha256"] == digest([folder / quality.PIAF])
    assert differences(sample["piaf"], figures(found)) == []


def differences(committed, found):
    """Where shares differ by more than `CHANGED` questions, or anything else at all."""
    one, other = dict(leaves(committed)), dict(leaves(found))
    if set(one) != set(other):
        return sorted(set(one) ^ set(other))
    counts = {
        name: about.get("answerable", about["questions"])
        for name, about in committed["questions"].items()
    }

    def is_near(path):
        count = counts.get(" ".join(path[:2])) or counts.get(path[0])
        if path[0] == "questions" or not count:
            return one[path] == other[path]
        return abs(one[path] - other[path]) <= CHANGED / count + 1e-6

    return [(path, one[path], other[path]) for path in one if not is_near(path)]


def leaves(figures, path=()):
    """Each interval's value, and whatever else is no dict, with the names that lead to it."""
    for name, each in figures.items():
        if name == "best_thresholds":
            continue  # The best of many equals, which may lie anywhere.
        if isinstance(each, dict) and "low" not in each:
            yield from leaves(each, (*path, name))
        else:
            yield (*path, name), each["value"] if isinstance(each, dict) else each


def test_differences_are_found():
    def made(value, questions=40):
        return {
            "retrieval": {"dense": {"RR@10": {"value": value, "low": 0.0, "high": 1.0}}},
            "answers": {},
            "questions": {"retrieval dense": {"scope": "all questions", "questions": questions}},
        }

    # Two questions of forty are 0.05.
    assert differences(made(0.5), made(0.55)) == []
    assert differences(made(0.5), made(0.56)) == [(("retrieval", "dense", "RR@10"), 0.5, 0.56)]
    assert differences(made(0.5), made(0.5, 41)) == [
        (("questions", "retrieval dense", "questions"), 40, 41)
    ]
    more = {**made(0.5), "answers": {"F1": {"value": 1.0, "low": 1.0, "high": 1.0}}}
    assert differences(made(0.5), more) == [("answers", "F1")]


def test_gates_know_kept_from_broken_promises():
    by_name = {gate.promise: gate for gate in SEARCH_GATES}
    least = by_name["Seeds: answer in top three"]
    most = by_name["Seeds: answerable questions refused"]

    assert least.holds(0.95)
    assert not least.holds(0.949)
    assert most.holds(0.08)
    assert not most.holds(0.081)
    assert (least.bound, most.bound) == ("≥ 0.950", "≤ 0.080")


@pytest.fixture(scope="module")
def made_quality(encoder, tmp_path_factory):
    """What docs/quality.json would hold, had a small set been PIAF and the seeds' questions."""
    folder = tmp_path_factory.mktemp("made")
    dataset = load_dataset(write_small_set(folder / "small.json"))
    kinds = {"b1": "off-topic", "b2": "unsaid"}
    questions = tuple(
        replace(each, kind=kinds.get(each.id, "answerable")) for each in dataset.questions
    )
    dataset = replace(dataset, questions=questions)
    index = index_dataset(dataset, encoder, cache=folder)
    by_heart = {each.text: each.answers[0].text for each in questions}
    account = {"all articles": {"passed": 0.9, "auroc": None, "calibration error": 0.0123}}
    part = {"questions": 2, "answered": account, "related": account}
    calibration = rote_calibration(
        fitted={"dataset": "s", "dataset_digest": "0" * 64, "plain": part, "reader": part}
    )
    found = {}
    for name, reader in (("with", RoteReader(by_heart)), ("without", None)):
        store = open_store(index.path)
        with Retriever(store, encoder, reader=reader, calibration=calibration) as retriever:
            found[name] = evaluate(retriever, dataset)
    reading, plain = figures(found["with"]), figures(found["without"])
    return {
        "date": "2026-01-01",
        "command": "c",
        "commit": "c+",
        "threads": 1,
        "seconds": 2,
        "identity": quality.identity(found["with"].index),
        "thresholds": quality.thresholds(calibration),
        "fitted": calibration.fitted,
        "piaf": {
            "sha256": "0" * 64,
            "articles": 3,
            "paragraphs": 6,
            "questions": 7,
            "passages": 6,
            "unsplit": reading,
            "split": reading,
            "without": plain,
        },
        "seeds": {"sha256": "0" * 64, "passages": 6, "with": reading, "without": plain},
        "sample": {"questions": 40, "seed": 0},
    }


def test_the_page_shows_what_was_promised_and_found(made_quality):
    page = render(made_quality)

    rows = [row for row in page.splitlines() if row.startswith("|")]
    for gate in (*SEARCH_GATES, *READER_GATES):
        assert sum(row.startswith(f"| {gate.promise} | {gate.bound} |") for row in rows) == 1
    # The reader knows every question by heart, and refuses those whose answer is gone.
    right, wrong = "1.000 [1.000, 1.000]", "0.000 [0.000, 0.000]"
    assert f"| PIAF, end to end: F1 | ≥ 0.520 | {right} | yes |" in rows
    assert any(row.startswith("| reranked | 7 (all questions) | 1.000") for row in rows)
    assert f"| F1 | {right} |  | {right} |" in rows
    assert f"| with the reader | 0.500 | 1.000 | {right} | {wrong} | {wrong} |" in rows
    assert "| all articles | 0.900 | – | 0.012 |" in rows
    assert "`c+` (with changes)" in page


def test_larger_models_are_shown(made_quality, monkeypatch):
    models = (LargerModel("CamemBERT", "F1 0.8", "a paper", "another set"),)
    monkeypatch.setattr(quality_page, "LARGER_MODELS", models)

    assert "| CamemBERT | F1 0.8 | a paper | another set |" in render(made_quality)


def test_without_piaf_nothing_is_written_and_it_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(quality, "FIGURES", tmp_path / "quality.json")
    monkeypatch.setattr(quality, "PAGE", tmp_path / "QUALITY.md")

    status = quality.main(["--data", str(tmp_path)])

    assert status == 2
    assert f"PIAF v1.1 is not in {tmp_path}" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_calibrations_digest_is_of_what_decides_alone():
    calibration = load_calibration()

    same = replace(calibration, fitted={"by": "hand"})
    other = replace(calibration, fusion=replace(calibration.fusion, floor=0.123))

    assert calibration_digest(same) == calibration_digest(calibration)
    assert calibration_digest(other) != calibration_digest(calibration)


def test_the_questions_on_the_seeds_are_all_measured():
    kinds = [each.kind for each in load_dataset(quality.SEEDS_QUESTIONS).questions]

    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "answerable": 156,
        "off-topic": 42,
        "unsaid": 50,
    }
