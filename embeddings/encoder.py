"""Text to unit vectors, through sentence-transformers."""

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from sentence_transformers import SentenceTransformer

from embeddings.bundled import load_bundled
from embeddings.errors import EncoderError, TextTooLongError
from embeddings.identity import BUNDLED, ModelIdentity
from embeddings.wheel import WEIGHTS_SHA256

# A forked process has none of the threads that torch would wait for.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: torch.set_num_threads(1))

PASSAGE_BATCH = 32
COUNT_BATCH = 1024  # A tokenizer keeps some hundred bytes a token until a batch is done.

# What the E5 papers put before queries and passages; the models register no prompt themselves.
_E5_PREFIXES = ("query: ", "passage: ")
_E5 = frozenset(
    """
    multilingual-e5-small multilingual-e5-base multilingual-e5-large
    e5-small-v2 e5-base-v2 e5-large-v2
    """.split()  # noqa: SIM905
)


class Encoder:
    """A sentence-transformers model with its prefixes.

    Not safe to share between threads (a fast tokenizer is not re-entrant): one thread encodes,
    see `embeddings.batching`.
    """

    def __init__(
        self,
        model: SentenceTransformer,
        *,
        name: str,
        digest: str,
        query_prefix: str,
        passage_prefix: str,
    ) -> None:
        self.model = model
        pooling = next((m.pooling_mode for m in model if hasattr(m, "pooling_mode")), "unknown")
        self.identity = ModelIdentity(
            model=name,
            digest=digest,
            query_prefix=query_prefix,
            passage_prefix=passage_prefix,
            pooling=str(pooling),
            dim=int(model.get_embedding_dimension() or 0),
            max_tokens=int(model.get_max_seq_length() or 512),
        )

    @property
    def dim(self) -> int:
        """The number of columns of a vector."""
        return self.identity.dim

    @property
    def max_tokens(self) -> int:
        """The most tokens that a text may have, prefix and special tokens included."""
        return self.identity.max_tokens

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors of shape (len(texts), dim); no text gives (0, dim).

        Raises:
            TextTooLongError: A text has more than `max_tokens` tokens.
        """
        return self._encode(texts, prefix=self.identity.query_prefix)

    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return unit vectors of shape (len(texts), dim); no text gives (0, dim).

        `progress` is called with the number of texts done since it was last called.

        Raises:
            TextTooLongError: A text has more than `max_tokens` tokens.
        """
        return self._encode(texts, prefix=self.identity.passage_prefix, progress=progress)

    def count_tokens(self, texts: Sequence[str], *, prefix: str | None = None) -> list[int]:
        """Count each text's tokens as a passage: prefix and special tokens included."""
        before = self.identity.passage_prefix if prefix is None else prefix
        counts: list[int] = []
        for start in range(0, len(texts), COUNT_BATCH):
            block = [before + text for text in texts[start : start + COUNT_BATCH]]
            encoded = self.model.tokenizer(block, truncation=False, verbose=False)
            counts.extend(map(len, encoded["input_ids"]))
        return counts

    def _encode(
        self,
        texts: Sequence[str],
        *,
        prefix: str,
        progress: Callable[[int], None] | None = None,
    ) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        lengths = np.array(self.count_tokens(texts, prefix=prefix), dtype=np.int64)
        if lengths.max(initial=0) > self.max_tokens:
            worst = int(lengths.argmax())
            raise TextTooLongError(
                f"Text {worst} has {lengths[worst]} tokens, prefix included, and the model "
                f"{self.identity.model} reads at most {self.max_tokens}. Split it first"
            )
        order = np.argsort(-lengths, kind="stable")
        for start in range(0, len(texts), PASSAGE_BATCH):
            batch = order[start : start + PASSAGE_BATCH]
            vectors[batch] = self.model.encode(
                [texts[i] for i in batch],
                prompt=prefix,
                batch_size=PASSAGE_BATCH,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
            if progress is not None:
                progress(len(batch))
        return vectors


def load_encoder(name: str = BUNDLED) -> Encoder:
    """Load an encoder: the bundled one, a folder, or a model of the Hugging Face hub.

    Code that comes with a model is never run, and only safetensors weights are read. The network
    is used for a hub model alone, and only when it is not in the local cache yet. The prefixes
    are E5's for the E5 family, else the model's own `query` and `document` (or `passage`)
    prompts, else none.

    Raises:
        EncoderError: The model does not exist here or cannot be loaded.
    """
    if name == BUNDLED:
        model, digest = load_bundled(), WEIGHTS_SHA256
    else:
        if Path(name).is_dir():
            name = str(Path(name).resolve())  # An index may be opened from another folder.
        model = _load_other(name)
        digest = _digest(model)
    query_prefix, passage_prefix = _prefixes(name, model)
    return Encoder(
        model,
        name=name,
        digest=digest,
        query_prefix=query_prefix,
        passage_prefix=passage_prefix,
    )


def _load_other(name: str) -> SentenceTransformer:
    is_folder = Path(name).is_dir()
    if not is_folder and (name.startswith((".", "/", "~")) or name.count("/") > 1):
        raise EncoderError(f"There is no model folder {name}. Check the path given to --model")
    try:
        model = SentenceTransformer(
            name,
            device="cpu",
            trust_remote_code=False,
            local_files_only=is_folder,
            model_kwargs={"use_safetensors": True},
        )
    except (OSError, ValueError, ImportError, RuntimeError, SafetensorError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise _unusable(name, reason) from error
    if not callable(model.tokenizer):  # A static model, which has no limit of tokens.
        raise _unusable(name, "it is no transformer")
    return model


def _unusable(name: str, reason: str) -> EncoderError:
    return EncoderError(
        f"The model {name} cannot be loaded: {reason}. Give --model a folder that holds a "
        "sentence-transformers model with safetensors weights, whole, the name of one on the hub "
        f"(with a network), or `{BUNDLED}`"
    )


def _prefixes(name: str, model: SentenceTransformer) -> tuple[str, str]:
    path = Path(name)
    # The hub's cache keeps a model in models--OWNER--NAME/snapshots/REVISION.
    cached = [part.rpartition("--")[2] for part in path.parts if part.startswith("models--")]
    if not _E5.isdisjoint((path.name, *cached)):
        return _E5_PREFIXES
    prompts = model.prompts
    return prompts.get("query") or "", prompts.get("document") or prompts.get("passage") or ""


def _digest(model: SentenceTransformer) -> str:
    """Hash the weights as they are in memory, by name, so that the file's packing is no matter."""
    digest = hashlib.sha256()
    state: dict[str, Any] = model.state_dict()
    for key in sorted(state):
        digest.update(key.encode())
        tensor = state[key].detach().cpu().contiguous().reshape(-1)
        digest.update(tensor.view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()
