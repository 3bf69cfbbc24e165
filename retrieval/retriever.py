"""The one path from a question to passages and answers."""

import weakref
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

from embeddings import Encoder, ModelIdentity, load_encoder
from embeddings.batching import QueryBatcher
from retrieval.arguments import checked_count, checked_exclusions, checked_questions, checked_text
from retrieval.citing import choose, cite
from retrieval.confidence import Calibration, Rules, load_calibration
from retrieval.consulting import Consultant, Consultation
from retrieval.errors import MismatchError, QueryError, ReaderError, StoreError
from retrieval.followups import resolve
from retrieval.index.contract import Index, Ranking
from retrieval.index.manifest import Manifest
from retrieval.index.store import open_store
from retrieval.locations import index_folder
from retrieval.modes import MODES, Mode, checked_mode
from retrieval.quoting import check_quotation, surroundings
from retrieval.reader import PassageReader, ReaderName
from retrieval.records import (
    Answer,
    Article,
    Context,
    Hit,
    Quotation,
    Reference,
    ShortAnswer,
    Status,
)
from retrieval.searching import Candidates, Searcher, normalized
from retrieval.short_answers import short_answers

CANDIDATES = 100
"""How deep each ranking is read before they are fused, at least."""


class Retriever:
    """Searches an index and answers from it. Safe to share between threads.

    Use it as a context manager, or call `close`. One that was opened with `open` also closes
    once nobody holds it, and at exit.
    """

    def __init__(
        self,
        index: Index,
        encoder: Encoder,
        *,
        reader: PassageReader | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        self._index = index
        self._batcher = QueryBatcher(encoder)
        self.calibration = calibration or load_calibration()
        self._searcher = Searcher(index, self._batcher, self.calibration.fusion)
        self.reader = reader
        self._rules: Rules = self.calibration.plain
        if reader is not None:
            rules = self.calibration.reader
            if rules is None or rules.digest != reader.digest:
                fitted = "none" if rules is None else f"sha256 {rules.digest[:12]}…"
                raise ReaderError(
                    f"The calibration is for another reader ({fitted}) than the one at hand "
                    f"(sha256 {reader.digest[:12]}…). Fit it: python -m retrieval.calibration SET"
                )
            self._rules = rules
        self._consultant = Consultant(index, self._searcher, self._rules, reader)

    @classmethod
    def open(
        cls,
        path: Path | str | None = None,
        *,
        encoder: Encoder | None = None,
        reader: PassageReader | ReaderName = "bundled",
    ) -> Self:
        """Open an index, with the encoder that it was built with.

        `path` is the default index where None: `JECITE_INDEX`, else one in the user's data
        folder. `encoder` is loaded by the name in the index where None. `reader` reads the best
        passages before an answer is made of them: the one that ships with the package, none, or
        one that is loaded already.

        Raises:
            StoreError: There is no index, or it is damaged.
            MismatchError: The index was built with another model, format or text analysis.
            EncoderError: The model that the index names cannot be loaded.
            ReaderError: The reader cannot be loaded, or there is none of that name.
        """
        root = index_folder(path)
        store = open_store(root)
        try:
            encoder = encoder or load_encoder(store.manifest.model.model)
            _check_model(root, store.manifest, encoder.identity)
            retriever = cls(store, encoder, reader=_reader(reader, encoder))
        except BaseException:
            store.close()
            raise
        weakref.finalize(retriever, _close, retriever._batcher, store)
        return retriever

    @property
    def manifest(self) -> Manifest:
        """What the index was built from."""
        return self._index.manifest

    def search(self, query: str, *, k: int = 5, mode: Mode = "hybrid") -> list[Hit]:
        """Return the passages that fit a query best, best first.

        At most `k`; fewer where the index holds fewer (or, in lexical mode, where fewer share a
        word with the query).

        Raises:
            QueryError: The query is empty or too long, `k` is below 1, or the mode is unknown.
        """
        return self.search_many([query], k=k, modes=(mode,))[0][mode]

    def search_many(
        self, queries: Iterable[str], *, k: int = 5, modes: Sequence[Mode] = ("hybrid",)
    ) -> list[dict[Mode, list[Hit]]]:
        """Search for many queries in several modes at the cost of one encoding each.

        Raises:
            QueryError: As `search`.
        """
        return [
            {mode: self._searcher.hits(candidates, each, k) for mode, each in rankings.items()}
            for candidates, rankings in self._rankings(queries, k, modes)
        ]

    def rank_many(
        self, queries: Iterable[str], *, k: int, modes: Sequence[Mode] = MODES
    ) -> list[dict[Mode, list[tuple[str, float]]]]:
        """Rank as `search_many` does, each passage as its article's id and its score alone.

        Raises:
            QueryError: As `search`.
        """
        return [
            {
                mode: list(
                    zip(
                        self._searcher.articles(each.numbers[:k].tolist()),
                        each.scores[:k].tolist(),
                        strict=True,
                    )
                )
                for mode, each in rankings.items()
            }
            for _, rankings in self._rankings(queries, k, modes)
        ]

    def _rankings(
        self, queries: Iterable[str], k: int, modes: Sequence[Mode]
    ) -> Iterator[tuple[Candidates, dict[Mode, Ranking]]]:
        depth = max(checked_count(k), CANDIDATES)
        modes = [checked_mode(mode) for mode in modes]
        for candidates in self._searcher.candidates(checked_questions(queries), depth):
            yield candidates, {mode: self._consultant.rank(candidates, mode) for mode in modes}

    def answer(self, query: str, *, k: int = 3, previous: Answer | str | None = None) -> Answer:
        """Answer a question with at most `k` citations, or say that the corpus doesn't.

        `previous` is the question asked just before, or its answer: a question that leans on it
        is read with it, and `Answer.understood` says how. It also says so where a word was taken
        for mistyped, but not where only its capitals were put back.

        Raises:
            QueryError: The question is empty or too long, or `k` is below 1.
        """
        before = self._understood(previous)
        whole = resolve(self._searcher.read(query), before) if before else None
        answer = self.answer_many([whole or query], k=k)[0]
        return replace(answer, question=query, understood=answer.understood or whole)

    def _understood(self, previous: Answer | str | None) -> str:
        """Return the question asked before as it was read; nothing where none can lean on it."""
        if isinstance(previous, Answer):
            previous = previous.understood or previous.question
        question = checked_text(previous or "")
        try:
            return self._searcher.read(question)
        except QueryError:  # What can't be asked was never answered.
            return ""

    def answer_many(
        self,
        queries: Iterable[str],
        *,
        k: int = 3,
        excluding: Sequence[Collection[str]] | None = None,
    ) -> list[Answer]:
        """Answer many questions, encoding them together.

        `excluding` holds, for each question, ids of articles to do as if the corpus didn't hold
        them (the frequencies of words still count them, and so does what a mistyped word is read
        as): for evaluation.

        Raises:
            QueryError: As `answer`.
        """
        k, queries = checked_count(k), checked_questions(queries)
        consulted = self.consult_many(queries, excluding=excluding)
        answers = [
            self.answer_from(question, each, k=k)
            for question, each in zip(queries, consulted, strict=True)
        ]
        for answer in answers:
            self.verify(answer)
        return answers

    def consult_many(
        self, queries: Iterable[str], *, excluding: Sequence[Collection[str]] | None = None
    ) -> list[Consultation]:
        """Return what `answer_many` makes its answers of: for calibration.

        Raises:
            QueryError: As `answer`.
        """
        queries = checked_questions(queries)
        excluding = checked_exclusions(excluding, count=len(queries))
        return [
            self._consultant.consult(candidates, left_out)
            for candidates, left_out in zip(
                self._searcher.candidates(list(map(self._searcher.read, queries)), CANDIDATES),
                excluding,
                strict=True,
            )
        ]

    def answer_from(self, question: str, consulted: Consultation, *, k: int = 3) -> Answer:
        """Make the answer of what the best passages hold."""
        status, confidence = Status.NONE, 0.0
        read = consulted.terms.question
        if consulted.readings:  # Without any, the rules would judge nothing but zeros.
            status, confidence = self._rules.judge(consulted.evidence)
        chosen = []
        if status is not Status.NONE:
            chosen = choose(consulted.readings, consulted.terms, k=k)
        shorts: tuple[ShortAnswer, ...] = ()
        if status is Status.ANSWERED:
            shorts = short_answers(chosen, question=read, confidence=confidence)
        return Answer(
            question=question,
            status=status,
            confidence=confidence,
            citations=cite(chosen),
            answers=shorts,
            understood=None if read.lower() == normalized(question).lower() else read,
        )

    def articles(self) -> list[Reference]:
        """Return every article's reference, in the order in which they were indexed."""
        return list(self._index.articles())

    def article(self, article_id: str) -> Article:
        """Return an article with its text.

        Raises:
            StoreError: The index holds no such article.
        """
        article = self._index.article(article_id)
        if article is None:
            raise StoreError(f"The index holds no article {article_id!r}")
        return article

    def context(self, quotation: Quotation, *, characters: int = 600) -> Context:
        """Return the text around a quotation, at most so many characters on each side.

        Whole sentences, or whole words where not even one sentence fits, and nothing from beyond a
        place where text was removed.
        """
        article = self.article(quotation.reference.article_id)
        return surroundings(article, quotation, characters=characters)

    def verify(self, answer: Answer) -> None:
        """Check every quotation of an answer against its article, word for word.

        Raises:
            StoreError: One of them isn't a slice of its article: the index is damaged.
        """
        for citation in answer.citations:
            for quotation in citation.quotations:
                check_quotation(self.article(quotation.reference.article_id), quotation)

    def close(self) -> None:
        """Stop the encoding thread and let go of the index; closing twice is allowed."""
        _close(self._batcher, self._index)

    @property
    def is_closed(self) -> bool:
        """Whether it was closed, and can be asked nothing more."""
        return self._batcher.is_closed

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _close(batcher: QueryBatcher, index: Index) -> None:
    batcher.close()
    index.close()


def _check_model(root: Path, manifest: Manifest, given: ModelIdentity) -> None:
    built = manifest.model
    if built != given:
        raise MismatchError(
            f"The index {root} was built with the model {built.model} (sha256 "
            f"{built.digest[:12]}…), not with {given.model} (sha256 {given.digest[:12]}…). "
            f"Rebuild it: {manifest.command(root, model=given.model)}"
        )


def _reader(wanted: PassageReader | ReaderName, encoder: Encoder) -> PassageReader | None:
    if not isinstance(wanted, str):
        return wanted
    if wanted == "none":
        return None
    if wanted != "bundled":
        raise ReaderError(f"There is no reader {wanted!r}. Choose one of: bundled, none")
    from retrieval.reader.reader import load_reader  # noqa: PLC0415 - not for `--reader none`

    return load_reader(encoder=encoder)
