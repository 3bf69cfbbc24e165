"""`make bench`: how long `jecite ask` takes beside the imports that it cannot do without."""

import os
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.bulk import medians


def test_ask_takes_at_most_half_again_the_imports(seeds_index):
    environment = {**os.environ, "JECITE_INDEX": str(seeds_index), "HF_HUB_OFFLINE": "1"}
    jecite = Path(sys.executable).with_name("jecite")

    def run(*command):
        finished = subprocess.run(command, env=environment, capture_output=True, check=False)
        assert finished.returncode == 0, finished.stderr.decode()

    imports, ask = medians(
        [
            lambda _: run(sys.executable, "-c", "import torch, sentence_transformers"),
            lambda _: run(jecite, "ask", "Qui a fondé Telegram ?"),
        ],
        rounds=7,
    )
    print(f"\nimports {imports:.2f} s, jecite ask {ask:.2f} s: {ask / imports:.2f}")  # noqa: T201
    assert ask <= 1.5 * imports
