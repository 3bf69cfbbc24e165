"""The mean of several runs' weights."""

import json
from dataclasses import asdict

import pytest
import torch

from embeddings import EncoderError
from retrieval.reader.reader import WEIGHTS_FILE
from retrieval.reader.weights import read_trained_on, read_weights, trained_state, write_weights
from retrieval.training import average as command
from retrieval.training.average import average, main
from retrieval.training.early import fit_early
from retrieval.training.material import MATERIAL_FILE, save_material
from tests.retrieval.reader.tiny import tiny_network, tiny_tokenizer
from tests.retrieval.training.test_plan import MATERIAL

SETS = {"piaf-v1.1.json": "abc"}


def a_run(folder, change, *, trained_on=SETS):
    """What is left of a run that ended with other weights than the tiny network's."""
    folder.mkdir()
    state = {name: tensor + change for name, tensor in trained_state(tiny_network()).items()}
    write_weights(state, folder / WEIGHTS_FILE, trained_on=trained_on)
    save_material(MATERIAL, folder / MATERIAL_FILE)
    return folder


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    """Put the weights into the tiny network in place of the bundled one."""

    def open_(state):
        network = tiny_network()
        network.load_state_dict(dict(state), strict=False)
        return network.eval(), tiny_tokenizer()

    monkeypatch.setattr(command, "_open", open_)


@pytest.fixture
def fitted(monkeypatch):
    """What is fitted to the mean."""
    found = []

    def fit(*arguments):
        found.append(fit_early(*arguments))
        return found[-1]

    monkeypatch.setattr(command, "fit_early", fit)
    return found


def test_each_weight_is_the_mean():
    states = [{"a": torch.tensor([1.0, 2.0])}, {"a": torch.tensor([3.0, 6.0])}]
    assert torch.equal(average(states)["a"], torch.tensor([2.0, 4.0]))


def test_the_mean_of_two_runs_is_written_as_a_reader(tmp_path, capsys, fitted):
    runs = [a_run(tmp_path / "a", -0.5), a_run(tmp_path / "b", 0.5)]
    assert main([*map(str, runs), "--out", str(tmp_path / "mean")]) == 0
    path = tmp_path / "mean" / WEIGHTS_FILE
    network = tiny_network()
    digest = read_weights(path, network)
    first, half_read, *measured = capsys.readouterr().out.splitlines()
    assert digest in first
    measured = [json.loads(line) for line in measured]
    assert [each["weights"] for each in measured] == [*map(str, runs), str(path)]
    assert all(0 <= each["f1"] <= 100 for each in measured)
    assert read_trained_on(path) == SETS
    ((early, share),) = fitted
    assert json.loads(half_read) == {"half read": asdict(share)}
    for name, tensor in (trained_state(tiny_network()) | early).items():
        # Eight bits a weight, with a scale for each row, or sixteen.
        assert torch.allclose(trained_state(network)[name], tensor, atol=0.01, rtol=1e-3), name


def test_a_mean_can_be_averaged_again(tmp_path):
    runs = [a_run(tmp_path / name, change) for name, change in (("a", -1.0), ("b", 1.0))]
    other, mean, again = a_run(tmp_path / "c", 3.0), tmp_path / "mean", tmp_path / "again"
    assert main([*map(str, runs), "--out", str(mean)]) == 0
    assert main([str(mean), str(other), "--out", str(again)]) == 0
    network = tiny_network()
    read_weights(again / WEIGHTS_FILE, network)
    for name, tensor in trained_state(tiny_network()).items():
        if not name.startswith("early."):
            assert torch.allclose(trained_state(network)[name], tensor + 1.5, atol=0.05), name


def test_a_run_is_not_overwritten(tmp_path, capsys):
    runs = [a_run(tmp_path / name, 0.0) for name in ("a", "b")]
    before = (runs[0] / WEIGHTS_FILE).read_bytes()
    assert main([*map(str, runs), "--out", str(tmp_path / "b" / ".." / "a")]) == 2
    assert "is one of the runs" in capsys.readouterr().err
    assert (runs[0] / WEIGHTS_FILE).read_bytes() == before


def test_without_the_bundled_model_it_is_said_in_a_line(tmp_path, capsys, monkeypatch):
    def missing(_state):
        raise EncoderError("The bundled model is not installed")

    monkeypatch.setattr(command, "_open", missing)
    assert main([str(a_run(tmp_path / "a", 0.0)), "--out", str(tmp_path / "mean")]) == 2
    assert capsys.readouterr().err == "The bundled model is not installed\n"


@pytest.mark.parametrize("other", ["missing", "damaged", "trained on other sets"])
def test_runs_that_cannot_be_averaged_are_named(tmp_path, capsys, other):
    first, second = a_run(tmp_path / "a", 0.0), tmp_path / "b"
    if other != "missing":
        a_run(second, 0.0, trained_on={"piaf-v1.1.json": "def"})
    if other == "damaged":
        (second / WEIGHTS_FILE).write_bytes(b"version https://git-lfs.github.com/spec/v1")
    assert main([str(first), str(second), "--out", str(tmp_path / "mean")]) == 2
    assert str(second) in capsys.readouterr().err
    assert not (tmp_path / "mean").exists()
