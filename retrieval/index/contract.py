"""What every index offers, whatever it is kept in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.index.manifest import Manifest
from retrieval.records import Article, Passage, Reference

CHECK = "Check the index: jecite doctor --full"
"""The remedy where damage shows after an index was opened."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Passages by decreasing score: `numbers` (int64) and `scores` (float32), equally long.

    A passage's number is its place in the index, from 0; it means nothing in another generation.
    """

    numbers: NDArray[np.int64]
    scores: NDArray[np.float32]


class Index(Protocol):
    """Read access to one generation of an index. Safe to share between threads."""

    @property
    def manifest(self) -> Manifest:
        """What the index was built from."""
        ...

    def dense(self, vectors: NDArray[np.float32], k: int) -> list[Ranking]:
        """Rank passages by meaning, for query vectors of shape (n, dim) with unit rows.

        Returns `n` rankings of at most `k`, fewer where the index holds fewer.
        """
        ...

    def lexical(
        self, tokens: Sequence[str], k: int, *, among: NDArray[np.int64] | None = None
    ) -> Ranking:
        """Rank at most `k` passages by BM25 for the tokens of `retrieval.french.analyze`.

        Only passages that hold one of the tokens, and of those only the numbers `among` if given:
        they are scored as in the whole index.
        """
        ...

    def similarity(
        self, vector: NDArray[np.float32], numbers: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the scores that `dense` gives these passages, whatever their rank."""
        ...

    def sentence_scores(
        self, vector: NDArray[np.float32], numbers: NDArray[np.int64]
    ) -> list[NDArray[np.float32]]:
        """Return the cosine of a query with each sentence of each passage."""
        ...

    def document_frequencies(self, tokens: Sequence[str]) -> list[int]:
        """Return how many passages hold each token."""
        ...

    def passages(self, numbers: NDArray[np.int64]) -> list[tuple[Passage, Reference]]:
        """Return passages with their articles' references, in the order asked for."""
        ...

    def articles(self) -> Iterator[Reference]:
        """Yield every article's reference, in the order in which they were indexed."""
        ...

    def article(self, article_id: str) -> Article | None:
        """Return an article with its text, or None if the index doesn't hold it."""
        ...

    def close(self) -> None:
        """Let go of the files; closing twice is allowed."""
        ...
