"""Train the reader: `python -m retrieval.training --data DIR`.

DIR holds PIAF, the half of SQuAD 2.0's dev set and XQuAD in English, Spanish and German. A run
that was stopped goes on where it was when the same command is given again. What it makes is in
`--out`: reader.safetensors, and log.jsonl with the losses and with measures on PIAF's held-out
articles. `python -m retrieval.training.average` makes one of several runs. To use the weights, copy
them to retrieval/weights and run `python -m retrieval.calibration`, whose probabilities are for one
reader alone.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch

from embeddings import JeCiteError, load_encoder
from embeddings.bundled import load_bundled
from retrieval.errors import DatasetError
from retrieval.reader.network import ReaderNetwork
from retrieval.reader.reader import WEIGHTS_FILE, bundled_transformer
from retrieval.reader.weights import write_weights
from retrieval.training.early import fit_early
from retrieval.training.loop import Trainer
from retrieval.training.material import (
    MATERIAL_FILE,
    load_material,
    read_material,
    save_material,
    set_digests,
)
from retrieval.training.plan import plan
from retrieval.training.watching import choose_watched

WATCHED = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m retrieval.training",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--out", type=Path, default=Path("build/reader"), metavar="DIR")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, metavar="N", help="learn from the first N steps only")
    options = parser.parse_args(arguments)
    if options.steps is not None and options.steps < 1:
        parser.error("--steps must be at least 1")
    out: Path = options.out
    try:
        digests = set_digests(options.data)
        out.mkdir(parents=True, exist_ok=True)
        kept = out / MATERIAL_FILE
        if not kept.exists():
            save_material(read_material(options.data, load_encoder()), kept)
        material = load_material(kept)
        if material.digests != digests:
            raise DatasetError(
                f"{out} was begun with other sets than those in {options.data}: name theirs with "
                "--data, or another --out"
            )
        torch.manual_seed(0)  # The heads start alike whatever the seed: runs may be averaged.
        module = bundled_transformer(load_bundled())
        network, tokenizer = ReaderNetwork(module.model), module.tokenizer.backend_tokenizer
        if torch.cuda.is_available():
            _compute_alike_on_gpu()
        else:
            module.model.set_attn_implementation("eager")  # Twice as fast there as sdpa backwards.
        trainer = Trainer(
            network,
            tokenizer,
            plan(material, seed=options.seed),
            out,
            seed=options.seed,
            steps=options.steps,
        )
        state = trainer.train(choose_watched(material, WATCHED))
    except (JeCiteError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    early, half_read = fit_early(network, tokenizer, material)
    digest = write_weights({**state, **early}, out / WEIGHTS_FILE, trained_on=material.digests)
    sys.stdout.write(f"{out / WEIGHTS_FILE} sha256 {digest}\n")
    sys.stdout.write(json.dumps({"half read": asdict(half_read)}) + "\n")
    return 0


def _compute_alike_on_gpu() -> None:
    """Let a GPU add in the same order every time."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # Without it, cuBLAS may not.
    torch.use_deterministic_algorithms(mode=True, warn_only=True)
    # Else all new memory is filled first, for those who read it before they write it.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.exit(main())
