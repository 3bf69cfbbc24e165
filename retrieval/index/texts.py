"""Articles and passages in one SQLite file: the texts once, passages as offsets into them."""

import contextlib
import hashlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import StoreError
from retrieval.index.contract import CHECK
from retrieval.metadata import is_storable
from retrieval.records import Article, Passage, Reference, Span

_SCHEMA = """
CREATE TABLE articles (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, path TEXT NOT NULL,
    opening TEXT NOT NULL, title TEXT, source TEXT, url TEXT, date TEXT, lang TEXT,
    breaks BLOB NOT NULL, text TEXT NOT NULL
);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, article INTEGER NOT NULL REFERENCES articles (number),
    "start" INTEGER NOT NULL, "end" INTEGER NOT NULL,
    sentences BLOB NOT NULL, digest BLOB NOT NULL
);
CREATE INDEX passages_by_article ON passages (article);
CREATE INDEX passages_by_digest ON passages (digest);
"""
_BLOCK = 500  # SQLite's bound on the parameters of one statement was once 999.
_REFERENCE = "a.id, a.path, a.opening, a.title, a.source, a.url, a.date, a.lang"


class TextsWriter:
    """Writes articles with their passages, in order."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        # The file is worthless until the whole generation is published, so no journal.
        self._connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        self._connection.executescript(_SCHEMA)
        self.articles = self.passages = self.sentences = 0

    def add(self, article: Article, passages: Iterable[Passage]) -> None:
        """Add an article and its passages."""
        self._connection.execute(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (self.articles, *astuple(article.reference), _pack(article.breaks), article.text),
        )
        for passage in passages:
            flat = [offset for span in passage.sentences for offset in span]
            self._connection.execute(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)",
                (
                    self.passages,
                    self.articles,
                    passage.start,
                    passage.end,
                    _pack(flat),
                    passage_digest(passage, article.reference.heading),
                ),
            )
            self.passages += 1
            self.sentences += len(passage.sentences)
        self.articles += 1

    def commit(self) -> None:
        """Finish the file."""
        self._connection.commit()
        self._connection.close()

    def close(self) -> None:
        """Let go of the file without finishing it."""
        self._connection.close()


class Texts:
    """Reads what `TextsWriter` wrote. Safe to share between threads.

    Each query borrows a read-only connection, so that there are never more than queries at once,
    however many threads come and go.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False

    def count(self) -> int:
        """Return the number of passages."""
        ((last,),) = self._query("SELECT MAX(number) FROM passages")
        return 0 if last is None else int(last) + 1

    def passages(self, numbers: NDArray[np.int64]) -> list[tuple[Passage, Reference]]:
        """Return passages and their articles' references, in the order asked for."""
        rows = self._query_each(
            'SELECT number, article, "start", "end", sentences FROM passages WHERE number',
            [int(number) for number in numbers],
        )
        texts = {article: self._article_row(article) for article in {row[1] for row in rows}}
        found: dict[int, tuple[Passage, Reference]] = {}
        for number, article, start, end, sentences in rows:
            reference, text = texts[article]
            found[number] = (
                Passage(
                    reference.article_id, start, end, text[start:end], _unpack_spans(sentences)
                ),
                reference,
            )
        return [found[int(number)] for number in numbers]

    def numbers_by_digest(self, digests: Sequence[bytes]) -> dict[bytes, int]:
        """Return a passage's number for each digest (of `passage_digest`) that is known."""
        return dict(self._query_each("SELECT digest, number FROM passages WHERE digest", digests))

    def articles(self) -> Iterator[Reference]:
        """Yield every article's reference, in order."""
        for row in self._query(f"SELECT {_REFERENCE} FROM articles a ORDER BY a.number"):  # noqa: S608
            yield Reference(*row)

    def article(self, article_id: str) -> Article | None:
        """Return an article with its text, or None."""
        if not is_storable(article_id):
            return None
        rows = self._query(
            f"SELECT {_REFERENCE}, a.text, a.breaks FROM articles a WHERE a.id = ?",  # noqa: S608
            [article_id],
        )
        if not rows:
            return None
        *reference, text, breaks = rows[0]
        return Article(Reference(*reference), text, tuple(_unpack(breaks)))

    def close(self) -> None:
        """Close every connection, those in use when they are given back."""
        with self._lock:
            self._closed = True
            while self._idle:
                self._idle.pop().close()

    def _article_row(self, number: int) -> tuple[Reference, str]:
        ((*reference, text),) = self._query(
            f"SELECT {_REFERENCE}, a.text FROM articles a WHERE a.number = ?",  # noqa: S608
            [number],
        )
        return Reference(*reference), text

    def _query_each(self, sql: str, keys: Sequence[Any]) -> list[Any]:
        """Run a query that ends in a column for the rows where it is one of the keys."""
        rows: list[Any] = []
        for start in range(0, len(keys), _BLOCK):
            block = keys[start : start + _BLOCK]
            marks = ", ".join("?" * len(block))
            rows.extend(self._query(f"{sql} IN ({marks})", block))
        return rows

    def _query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        try:
            with self._connection() as connection:
                return connection.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise StoreError(
                f"The index's texts {self._path} cannot be read: {error}. {CHECK}"
            ) from error

    @contextlib.contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._closed:
                raise StoreError(f"The index {self._path.parent} is closed")
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = sqlite3.connect(
                f"{self._path.absolute().as_uri()}?mode=ro&immutable=1",
                uri=True,
                check_same_thread=False,
            )
        try:
            yield connection
        finally:
            with self._lock:
                if self._closed:
                    connection.close()
                else:
                    self._idle.append(connection)


def passage_digest(passage: Passage, heading: str) -> bytes:
    """Tell passages apart by what is encoded of them: 16 bytes of a SHA-256.

    That is the text under its heading, and where in it the sentences stand: the same text may
    have been cut otherwise in another article.
    """
    offsets = [offset - passage.start for span in passage.sentences for offset in span]
    return hashlib.sha256(_pack(offsets) + (heading + passage.text).encode()).digest()[:16]


def _pack(numbers: Iterable[int]) -> bytes:
    return np.array(list(numbers), dtype="<u4").tobytes()


def _unpack(data: bytes) -> list[int]:
    offsets: list[int] = np.frombuffer(data, dtype="<u4").tolist()
    return offsets


def _unpack_spans(data: bytes) -> tuple[Span, ...]:
    offsets = _unpack(data)
    return tuple(zip(offsets[::2], offsets[1::2], strict=True))
