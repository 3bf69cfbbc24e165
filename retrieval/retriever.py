"""The one path from a question to passages and answers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray

from embeddings import Encoder, ModelIdentity, TextTooLongError, load_encoder
from embeddings.batching import QueryBatcher
from retrieval.answering import Reading, Terms, cite, question_terms, read_passage, weigh_evidence
from retrieval.confidence import Calibration, Evidence, judge, load_calibration
from retrieval.errors import MismatchError, QueryError, StoreError
from retrieval.followups import resolve
from retrieval.french import analyze
from retrieval.fusion import convex, reciprocal_rank
from retrieval.index.contract import Index, Ranking
from retrieval.index.manifest import Manifest
from retrieval.index.store import open_store
from retrieval.locations import default_index
from retrieval.metadata import is_storable
from retrieval.records import (
    Answer,
    Article,
    Context,
    Hit,
    Quotation,
    Reference,
    Status,
)

Mode = Literal["dense", "lexical", "rrf", "hybrid"]
MODES: tuple[Mode, ...] = get_args(Mode)

CANDIDATES = 100
"""How deep each ranking is read before they are fused, at least."""

READ_DEPTH = 20
"""How many of the fused passages are read for an answer."""

MAX_QUERY_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class _Candidates:
    """What both rankings found; `dense` scores every passage that either holds."""

    vector: NDArray[np.float32]
    tokens: tuple[str, ...]
    dense: Ranking
    lexical: Ranking


class Retriever:
    """Searches an index and answers from it. Safe to share between threads.

    Use it as a context manager, or call `close`.
    """

    def __init__(
        self, index: Index, encoder: Encoder, *, calibration: Calibration | None = None
    ) -> None:
        self._index = index
        self._batcher = QueryBatcher(encoder)
        self._calibration = calibration or load_calibration()

    @classmethod
    def open(cls, path: Path | str | None = None, *, encoder: Encoder | None = None) -> Self:
        """Open an index, with the encoder that it was built with.

        `path` is the default index where None: `JECITE_INDEX`, else one in the user's data
        folder. `encoder` is loaded by the name in the index where None.

        Raises:
            StoreError: There is no index, or it is damaged.
            MismatchError: The index was built with another model, format or text analysis.
            EncoderError: The model that the index names cannot be loaded.
        """
        root = Path(path) if path is not None else default_index()
        store = open_store(root)
        try:
            encoder = encoder or load_encoder(store.manifest.model.model)
            _check_model(root, built=store.manifest.model, given=encoder.identity)
        except BaseException:
            store.close()
            raise
        return cls(store, encoder)

    @property
    def manifest(self) -> Manifest:
        """What the index was built from."""
        return self._index.manifest

    @property
    def calibration(self) -> Calibration:
        """What was fitted, and how."""
        return self._calibration

    def search(self, query: str, *, k: int = 5, mode: Mode = "hybrid") -> list[Hit]:
        """Return the passages that fit a query best, best first.

        At most `k`; fewer where the index holds fewer (or, in lexical mode, where fewer share a
        word with the query).

        Raises:
            QueryError: The query is empty or too long, `k` is below 1, or the mode is unknown.
        """
        return self.search_many([query], k=k, modes=(mode,))[0][mode]

    def search_many(
        self, queries: Sequence[str], *, k: int = 5, modes: Sequence[Mode] = ("hybrid",)
    ) -> list[dict[Mode, list[Hit]]]:
        """Search for many queries in several modes at the cost of one encoding each.

        Raises:
            QueryError: As `search`.
        """
        _check_k(k)
        for mode in modes:
            if mode not in MODES:
                raise QueryError(f"There is no mode {mode!r}. Choose one of: {', '.join(MODES)}")
        found = []
        for candidates in self._candidates(queries, max(k, CANDIDATES)):
            fused = {mode: self._rank(candidates, mode) for mode in modes}
            found.append({mode: self._hits(candidates, fused[mode], k) for mode in modes})
        return found

    def rank_many(
        self, queries: Sequence[str], *, k: int, modes: Sequence[Mode] = MODES
    ) -> list[dict[Mode, list[tuple[str, float]]]]:
        """Rank as `search_many` does, each passage as its article's id and its score alone.

        Raises:
            QueryError: As `search`.
        """
        _check_k(k)
        articles: dict[int, str] = {}
        found = []
        for candidates in self._candidates(queries, max(k, CANDIDATES)):
            rankings = {mode: self._rank(candidates, mode) for mode in modes}
            numbers = np.unique(np.concatenate([each.numbers[:k] for each in rankings.values()]))
            new = np.array([n for n in numbers.tolist() if n not in articles], dtype=np.int64)
            for number, (_, reference) in zip(new, self._index.passages(new), strict=True):
                articles[int(number)] = reference.article_id
            found.append(
                {
                    mode: [
                        (articles[number], score)
                        for number, score in zip(
                            ranking.numbers[:k].tolist(), ranking.scores[:k].tolist(), strict=True
                        )
                    ]
                    for mode, ranking in rankings.items()
                }
            )
        return found

    def answer(self, query: str, *, k: int = 3, previous: Answer | str | None = None) -> Answer:
        """Answer a question with at most `k` citations, or say that the corpus doesn't.

        `previous` is the question asked just before, or its answer: a question that leans on it
        is read with it, and `Answer.understood` says how.

        Raises:
            QueryError: The question is empty or too long, or `k` is below 1.
        """
        if isinstance(previous, Answer):
            previous = previous.understood or previous.question
        understood = resolve(query, previous) if previous else None
        answer = self.answer_many([understood or query], k=k)[0]
        return replace(answer, question=query, understood=understood)

    def answer_many(
        self,
        queries: Sequence[str],
        *,
        k: int = 3,
        excluding: Sequence[Collection[str]] | None = None,
    ) -> list[Answer]:
        """Answer many questions, encoding them together.

        `excluding` holds, for each question, ids of articles to do as if the corpus didn't hold
        them (the frequencies of words still count them): for evaluation.

        Raises:
            QueryError: As `answer`.
        """
        _check_k(k)
        answers = []
        for question, candidates, left_out in zip(
            queries,
            self._candidates(queries, CANDIDATES),
            excluding or [()] * len(queries),
            strict=True,
        ):
            terms, readings, evidence = self._read(question, candidates, left_out)
            status, confidence = judge(evidence, self._calibration)
            citations = () if status is Status.NONE else cite(readings, terms, k=k)
            answers.append(
                Answer(question=question, status=status, confidence=confidence, citations=citations)
            )
        for answer in answers:
            self.verify(answer)
        return answers

    def evidence(
        self, queries: Sequence[str], *, excluding: Sequence[Collection[str]] | None = None
    ) -> list[Evidence]:
        """Return what `answer_many` judges each question by: for calibration."""
        return [
            self._read(question, candidates, left_out)[2]
            for question, candidates, left_out in zip(
                queries,
                self._candidates(queries, CANDIDATES),
                excluding or [()] * len(queries),
                strict=True,
            )
        ]

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
        """Return the text around a quotation, about so many characters on each side.

        Whole words, and nothing from beyond a place where text was removed.
        """
        article = self.article(quotation.reference.article_id)
        text, start, end = article.text, quotation.start, quotation.end
        left = max([0, *(b for b in article.breaks if b <= start)])
        right = min([len(text), *(b for b in article.breaks if b >= end)])
        before_start = max(left, start - characters)
        while left < before_start < start and not text[before_start - 1].isspace():
            before_start += 1
        after_end = min(right, end + characters)
        while end < after_end < right and not text[after_end].isspace():
            after_end -= 1
        return Context(text[before_start:start].lstrip(), quotation, text[end:after_end].rstrip())

    def verify(self, answer: Answer) -> None:
        """Check every quotation of an answer against its article, word for word.

        Raises:
            StoreError: One of them isn't a slice of its article: the index is damaged.
        """
        for citation in answer.citations:
            for quotation in citation.quotations:
                text = self.article(quotation.reference.article_id).text
                if text[quotation.start : quotation.end] != quotation.text:
                    raise StoreError(
                        f"A quotation of {quotation.reference.article_id!r} is not its article's "
                        "text: the index is damaged. Check it: jecite doctor --full"
                    )

    def close(self) -> None:
        """Stop the encoding thread and let go of the index; closing twice is allowed."""
        self._batcher.close()
        self._index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _candidates(self, queries: Sequence[str], depth: int) -> list[_Candidates]:
        texts = [_checked(query) for query in queries]
        distinct = list(dict.fromkeys(texts))
        try:
            vectors = self._batcher.encode(distinct)
        except TextTooLongError as error:
            raise QueryError(f"The question is too long for the model. {error}") from error
        found = {}
        for text, vector, dense in zip(
            distinct, vectors, self._index.dense(vectors, depth), strict=True
        ):
            tokens = tuple(dict.fromkeys(analyze(text)))
            lexical = self._index.lexical(tokens, depth)
            found[text] = _Candidates(
                vector, tokens, self._complete(vector, dense, lexical), lexical
            )
        return [found[text] for text in texts]

    def _complete(self, vector: NDArray[np.float32], dense: Ranking, lexical: Ranking) -> Ranking:
        """Add the passages that only the lexical ranking found to the dense one, scored."""
        missing = np.setdiff1d(lexical.numbers, dense.numbers)
        numbers = np.concatenate([dense.numbers, missing])
        scores = np.concatenate([dense.scores, self._index.similarity(vector, missing)])
        order = np.lexsort((numbers, -scores))
        return Ranking(numbers[order], scores[order])

    def _rank(self, candidates: _Candidates, mode: Mode) -> Ranking:
        dense, lexical = candidates.dense, candidates.lexical
        if mode == "dense":
            return dense
        if mode == "lexical":
            return lexical
        if mode == "rrf":
            return reciprocal_rank(dense, lexical)
        return convex(
            dense,
            lexical,
            weights=self._calibration.fusion,
            passages=self._index.manifest.passages,
        )

    def _hits(self, candidates: _Candidates, ranking: Ranking, k: int) -> list[Hit]:
        numbers = ranking.numbers[:k]
        fused = self._rank(candidates, "hybrid")
        places = [_places(each) for each in (candidates.dense, candidates.lexical, fused)]
        hits = []
        for rank, (number, score, (passage, reference)) in enumerate(
            zip(
                numbers.tolist(),
                ranking.scores.tolist(),
                self._index.passages(numbers),
                strict=False,
            ),
            start=1,
        ):
            (dense_rank, dense), (lexical_rank, lexical), (fused_rank, fused_score) = (
                place.get(number, (None, None)) for place in places
            )
            hits.append(
                Hit(
                    rank=rank,
                    score=score,
                    passage=passage,
                    reference=reference,
                    dense_rank=dense_rank,
                    dense_score=dense,
                    lexical_rank=lexical_rank,
                    lexical_score=lexical,
                    fused_rank=fused_rank,
                    fused_score=fused_score,
                )
            )
        return hits

    def _read(
        self, question: str, candidates: _Candidates, excluding: Collection[str]
    ) -> tuple[Terms, list[Reading], Evidence]:
        """Read the best passages for a question."""
        terms = question_terms(
            question,
            self._index.document_frequencies(candidates.tokens),
            candidates.tokens,
            passages=self._index.manifest.passages,
        )
        ranking = self._rank(candidates, "hybrid")
        dense, lexical = candidates.dense, candidates.lexical
        if excluding:
            ranking, dense, lexical = self._without(excluding, ranking, dense, lexical)
        numbers = ranking.numbers[:READ_DEPTH]
        readings = [
            read_passage(score, found, cosines, terms, self._calibration.highlight)
            for score, found, cosines in zip(
                ranking.scores.tolist(),
                self._index.passages(numbers),
                self._index.sentence_scores(candidates.vector, numbers),
                strict=False,
            )
        ]
        readings.sort(key=lambda reading: -reading.score)
        evidence = weigh_evidence(readings, dense.scores, lexical.scores, terms)
        return terms, readings, evidence

    def _without(self, excluding: Collection[str], *rankings: Ranking) -> list[Ranking]:
        """Leave the passages of some articles out of rankings of the same candidates."""
        numbers = np.unique(np.concatenate([ranking.numbers for ranking in rankings]))
        kept = [
            number
            for number, (_, reference) in zip(
                numbers.tolist(), self._index.passages(numbers), strict=True
            )
            if reference.article_id not in excluding
        ]
        masks = [np.isin(ranking.numbers, kept) for ranking in rankings]
        return [
            Ranking(ranking.numbers[mask], ranking.scores[mask])
            for ranking, mask in zip(rankings, masks, strict=True)
        ]


def _check_model(root: Path, *, built: ModelIdentity, given: ModelIdentity) -> None:
    if built != given:
        raise MismatchError(
            f"The index {root} was built with the model {built.model} (sha256 "
            f"{built.digest[:12]}…), not with {given.model} (sha256 {given.digest[:12]}…). "
            f"Rebuild it: jecite index PATH… --out {root} --model {given.model}"
        )


def _checked(query: str) -> str:
    text = " ".join(query.split())
    if not text:
        raise QueryError("The question is empty")
    if not is_storable(text):
        raise QueryError("The question is not text: it holds bytes that are no characters in UTF-8")
    if len(text) > MAX_QUERY_CHARACTERS:
        raise QueryError(
            f"The question has {len(text)} characters, and at most {MAX_QUERY_CHARACTERS} are "
            "read. Ask it in fewer words"
        )
    return text


def _check_k(k: int) -> None:
    if k < 1:
        raise QueryError(f"k is the number of results and must be at least 1, not {k}")


def _places(ranking: Ranking) -> dict[int, tuple[int, float]]:
    return {
        number: (rank, score)
        for rank, (number, score) in enumerate(
            zip(ranking.numbers.tolist(), ranking.scores.tolist(), strict=True), start=1
        )
    }
