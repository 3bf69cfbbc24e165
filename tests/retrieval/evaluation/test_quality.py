"""docs/QUALITY.md says what was measured, and the code is still the one that was measured."""

import json
from dataclasses import replace

import pytest

from retrieval.confidence import load_calibration
from retrieval.evaluation import load_dataset, quality
from retrieval.evaluation.export import figures
from retrieval.evaluation.parsing import digest
from retrieval.evaluation.provenance import calibration_digest
from retrieval.evaluation.quality_page import GATES, render
from retrieval.french import ANALYSIS
from retrieval.passages import Splitting

TOLERANCE = 0.02
"""A sample has 80 questions: one of them may change places where the rounding is another."""


@pytest.fixture(scope="module")
def committed():
    assert quality.FIGURES.exists(), "docs/quality.json is missing: run make quality"
    return json.loads(quality.FIGURES.read_text(encoding="utf-8"))


def test_the_page_is_what_the_figures_give(committed):
    assert quality.PAGE.read_text(encoding="utf-8") == render(committed)


def test_the_code_is_the_one_that_was_measured(committed, encoder):
    assert committed["identity"] == {
        "model": "bundled",
        "model_digest": encoder.identity.digest,
        "splitting": Splitting().identity,
        "analysis": ANALYSIS,
        "calibration": calibration_digest(load_calibration()),
    }, "the code has changed since the figures were measured: run make quality"
    assert committed["seeds"]["sha256"] == digest([quality.SEEDS_QUESTIONS])
    assert committed["fitted"] == load_calibration().fitted


def test_the_figures_of_a_sample_of_the_seeds_questions_are_still_true(committed, encoder):
    sample = committed["sample"]
    found = quality.measure_seeds(encoder, sample=sample["questions"], seed=sample["seed"])

    assert differences(sample["seeds"], figures(found)) == []


def test_the_figures_of_a_sample_of_piaf_are_still_true(committed, encoder):
    folder = quality.data_folder()
    if not (folder / quality.PIAF).exists():
        pytest.skip(f"{quality.PIAF} is not in {folder}: set {quality.SHARED_DATA}")
    sample = committed["sample"]
    found = quality.measure_piaf_sample(encoder, folder, sample["questions"], seed=sample["seed"])

    assert committed["piaf"]["sha256"] == digest([folder / quality.PIAF])
    assert differences(sample["piaf"], figures(found)) == []


def differences(committed, found, path=()):
    """Where values differ by more than the tolerance, or names or counts differ at all."""
    if isinstance(committed, dict) and "value" in committed and "low" in committed:
        is_near = abs(committed["value"] - found["value"]) <= TOLERANCE
        return [] if is_near else [(path, committed["value"], found["value"])]
    if isinstance(committed, dict):
        if set(committed) != set(found):
            return [(path, sorted(committed), sorted(found))]
        return [
            each
            for name in committed
            for each in differences(committed[name], found[name], (*path, name))
        ]
    return [] if committed == found else [(path, committed, found)]


def test_differences_are_found():
    interval = {"value": 0.5, "low": 0.4, "high": 0.6}
    near, far = {**interval, "value": 0.515}, {**interval, "value": 0.53}

    assert differences({"a": interval}, {"a": near}) == []
    assert differences({"a": interval}, {"a": far}) == [(("a",), 0.5, 0.53)]
    assert differences({"a": 1, "b": interval}, {"a": 2, "b": far}) == [
        (("a",), 1, 2),
        (("b",), 0.5, 0.53),
    ]
    assert differences({"a": {}}, {"a": {"b": 1}}) == [(("a",), [], ["b"])]


def test_gates_know_kept_from_broken_promises():
    by_name = {gate.promise: gate for gate in GATES}
    least = by_name["Seeds: answer in top three"]
    most = by_name["Seeds: answerable questions refused"]

    assert least.holds(0.95)
    assert not least.holds(0.949)
    assert most.holds(0.08)
    assert not most.holds(0.081)
    assert (least.bound, most.bound) == ("≥ 0.950", "≤ 0.080")


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
