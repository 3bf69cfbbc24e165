"""Reads passages for a question: how relevant, and where the short answer stands."""

import threading
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor

from embeddings.bundled import BundledTransformer, load_bundled
from embeddings.encoder import Encoder
from embeddings.identity import BUNDLED
from retrieval.reader.inputs import Pair, batches, collate, make_pairs
from retrieval.reader.judgement import Extract, ReaderJudgement
from retrieval.reader.network import ReaderNetwork, ReaderOutput
from retrieval.reader.trimming import trim
from retrieval.reader.weights import read_weights
from retrieval.records import Headed

WEIGHTS_FILE = "reader.safetensors"

EXTRACTS = 3
"""How many short answers are taken from a passage, at most; none of them overlap."""

LEAST_BEGIN = 1e-5
"""How probably an answer must begin somewhere for it to be said."""

LEAST_PRESENCE = -20.0
"""The log-odds of an answer in a passage that has no room for one, such as an empty one."""

HOPELESS = -5.0
"""The relevance that half of the layers foretell below which the others are spared.

Most passages that answer have a relevance above 0; how many are left half read is printed when
weights are made. What is fitted to the reader is to be fitted again where this changes:
`python -m retrieval.calibration`.
"""


class Reader:
    """The trained cross-encoder. Safe to share between threads: one question is read at a time.

    It computes in bfloat16 where the processor multiplies matrices in it, else in float32.
    """

    def __init__(self, network: ReaderNetwork, tokenizer: Tokenizer, *, digest: str) -> None:
        network.set_dtype(fastest_dtype())
        network.eval()
        self._network = network
        self._tokenizer = tokenizer
        self._lock = threading.Lock()
        self.digest = digest

    def read(
        self, question: str, passages: Sequence[Headed], *, whole: bool = False
    ) -> list[ReaderJudgement]:
        """Return a judgement of each passage, in order; none for no passage.

        One that is `HOPELESS` is judged by what half of the layers foretell, and has no extracts,
        unless it is to be read `whole`.
        """
        judgements: dict[int, ReaderJudgement] = {}
        hopeful: dict[int, Tensor] = {}
        with self._lock, torch.inference_mode():
            pairs = make_pairs(self._tokenizer, question, passages)
            for rows in batches(pairs):
                ids, mask, _ = collate([pairs[row] for row in rows])
                begun = self._network.begin(ids, mask)
                foretold = self._network.foretell(begun, mask).tolist()
                for row, states, (relevance, presence) in zip(rows, begun, foretold, strict=True):
                    if relevance < HOPELESS and not whole:
                        bounded = max(LEAST_PRESENCE, presence)
                        judgements[row] = ReaderJudgement(relevance, bounded, ())
                    else:
                        hopeful[row] = states
            order = list(hopeful)
            for places in batches([pairs[row] for row in order]):
                rows = [order[place] for place in places]
                _, mask, first = collate([pairs[row] for row in rows])
                begun = _stack([hopeful[row] for row in rows], tokens=mask.shape[1])
                output = self._network.finish(begun, mask, first)
                for place, row in enumerate(rows):
                    judgements[row] = judge(output, place, pairs[row], passages[row].text)
        return [judgements[row] for row in range(len(pairs))]


def _stack(states: Sequence[Tensor], *, tokens: int) -> Tensor:
    """Make a batch of so many tokens of rows of (tokens, width), which differ by padding."""
    stacked = states[0].new_zeros(len(states), tokens, states[0].shape[1])
    for row, each in zip(stacked, states, strict=True):
        row[: len(each)] = each[:tokens]
    return stacked


SHIPPED = Path(str(resources.files("retrieval.weights").joinpath(WEIGHTS_FILE)))
"""The weights that ship with the package."""


def load_reader(*, encoder: Encoder | None = None, path: Path = SHIPPED) -> Reader:
    """Load the reader that ships with the package, or weights that were trained here.

    It shares the bundled encoder's tokenizer and embeddings: those of `encoder` where that is
    the bundled one, else they are loaded.

    Raises:
        EncoderError: The bundled encoder is not installed.
        ReaderError: The weights are missing, damaged or another network's.
    """
    model = encoder.model if encoder and encoder.identity.model == BUNDLED else load_bundled()
    bert, tokenizer = bundled_transformer(model).cross_encoder_parts()
    network = ReaderNetwork(bert)
    return Reader(network, tokenizer, digest=read_weights(path, network))


def bundled_transformer(model: Any) -> BundledTransformer:
    """Return the bundled model's first module: its embeddings, layers and tokenizer."""
    module: BundledTransformer = model[0]
    return module


def fastest_dtype() -> torch.dtype:
    """The fastest precision that is faithful: bfloat16 where the processor has it, else float32."""
    has = torch.cpu.get_capabilities()
    return torch.bfloat16 if has.get("amx_bf16") or has.get("avx512_bf16") else torch.float32


def judge(output: ReaderOutput, row: int, pair: Pair, passage: str) -> ReaderJudgement:
    """Read one row of a batch: its scores, and its best spans that don't overlap."""
    spans, null = output.spans[row], output.null[row]
    total = torch.logsumexp(spans.flatten(), dim=0)
    everything = torch.logaddexp(total, null)
    shares = torch.exp(spans - everything)
    begins = shares.sum(dim=1)[pair.first : pair.first + len(pair.offsets)].tolist()
    extracts: list[Extract] = []
    while len(extracts) < EXTRACTS:
        place = int(shares.argmax())
        first, last = divmod(place, shares.shape[1])
        probability = float(shares[first, last])
        if not probability > 0:
            break
        start, end = trim(
            passage,
            int(pair.offsets[first - pair.first, 0]),
            int(pair.offsets[last - pair.first, 1]),
        )
        if start < end:
            extracts.append(Extract(start, end, probability))
        # Whatever shares a token with this one is out: it starts by its end and ends by its start.
        shares[: last + 1, first:] = 0
    return ReaderJudgement(
        relevance=float(output.relevance[row]),
        presence=max(LEAST_PRESENCE, float(total - null)),
        extracts=tuple(extracts),
        begins=tuple(
            # A token may start with the space before its word, but ends within it.
            (end - 1, share)
            for end, share in zip(pair.offsets[:, 1].tolist(), begins, strict=True)
            if share >= LEAST_BEGIN
        ),
    )
