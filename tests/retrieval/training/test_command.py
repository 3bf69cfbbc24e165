"""`python -m retrieval.training`, with material that is there already."""

import json
from dataclasses import asdict, replace

import pytest
import torch
from safetensors.torch import load_file

from retrieval.reader.reader import SHIPPED, WEIGHTS_FILE
from retrieval.reader.weights import read_trained_on
from retrieval.training import __main__ as command
from retrieval.training.__main__ import main
from retrieval.training.early import fit_early
from retrieval.training.material import (
    MATERIAL_FILE,
    PIAF,
    SQUAD,
    XQUAD,
    save_material,
    set_digests,
)
from tests.retrieval.training.test_plan import NAMED


@pytest.fixture
def out(tmp_path):
    """A folder with material, so that none has to be made; a step and more. Its sets are beside."""
    for name in (PIAF, SQUAD, *XQUAD):
        (tmp_path / name).write_text(name, encoding="utf-8")
    folder = tmp_path / "out"
    folder.mkdir()
    some = tuple(replace(NAMED.piaf[0], id=str(n)) for n in range(4))
    material = replace(NAMED, piaf=some, held_out=some[:1], digests=set_digests(tmp_path))
    save_material(material, folder / MATERIAL_FILE)
    return folder


def test_it_writes_weights_as_they_are_shipped(tmp_path, out, capsys, monkeypatch):
    fitted = []

    def fit(*arguments):
        fitted.append(fit_early(*arguments))
        return fitted[-1]

    monkeypatch.setattr(command, "fit_early", fit)
    assert main(["--data", str(tmp_path), "--steps", "1", "--out", str(out)]) == 0
    ((early, half_read),) = fitted
    *_, said, printed = capsys.readouterr().out.splitlines()
    assert said.startswith(f"{out / WEIGHTS_FILE} sha256 ")
    assert json.loads(printed) == {"half read": asdict(half_read)}
    made, shipped = load_file(out / WEIGHTS_FILE), load_file(SHIPPED)
    assert all(torch.equal(made[name], tensor.half()) for name, tensor in early.items())
    assert {n: (t.shape, t.dtype) for n, t in made.items()} == {
        n: (t.shape, t.dtype) for n, t in shipped.items()
    }
    entry = json.loads((out / "log.jsonl").read_text(encoding="utf-8"))
    assert entry["step"] == 1
    assert {"span", "relevance", "exact", "noticed"} <= entry.keys()
    assert read_trained_on(out / WEIGHTS_FILE) == set_digests(tmp_path)


def test_a_run_is_not_gone_on_with_otherwise(tmp_path, out, capsys):
    (tmp_path / PIAF).write_text("changed", encoding="utf-8")
    assert main(["--data", str(tmp_path), "--out", str(out)]) == 2
    assert f"{out} was begun with other sets" in capsys.readouterr().err
    assert main(["--data", str(tmp_path / "nowhere"), "--out", str(out)]) == 2
    assert "name their folder with --data" in capsys.readouterr().err


@pytest.mark.parametrize("steps", ["0", "-1"])
def test_no_steps_are_refused(tmp_path, out, capsys, steps):
    with pytest.raises(SystemExit):
        main(["--data", str(tmp_path), "--steps", steps, "--out", str(out)])
    assert "--steps must be at least 1" in capsys.readouterr().err


def test_what_there_is_no_data_for_is_named(tmp_path, capsys):
    assert main(["--data", str(tmp_path), "--out", str(tmp_path / "new")]) == 2
    said = capsys.readouterr().err
    assert str(tmp_path / "piaf-v1.1.json") in said
    assert said.count("\n") == 1
