"""Average the weights of several runs: `python -m retrieval.training.average RUN RUN --out DIR`.

Each RUN is the `--out` folder of a training run that has ended. Runs that start from the same
weights and learn in another order end near one another, and their mean reads better than each of
them (Wortsman et al. 2022, "Model soups"), at the cost of one.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from retrieval.errors import DatasetError
from retrieval.reader.reader import WEIGHTS_FILE
from retrieval.reader.weights import read_trained_on, write_weights
from retrieval.training.loop import Run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m retrieval.training.average",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("runs", type=Path, nargs="+", metavar="RUN")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    options = parser.parse_args(arguments)
    path: Path = options.out / WEIGHTS_FILE
    try:
        trained_on = _common_sets(options.runs)
        state = average([_trained(run) for run in options.runs])
        options.out.mkdir(parents=True, exist_ok=True)
        digest = write_weights(state, path, trained_on=trained_on)
    except (DatasetError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{path} sha256 {digest}\n")
    return 0


def average(states: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """Return the mean of each weight over at least one state, all with the same names."""
    first = states[0]
    return {name: torch.stack([state[name] for state in states]).mean(0) for name in first}


def _common_sets(runs: Sequence[Path]) -> dict[str, str]:
    """Return the digests of the sets that all of the runs learnt from."""
    trained_on = [read_trained_on(run / WEIGHTS_FILE) for run in runs]
    for run, each in zip(runs, trained_on, strict=True):
        if each != trained_on[0]:
            raise DatasetError(f"{run} learnt from other sets than {runs[0]}: average like runs.")
    return trained_on[0]


def _trained(run: Path) -> Mapping[str, Tensor]:
    state: Mapping[str, Tensor] = torch.load(
        Run(run).checkpoint, weights_only=True, map_location="cpu"
    )["exact"]
    return state


if __name__ == "__main__":
    sys.exit(main())
