"""`python -m retrieval.training`, from the weights of a run."""

from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from retrieval.reader.reader import SHIPPED, WEIGHTS_FILE
from retrieval.reader.weights import dequantize
from retrieval.training.__main__ import main
from retrieval.training.loop import QUESTIONS
from retrieval.training.material import MATERIAL_FILE, save_material
from tests.retrieval.training.test_plan import NAMED


@pytest.fixture
def out(tmp_path):
    """A folder with material, so that none has to be made; a step of contrasts."""
    folder = tmp_path / "out"
    folder.mkdir()
    one = NAMED.piaf[0]
    some = tuple(replace(one, id=str(n)) for n in range(QUESTIONS // 2))
    save_material(replace(NAMED, piaf=some, held_out=(one,)), folder / MATERIAL_FILE)
    return folder


def test_from_a_run_it_goes_on_where_that_ended(tmp_path, out):
    run = SHIPPED.parent
    assert main(["--data", str(tmp_path), "--from", str(run), "--out", str(out)]) == 0
    before = dequantize(load_file(run / WEIGHTS_FILE))
    after = dequantize(load_file(out / WEIGHTS_FILE))
    assert before.keys() == after.keys()
    # A first step is a small one, but for the rounding to bfloat16 and then to eight bits.
    moved = {name: torch.dist(before[name], after[name]) / before[name].norm() for name in before}
    assert 0 < max(moved.values()) < 0.02


def test_a_run_without_weights_is_named(tmp_path, out, capsys):
    absent = tmp_path / "absent"
    assert main(["--data", str(tmp_path), "--from", str(absent), "--out", str(out)]) == 2
    said = capsys.readouterr().err
    assert str(absent) in said
    assert said.count("\n") == 1
