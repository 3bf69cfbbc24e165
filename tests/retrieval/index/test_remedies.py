"""The line that rebuilds an index, as a shell reads it."""

import shlex
from pathlib import Path

import pytest

from retrieval.index.remedies import build_command

OUT = Path("/srv/mon index")


@pytest.mark.parametrize(
    ("roots", "model", "words"),
    [
        (None, "bundled", ["PATH…", "--out", str(OUT)]),
        ((), "bundled", ["--out", str(OUT)]),
        (["/l'été", "/b"], "m/n o", ["/l'été", "/b", "--out", str(OUT), "--model", "m/n o"]),
    ],
)
def test_a_shell_reads_what_was_meant(roots, model, words):
    assert shlex.split(build_command(OUT, roots, model=model)) == ["jecite", "index", *words]


def test_it_works_in_another_folder():
    assert shlex.split(build_command(Path("ici")))[-1] == str(Path("ici").absolute())
