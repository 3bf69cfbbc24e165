"""Articles and passages in one SQLite file: the texts once, passages as offsets into them."""

import hashlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import StoreError
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
        r = article.reference
        row = (self.articles, r.article_id, r.path, r.opening, r.title, r.source, r.url, r.date)
        self._connection.execute(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, r.lang, _pack(article.breaks), article.text),
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
                    passage_digest(passage.text),
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
    """Reads what `TextsWriter` wrote, with one read-only connection for each thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._lock = threading.Lock()
        self._connections: list[sqlite3.Connection] = []
        self._closed = False

    def count(self) -> int:
        """Return the number of passages."""
        ((last,),) = self._query("SELECT MAX(number) FROM passages")
        return 0 if last is None else int(last) + 1

    def passages(self, numbers: NDArray[np.int64]) -> list[tuple[Passage, Reference]]:
        """Return passages and their articles' references, in the order asked for."""
        if not len(numbers):
            return []
        marks = ", ".join("?" * len(numbers))
        rows = self._query(
            f'SELECT number, article, "start", "end", sentences FROM passages '  # noqa: S608
            f"WHERE number IN ({marks})",
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
        found: dict[bytes, int] = {}
        for start in range(0, len(digests), _BLOCK):
            block = digests[start : start + _BLOCK]
            marks = ", ".join("?" * len(block))
            found.update(
                self._query(
                    f"SELECT digest, number FROM passages WHERE digest IN ({marks})",  # noqa: S608
                    block,
                )
            )
        return found

    def neighbours(self, number: int) -> tuple[int | None, int | None]:
        """Return the numbers of the passages before and after one in its article."""
        rows = self._query(
            "SELECT n.number FROM passages p JOIN passages n ON n.article = p.article "
            "WHERE p.number = ? AND n.number IN (p.number - 1, p.number + 1)",
            [number],
        )
        numbers = {row[0] for row in rows}
        return (
            number - 1 if number - 1 in numbers else None,
            number + 1 if number + 1 in numbers else None,
        )

    def articles(self) -> Iterator[Reference]:
        """Yield every article's reference, in order."""
        for row in self._query(f"SELECT {_REFERENCE} FROM articles a ORDER BY a.number"):  # noqa: S608
            yield Reference(*row)

    def article(self, article_id: str) -> Article | None:
        """Return an article with its text, or None."""
        rows = self._query(
            f"SELECT {_REFERENCE}, a.text, a.breaks FROM articles a WHERE a.id = ?",  # noqa: S608
            [article_id],
        )
        if not rows:
            return None
        *reference, text, breaks = rows[0]
        return Article(Reference(*reference), text, tuple(_unpack(breaks)))

    def close(self) -> None:
        """Close every thread's connection."""
        with self._lock:
            self._closed = True
            for connection in self._connections:
                connection.close()
            self._connections.clear()

    def _article_row(self, number: int) -> tuple[Reference, str]:
        ((*reference, text),) = self._query(
            f"SELECT {_REFERENCE}, a.text FROM articles a WHERE a.number = ?",  # noqa: S608
            [number],
        )
        return Reference(*reference), text

    def _query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        try:
            return self._connection().execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise StoreError(
                f"The index's texts {self._path} cannot be read: {error}. "
                "Check the index: jecite doctor --full"
            ) from error

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            with self._lock:
                if self._closed:
                    raise StoreError(f"The index {self._path.parent} is closed")
                connection = sqlite3.connect(
                    f"{self._path.absolute().as_uri()}?mode=ro&immutable=1",
                    uri=True,
                    check_same_thread=False,
                )
                self._connections.append(connection)
            self._local.connection = connection
        return connection


def passage_digest(text: str) -> bytes:
    """Tell passages apart by their text alone: 16 bytes of its SHA-256."""
    return hashlib.sha256(text.encode()).digest()[:16]


def _pack(numbers: Iterable[int]) -> bytes:
    return np.array(list(numbers), dtype="<u4").tobytes()


def _unpack(data: bytes) -> list[int]:
    offsets: list[int] = np.frombuffer(data, dtype="<u4").tolist()
    return offsets


def _unpack_spans(data: bytes) -> tuple[Span, ...]:
    offsets = _unpack(data)
    return tuple(zip(offsets[::2], offsets[1::2], strict=True))
