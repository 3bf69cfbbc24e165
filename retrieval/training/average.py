"""Average the weights of several runs: `python -m retrieval.training.average RUN RUN --out DIR`.

Each RUN is the `--out` folder of a training run that has ended, or of this command. Runs that
start from the same weights and learn in another order end near one another, and their mean reads
better than each of them (Wortsman et al. 2022, "Model soups"), at the cost of one. What half of the
mean's layers foretell is fitted again. How each run and the mean read the held-out articles is
printed, and how many passages the mean leaves half read.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor

from embeddings import JeCiteError
from embeddings.bundled import load_bundled
from retrieval.errors import DatasetError
from retrieval.reader.network import ReaderNetwork
from retrieval.reader.reader import WEIGHTS_FILE, bundled_transformer, fastest_dtype
from retrieval.reader.weights import dequantize, read_trained_on, write_weights
from retrieval.training.early import fit_early
from retrieval.training.material import MATERIAL_FILE, load_material, save_material
from retrieval.training.watching import choose_watched, watch

WATCHED = 1000
"""How many held-out questions the runs and their mean are compared on, at most."""


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
        if options.out.resolve() in [run.resolve() for run in options.runs]:
            raise DatasetError(f"{options.out} is one of the runs: name another folder with --out.")
        trained_on = _common_sets(options.runs)
        states = [_trained(run) for run in options.runs]
        material = load_material(options.runs[0] / MATERIAL_FILE)
        state = average(states)
        options.out.mkdir(parents=True, exist_ok=True)
        early, half_read = fit_early(*_open(state), material)
        state |= early
        digest = write_weights(state, path, trained_on=trained_on)
        save_material(material, options.out / MATERIAL_FILE)
        watched = choose_watched(material, WATCHED)
    except (JeCiteError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{path} sha256 {digest}\n")
    sys.stdout.write(json.dumps({"half read": asdict(half_read)}) + "\n")
    for name, each in zip([*map(str, options.runs), str(path)], [*states, state], strict=True):
        measured = asdict(watch(*_open(each), watched))
        sys.stdout.write(json.dumps({"weights": name, **measured}) + "\n")
    return 0


def average(states: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """Return the mean of each weight over at least one state, all with the same names."""
    first = states[0]
    return {name: torch.stack([state[name] for state in states]).mean(0) for name in first}


def _open(state: Mapping[str, Tensor]) -> tuple[ReaderNetwork, Tokenizer]:
    """Put trained weights into a network; also return its tokenizer."""
    module = bundled_transformer(load_bundled())
    network = ReaderNetwork(module.model)
    network.load_state_dict(dict(state), strict=False)
    network.set_dtype(fastest_dtype())
    return network.eval(), module.tokenizer.backend_tokenizer


def _common_sets(runs: Sequence[Path]) -> dict[str, str]:
    """Return the digests of the sets that all of the runs learnt from."""
    trained_on = []
    for run in runs:
        try:
            trained_on.append(read_trained_on(run / WEIGHTS_FILE))
        except SafetensorError as error:
            raise DatasetError(
                f"{run / WEIGHTS_FILE} is damaged: {error}. Give the command that made it again."
            ) from error
    for run, each in zip(runs, trained_on, strict=True):
        if each != trained_on[0]:
            raise DatasetError(f"{run} learnt from other sets than {runs[0]}: average like runs.")
    return trained_on[0]


def _trained(run: Path) -> Mapping[str, Tensor]:
    """Read a run's weights, but not the early head's, which is fitted to the others."""
    state = dequantize(load_file(run / WEIGHTS_FILE))
    return {name: tensor for name, tensor in state.items() if not name.startswith("early.")}


if __name__ == "__main__":
    sys.exit(main())
