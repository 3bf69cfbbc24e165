"""BM25 over passages. The only door to tantivy."""

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray

from retrieval.errors import StoreError
from retrieval.index.contract import CHECK, Ranking
from retrieval.index.remedies import build_command

K1 = 1.2
"""Tantivy's term-frequency saturation; its length weight b is 0.75. Neither can be set."""

_TOKENS, _NUMBER = "tokens", "number"
_ANALYZER = "spaces"
_HEAP_BYTES = 128 * 1024 * 1024


class LexicalWriter:
    """Adds passages in the order of their numbers, then commits once."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        with _as_os_error():
            self._index = _with_analyzer(tantivy.Index(_schema(), path=str(folder), reuse=False))
            # One thread, so that two builds of the same passages rank ties alike.
            self._writer = self._index.writer(_HEAP_BYTES, num_threads=1)
        self._count = 0

    def add(self, passages: Iterable[Sequence[str]]) -> None:
        """Add passages, each as its tokens.

        Raises:
            OSError: The disk refuses.
        """
        for tokens in passages:
            document = tantivy.Document()
            document.add_unsigned(_NUMBER, self._count)
            document.add_text(_TOKENS, " ".join(tokens))
            with _as_os_error():
                self._writer.add_document(document)
            self._count += 1

    def commit(self) -> None:
        """Write everything to disk.

        Raises:
            OSError: The disk refuses.
        """
        with _as_os_error():
            self._writer.commit()
            self._writer.wait_merging_threads()
        # Tantivy lets only its user read some of them, whatever the umask.
        mode = self._folder.stat().st_mode & 0o666
        for path in self._folder.iterdir():
            path.chmod(mode)


class LexicalIndex:
    """Reads what `LexicalWriter` wrote. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        remedy = f"Rebuild it: {build_command(folder.parent.parent)}"
        with _as_store_error(folder, remedy), _writable(folder) as path:
            index = _with_analyzer(tantivy.Index.open(str(path)))
            index.config_reader(reload_policy="manual")
            self._searcher = index.searcher()
        self._schema = index.schema

    @property
    def count(self) -> int:
        """The number of passages."""
        return int(self._searcher.num_docs)

    def search(
        self, tokens: Sequence[str], k: int, *, among: NDArray[np.int64] | None = None
    ) -> Ranking:
        """Rank at most `k` passages that hold a token, of those with the numbers `among` if given.

        Ties go to the lower number.

        Raises:
            StoreError: The index is damaged.
        """
        if not tokens or k < 1:
            return Ranking(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32))
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, _TOKENS, token))
            for token in tokens
        ]
        query = tantivy.Query.boolean_query(clauses)
        with _as_store_error(self._folder, CHECK):
            if among is not None:
                theirs = tantivy.Query.term_set_query(self._schema, _NUMBER, among.tolist())
                unscored = tantivy.Query.const_score_query(theirs, 0.0)
                query = tantivy.Query.boolean_query(
                    [(tantivy.Occur.Must, query), (tantivy.Occur.Must, unscored)]
                )
            hits = self._searcher.search(query, limit=min(k, max(1, self.count)), count=False).hits
            numbers = self._searcher.fast_field_values(_NUMBER, [address for _, address in hits])
            known = {each for each in numbers if isinstance(each, int) and each < self.count}
            if len(known) < len(hits):
                raise ValueError("it names passages that there are not")
        return Ranking(
            np.array(numbers, dtype=np.int64),
            np.array([score for score, _ in hits], dtype=np.float32),
        )

    def document_frequencies(self, tokens: Sequence[str]) -> list[int]:
        """Return how many passages hold each token.

        Raises:
            StoreError: The index is damaged.
        """
        with _as_store_error(self._folder, CHECK):
            return [int(self._searcher.doc_freq(_TOKENS, token)) for token in tokens]


@contextlib.contextmanager
def _as_store_error(folder: Path, remedy: str) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        # Tantivy's binding reports some damage as a panic, which is no Exception.
        if not isinstance(error, ValueError) and type(error).__name__ != "PanicException":
            raise
        reason = " ".join(str(error).split())
        raise StoreError(
            f"The lexical index {folder} cannot be read: {reason}. {remedy}"
        ) from error


@contextlib.contextmanager
def _as_os_error() -> Iterator[None]:
    try:
        yield
    except ValueError as error:  # How tantivy's binding reports input and output errors.
        raise OSError(str(error)) from error


@contextlib.contextmanager
def _writable(folder: Path) -> Iterator[Path]:
    """Give a folder that holds the same files and may be written.

    Tantivy locks a file beside those that it opens, even to read; once open, it needs no folder.
    """
    if os.access(folder, os.W_OK):
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="jecite-") as view:
        for path in folder.iterdir():
            if not path.name.endswith(".lock"):
                Path(view, path.name).symlink_to(path.absolute())
        yield Path(view)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field(_NUMBER, fast=True, indexed=True)
    builder.add_text_field(_TOKENS, tokenizer_name=_ANALYZER, index_option="freq")
    return builder.build()


def _with_analyzer(index: tantivy.Index) -> tantivy.Index:
    # The text comes analysed: tantivy only parts it at the spaces.
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(_ANALYZER, analyzer)
    return index
