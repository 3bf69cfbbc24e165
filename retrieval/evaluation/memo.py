"""An encoder that remembers, since an evaluation encodes the same texts several times."""

from collections.abc import Callable, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from embeddings import Encoder

REMEMBERED = 50_000
"""The most vectors kept of each sort: 75 MiB of 384 columns."""

_Vectors = dict[str, NDArray[np.float32]]


class RememberingEncoder(Encoder):
    """Gives what another encoder gives, and encodes no text a second time.

    The paragraphs and sentences of a set are the same for its unsplit and its split index, and
    its questions are asked of both.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.identity = encoder.identity
        self._queries: _Vectors = {}
        self._passages: _Vectors = {}

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Encoder.encode_queries`."""
        return self._recall(texts, self._queries, self._encoder.encode_queries)

    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """See `Encoder.encode_passages`."""
        vectors = self._recall(texts, self._passages, self._encoder.encode_passages)
        if progress is not None:
            progress(len(texts))
        return vectors

    def count_tokens(self, texts: Sequence[str], *, prefix: str | None = None) -> list[int]:
        """See `Encoder.count_tokens`."""
        return self._encoder.count_tokens(texts, prefix=prefix)

    def _recall(
        self,
        texts: Sequence[str],
        known: _Vectors,
        encode: Callable[[Sequence[str]], NDArray[np.float32]],
    ) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        found = dict(zip(new, encode(new), strict=True))
        room = max(0, REMEMBERED - len(known))
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = found[text] if text in found else known[text]
        known.update(islice(found.items(), room))
        return vectors
