"""Open and check an index: one folder on this machine."""

import itertools
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from retrieval import french
from retrieval.errors import MismatchError, StoreError
from retrieval.index.contract import Ranking
from retrieval.index.dense import DenseIndex
from retrieval.index.generations import current_generation, hold
from retrieval.index.lexical import LexicalIndex
from retrieval.index.manifest import Manifest, list_files, read_manifest
from retrieval.index.remedies import build_command, unreadable
from retrieval.index.texts import Texts
from retrieval.records import Article, Passage, Reference

TEXTS_FILE = "texts.sqlite"
LEXICAL_FOLDER = "lexical"


class Store:
    """One open generation: implements `retrieval.index.contract.Index`."""

    def __init__(self, folder: Path) -> None:
        self._held = hold(folder)
        try:
            self.folder = folder
            self.manifest = read_manifest(folder)
            _check_sizes(folder, self.manifest)
            self._dense = DenseIndex(folder)
            self._lexical = LexicalIndex(folder / LEXICAL_FOLDER)
            self._texts = Texts(folder / TEXTS_FILE)
            self._check_counts()
        except BaseException:
            self._held.close()
            raise

    def dense(self, vectors: NDArray[np.float32], k: int) -> list[Ranking]:
        """See `Index.dense`."""
        return self._dense.search(vectors, k)

    def lexical(
        self, tokens: Sequence[str], k: int, *, among: NDArray[np.int64] | None = None
    ) -> Ranking:
        """See `Index.lexical`."""
        return self._lexical.search(tokens, k, among=among)

    def similarity(
        self, vector: NDArray[np.float32], numbers: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """See `Index.similarity`."""
        return self._dense.similarity(vector, numbers)

    def sentence_scores(
        self, vector: NDArray[np.float32], numbers: NDArray[np.int64]
    ) -> list[NDArray[np.float32]]:
        """See `Index.sentence_scores`."""
        return [self._dense.sentence_vectors(int(number)) @ vector for number in numbers]

    def document_frequencies(self, tokens: Sequence[str]) -> list[int]:
        """See `Index.document_frequencies`."""
        return self._lexical.document_frequencies(tokens)

    def passages(self, numbers: NDArray[np.int64]) -> list[tuple[Passage, Reference]]:
        """See `Index.passages`."""
        return self._texts.passages(numbers)

    def articles(self) -> Iterator[Reference]:
        """See `Index.articles`."""
        return self._texts.articles()

    def article(self, article_id: str) -> Article | None:
        """See `Index.article`."""
        return self._texts.article(article_id)

    def known_vectors(
        self, digests: Sequence[bytes]
    ) -> dict[bytes, tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """Return the vectors of passages and of their sentences, by the digests that it holds."""
        numbers = self._texts.numbers_by_digest(digests)
        vectors = self._dense.vectors(np.array(list(numbers.values()), dtype=np.int64))
        return {
            digest: (vector, self._dense.sentence_vectors(number))
            for (digest, number), vector in zip(numbers.items(), vectors, strict=True)
        }

    def close(self) -> None:
        """See `Index.close`."""
        self._texts.close()
        self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check_counts(self) -> None:
        counts = {
            "passages": (self.manifest.passages, self._texts.count()),
            "passage vectors": (self.manifest.passages, self._dense.count),
            "sentence vectors": (self.manifest.sentences, self._dense.sentences),
            "lexical entries": (self.manifest.passages, self._lexical.count),
        }
        for what, (expected, found) in counts.items():
            if expected != found:
                raise StoreError(
                    f"The index {self.folder.parent} is damaged: {found} {what}, expected "
                    f"{expected}. Rebuild it: {self.manifest.command(self.folder.parent)}"
                )


def open_store(root: Path) -> Store:
    """Open the current generation of the index at `root`.

    Takes hardly longer for a million passages than for a hundred: checks the manifest, the sizes
    of the files, the counts and the order of the sentences' offsets, not the contents (`verify`
    does).

    Raises:
        StoreError: There is no index, or it is damaged.
        MismatchError: It was built with another format or text analysis.
    """
    while True:
        folder = current_generation(root)
        if folder is None:
            raise StoreError(f"There is no index at {root}. Build one: {build_command(root)}")
        try:
            store = Store(folder)
        except FileNotFoundError as error:
            # A builder may have removed the generation, having published another.
            if current_generation(root) == folder:
                raise StoreError(
                    f"The index {root} is damaged: {error.filename or error} is missing. "
                    f"Rebuild it: {build_command(root)}"
                ) from error
            continue
        except OSError as error:
            raise StoreError(unreadable(root, error)) from error
        if store.manifest.analysis != french.ANALYSIS:
            store.close()
            raise MismatchError(
                f"The index {root} was built with the text analysis {store.manifest.analysis!r}, "
                f"and this version of jecite uses {french.ANALYSIS!r}. "
                f"Rebuild it: {store.manifest.command(root)}"
            )
        return store


def verify(store: Store) -> list[str]:
    """Check every file's checksum and every passage's offsets; return what is wrong.

    Reads the whole index: the time grows with its size.
    """
    faults = changed_files(store)
    if faults:
        return faults  # What damaged files hold says nothing more.
    for reference in store.articles():
        article = store.article(reference.article_id)
        if article is None:
            faults.append(f"The article {reference.article_id} cannot be read")
    faults.extend(
        f"The passage {passage.id} is empty or lies outside its article"
        for start in range(0, store.manifest.passages, 500)
        for passage, _ in store.passages(
            np.arange(start, min(start + 500, store.manifest.passages))
        )
        if not _is_sound(passage)
    )
    return faults


def changed_files(store: Store) -> list[str]:
    """Check every file's checksum; return what is wrong."""
    found = {entry.name: entry for entry in list_files(store.folder)}
    return [
        f"{entry.name} is missing"
        if entry.name not in found
        else f"{entry.name} is not what was built (its SHA-256 differs)"
        for entry in store.manifest.files
        if found.get(entry.name) != entry
    ]


def _is_sound(passage: Passage) -> bool:
    spans = passage.sentences
    return (
        len(passage.text) == passage.end - passage.start > 0
        and bool(spans)
        and spans[0][0] == passage.start
        and spans[-1][1] == passage.end
        and all(start < end for start, end in spans)
        and all(a[1] <= b[0] for a, b in itertools.pairwise(spans))
    )


def _check_sizes(folder: Path, manifest: Manifest) -> None:
    for entry in manifest.files:
        # Opened, since not every library below tells a file that may not be read from a bad one.
        with (folder / entry.name).open("rb") as file:
            size = os.fstat(file.fileno()).st_size
        if size != entry.size:
            raise StoreError(
                f"The index file {folder / entry.name} is damaged: {size} bytes, expected "
                f"{entry.size}. Rebuild the index: {manifest.command(folder.parent)}"
            )
