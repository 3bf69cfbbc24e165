"""BM25 over passages. The only door to tantivy."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import tantivy

from retrieval.errors import StoreError
from retrieval.index.contract import Ranking

K1 = 1.2
"""Tantivy's term-frequency saturation; its length weight b is 0.75. Neither can be set."""

_TOKENS, _NUMBER = "tokens", "number"
_ANALYZER = "spaces"
_HEAP_BYTES = 128 * 1024 * 1024


class LexicalWriter:
    """Adds passages in the order of their numbers, then commits once."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._index = _with_analyzer(tantivy.Index(_schema(), path=str(folder), reuse=False))
        # One thread, so that two builds of the same passages rank ties alike.
        self._writer = self._index.writer(_HEAP_BYTES, num_threads=1)
        self._count = 0

    def add(self, passages: Iterable[Sequence[str]]) -> None:
        """Add passages, each as its tokens."""
        for tokens in passages:
            document = tantivy.Document()
            document.add_unsigned(_NUMBER, self._count)
            document.add_text(_TOKENS, " ".join(tokens))
            self._writer.add_document(document)
            self._count += 1

    def commit(self) -> None:
        """Write everything to disk.

        Raises:
            StoreError: The disk refuses.
        """
        try:
            self._writer.commit()
            self._writer.wait_merging_threads()
        except ValueError as error:  # How tantivy's binding reports input and output errors.
            raise StoreError(f"The lexical index cannot be written: {error}") from error


class LexicalIndex:
    """Reads what `LexicalWriter` wrote. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        try:
            index = _with_analyzer(tantivy.Index.open(str(folder)))
            index.config_reader(reload_policy="manual")
            self._searcher = index.searcher()
        except (ValueError, OSError) as error:
            raise StoreError(f"The lexical index {folder} cannot be opened: {error}") from error
        self._schema = index.schema

    @property
    def count(self) -> int:
        """The number of passages."""
        return int(self._searcher.num_docs)

    def search(self, tokens: Sequence[str], k: int) -> Ranking:
        """Rank at most `k` passages that hold a token; ties go to the lower number."""
        if not tokens or k < 1:
            return Ranking(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32))
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, _TOKENS, token))
            for token in tokens
        ]
        hits = self._searcher.search(
            tantivy.Query.boolean_query(clauses), limit=k, count=False
        ).hits
        numbers = self._searcher.fast_field_values(_NUMBER, [address for _, address in hits])
        return Ranking(
            np.array(numbers, dtype=np.int64),
            np.array([score for score, _ in hits], dtype=np.float32),
        )

    def document_frequencies(self, tokens: Sequence[str]) -> list[int]:
        """Return how many passages hold each token."""
        return [int(self._searcher.doc_freq(_TOKENS, token)) for token in tokens]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field(_NUMBER, fast=True)
    builder.add_text_field(_TOKENS, tokenizer_name=_ANALYZER, index_option="freq")
    return builder.build()


def _with_analyzer(index: tantivy.Index) -> tantivy.Index:
    # The text comes analysed: tantivy only parts it at the spaces.
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(_ANALYZER, analyzer)
    return index
