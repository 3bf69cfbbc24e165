"""The Python of docs/EVALUATING.md, run as it stands there."""

import re
import sys
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "EVALUATING.md"
sys.path.append(str(Path(__file__).parent / "retrieval" / "evaluation"))
from small_set import write_small_set  # noqa: E402


def test_the_examples_run(tmp_path, monkeypatch, capsys, encoder):
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    write_small_set(tmp_path / "questions.json")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    # The model that the tests share, rather than a second one.
    monkeypatch.setattr("embeddings.load_encoder", lambda: encoder)

    exec(compile("\n".join(blocks), str(PAGE), "exec"), {})  # noqa: S102 - our own page

    lines = capsys.readouterr().out.splitlines()
    assert len(blocks) == 2
    assert [line.split()[0] for line in lines[:4]] == ["dense", "lexical", "rrf", "hybrid"]
    assert re.fullmatch(r"[+-]\d\.\d{3}, p = \d\.\d{3}", lines[-1])
