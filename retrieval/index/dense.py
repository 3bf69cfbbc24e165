"""Vectors of passages and of their sentences. The only door to faiss.

A passage's score is the mean of its own cosine with the query and its best sentence's: on PIAF's
training articles that takes the dense ranking from 0.769 to 0.812 nDCG@10, and the hybrid from
0.844 to 0.855.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.errors import StoreError
from retrieval.index.contract import CHECK, Ranking
from retrieval.index.remedies import build_command

# A forked process has none of the threads that faiss would wait for.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: faiss.omp_set_num_threads(1))

PASSAGES_FILE = "passages.faiss"
SENTENCES_FILE = "sentences.f16"
STARTS_FILE = "sentences.i64"
CANDIDATES = 100
"""How many passages at least are scored by their sentences too."""


class DenseWriter:
    """Adds passages in the order of their numbers, their sentences in order."""

    def __init__(self, folder: Path, *, dim: int) -> None:
        self._folder = folder
        self._passages = faiss.IndexFlatIP(dim)
        self._sentences = (folder / SENTENCES_FILE).open("wb")
        self._starts = (folder / STARTS_FILE).open("wb")
        self._end = 0
        self._starts.write(np.array([0], dtype="<i8").tobytes())

    def add(self, passages: NDArray[np.float32], sentences: Sequence[NDArray[np.float32]]) -> None:
        """Add vectors of shape (n, dim), and for each the (m, dim) ones of its sentences."""
        self._passages.add(np.ascontiguousarray(passages, dtype=np.float32))
        for own in sentences:
            self._sentences.write(own.astype("<f2").tobytes())
            self._end += len(own)
            self._starts.write(np.array([self._end], dtype="<i8").tobytes())

    def commit(self) -> None:
        """Write everything to disk.

        Raises:
            OSError: The disk refuses.
        """
        self.close()
        try:
            faiss.write_index(self._passages, str(self._folder / PASSAGES_FILE))
        except RuntimeError as error:  # faiss reports every failure so.
            raise OSError(_reason(error)) from error

    def close(self) -> None:
        """Let go of the files without finishing them."""
        self._sentences.close()
        self._starts.close()


class DenseIndex:
    """Reads what `DenseWriter` wrote, mapped into memory. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        path = folder / PASSAGES_FILE
        try:
            # The flag maps the vectors, so that opening reads a header only.
            self._passages = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise StoreError(
                f"The vectors {path} cannot be opened: {_reason(error)}. Rebuild the index: "
                f"{build_command(folder.parent)}"
            ) from error
        self._path = path
        self._starts = np.memmap(folder / STARTS_FILE, dtype="<i8", mode="r")
        sentences = np.memmap(folder / SENTENCES_FILE, dtype="<f2", mode="r")
        self._sentences: NDArray[np.float16] = sentences.reshape(-1, self.dim)
        starts = self._starts
        if starts[0] or starts[-1] != self.sentences or not (starts[:-1] < starts[1:]).all():
            raise StoreError(
                f"The index file {folder / STARTS_FILE} is damaged: its offsets are out of order. "
                f"Rebuild the index: {build_command(folder.parent)}"
            )

    @property
    def dim(self) -> int:
        """The number of columns of a vector."""
        return int(self._passages.d)

    @property
    def count(self) -> int:
        """The number of passages."""
        return int(self._passages.ntotal)

    @property
    def sentences(self) -> int:
        """The number of sentences, those that passages share counted in each."""
        return len(self._sentences)

    def search(self, vectors: NDArray[np.float32], k: int) -> list[Ranking]:
        """Rank passages for each row of `vectors` by `similarity`.

        The candidates are the passages nearest by their own vector: twice `k`, and no fewer
        than 100.

        Raises:
            StoreError: The vectors are damaged.
        """
        depth = min(max(2 * k, CANDIDATES), self.count)
        queries = np.ascontiguousarray(vectors, dtype=np.float32)
        cosines, candidates = self._passages.search(queries, depth)
        if (candidates < 0).any():  # faiss leaves out what it cannot compare.
            raise self._damage()
        rankings = []
        for query, cosine, numbers in zip(queries, cosines, candidates, strict=True):
            scores = self._blend(query, numbers, cosine)
            best = np.lexsort((numbers, -scores))[:k]
            rankings.append(Ranking(numbers[best], scores[best]))
        return rankings

    def similarity(
        self, vector: NDArray[np.float32], numbers: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return each passage's score: the mean of its own cosine and its best sentence's.

        Raises:
            StoreError: The vectors are damaged.
        """
        return self._blend(vector, numbers, self.vectors(numbers) @ vector)

    def vectors(self, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vectors of passages, shape (len(numbers), dim)."""
        if not len(numbers):
            return np.empty((0, self.dim), dtype=np.float32)
        vectors: NDArray[np.float32] = self._passages.reconstruct_batch(numbers)
        return vectors

    def sentence_vectors(self, number: int) -> NDArray[np.float32]:
        """Return the vectors of a passage's sentences, shape (sentences, dim)."""
        start, end = self._starts[number : number + 2]
        vectors: NDArray[np.float32] = self._sentences[start:end].astype(np.float32)
        return vectors

    def _blend(
        self, query: NDArray[np.float32], numbers: NDArray[np.int64], cosines: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        if not len(numbers):
            return cosines
        starts, ends = self._starts[numbers], self._starts[numbers + 1]
        sizes = ends - starts
        first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        rows = np.repeat(starts - first, sizes) + np.arange(sizes.sum())
        best = np.maximum.reduceat(self._sentences[rows].astype(np.float32) @ query, first)
        blended: NDArray[np.float32] = (0.5 * cosines + 0.5 * best).astype(np.float32)
        if not np.isfinite(blended).all():
            raise self._damage()
        return blended

    def _damage(self) -> StoreError:
        return StoreError(f"The vectors in {self._path.parent} are damaged. {CHECK}")


def _reason(error: RuntimeError) -> str:
    # faiss puts the function, file and line before the reason.
    return str(error).rsplit(": ", maxsplit=1)[-1].strip()
