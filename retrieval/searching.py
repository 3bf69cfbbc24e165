"""From a question to ranked passages: both rankings, completed and fused."""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from embeddings import TextTooLongError
from embeddings.batching import QueryBatcher
from retrieval.arguments import checked_text
from retrieval.errors import QueryError
from retrieval.french import analyze, words
from retrieval.fusion import FusionWeights, convex, reciprocal_rank
from retrieval.index.contract import Index, Ranking
from retrieval.metadata import is_storable
from retrieval.modes import Mode
from retrieval.records import Hit
from retrieval.shorthand import expand
from retrieval.spelling import mend, recase

MAX_QUERY_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class Candidates:
    """What both rankings found for a question: each scores every passage that either holds.

    `lexical` holds only those that share a word with the question.
    """

    question: str
    vector: NDArray[np.float32]
    tokens: tuple[str, ...]
    dense: Ranking
    lexical: Ranking


class Searcher:
    """Ranks an index's passages for questions."""

    def __init__(self, index: Index, batcher: QueryBatcher, weights: FusionWeights) -> None:
        self._index = index
        self._batcher = batcher
        self._weights = weights
        self._articles: dict[int, str] = {}

    def read(self, query: str) -> str:
        """Return a question as it is answered: shorthand spelt out, names recased, words mended.

        It is normalized, and otherwise as typed where it would become too long.

        Raises:
            QueryError: The question is empty, too long, or no text.
        """
        typed = _checked(query)
        # Names first: a mended one brings its capital.
        read = mend(recase(expand(typed, self._index), self._index), self._index)
        return read if len(read) <= MAX_QUERY_CHARACTERS else typed

    def candidates(self, queries: Sequence[str], depth: int) -> list[Candidates]:
        """Rank at least `depth` passages by meaning, and as many by words, for each question.

        Raises:
            QueryError: A question is empty, too long, or no text.
        """
        texts = [_checked(query) for query in queries]
        distinct = list(dict.fromkeys(texts))
        try:
            vectors = self._batcher.encode(distinct)
        except TextTooLongError as error:
            raise QueryError(f"The question is too long for the model. {error}") from error
        found = {
            text: self._found(text, vector, dense, depth)
            for text, vector, dense in zip(
                distinct, vectors, self._index.dense(vectors, depth), strict=True
            )
        }
        return [found[text] for text in texts]

    def rank(self, candidates: Candidates, mode: Mode) -> Ranking:
        """Rank the candidates in one of the modes that read no passage."""
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
            weights=self._weights,
            passages=self._index.manifest.passages,
        )

    def hits(self, candidates: Candidates, ranking: Ranking, k: int) -> list[Hit]:
        """Return the first `k` of a ranking with their passages and their place in each ranking."""
        numbers = ranking.numbers[:k]
        fused = self.rank(candidates, "hybrid")
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

    def articles(self, numbers: Sequence[int]) -> list[str]:
        """Return the ids of passages' articles, each looked up once: for evaluation."""
        new = [number for number in numbers if number not in self._articles]
        passages = self._index.passages(np.array(new, dtype=np.int64))
        for number, (_, reference) in zip(new, passages, strict=True):
            self._articles[number] = reference.article_id
        return [self._articles[number] for number in numbers]

    def without(
        self, excluding: Collection[str], candidates: Candidates, *, least: int
    ) -> Candidates:
        """Leave the passages of some articles out of a question's candidates.

        Where fewer than `least` are left, the rankings are read deeper: a long article may have
        filled both.
        """
        depth = len(candidates.dense.numbers)
        kept = self._outside(excluding, candidates)
        while len(kept.dense.numbers) < least and depth < self._index.manifest.passages:
            depth *= 2
            (dense,) = self._index.dense(candidates.vector[None], depth)
            deeper = self._found(candidates.question, candidates.vector, dense, depth)
            kept = self._outside(excluding, deeper)
        return kept

    def _outside(self, excluding: Collection[str], candidates: Candidates) -> Candidates:
        numbers = candidates.dense.numbers
        articles = zip(numbers.tolist(), self.articles(numbers.tolist()), strict=True)
        kept = [number for number, article in articles if article not in excluding]
        dense, lexical = (
            Ranking(ranking.numbers[mask], ranking.scores[mask])
            for ranking in (candidates.dense, candidates.lexical)
            for mask in [np.isin(ranking.numbers, kept)]
        )
        return replace(candidates, dense=dense, lexical=lexical)

    def _found(
        self, question: str, vector: NDArray[np.float32], dense: Ranking, depth: int
    ) -> Candidates:
        tokens = tuple(dict.fromkeys(analyze(question)))
        lexical = self._index.lexical(tokens, depth)
        return Candidates(
            question, vector, tokens, *self._completed(vector, tokens, dense, lexical)
        )

    def _completed(
        self,
        vector: NDArray[np.float32],
        tokens: Sequence[str],
        dense: Ranking,
        lexical: Ranking,
    ) -> tuple[Ranking, Ranking]:
        """Add to each ranking the passages that only the other found.

        So what a passage scores doesn't depend on how deep the rankings are read.
        """
        by_words = np.setdiff1d(lexical.numbers, dense.numbers)
        by_meaning = np.setdiff1d(dense.numbers, lexical.numbers)
        scored = Ranking(by_words, self._index.similarity(vector, by_words))
        worded = self._index.lexical(tokens, len(by_meaning), among=by_meaning)
        return _merged(dense, scored), _merged(lexical, worded)


def normalized(text: str) -> str:
    """Return a text in Unicode's form NFC, its white space single.

    Words all in capitals are put in small letters, since the models tell one from the other, and
    shorthand, spelling and follow-ups take a capital for a name's. Short words that no other joins
    may be acronyms: « SNCF », « RER A », « ISO 9001 ».
    """
    text = " ".join(unicodedata.normalize("NFC", text).split())
    are_acronyms = all(len(word) < 6 and (len(word) == 1 or analyze(word)) for word in words(text))
    return text.capitalize() if text.isupper() and not are_acronyms else text


def _checked(query: str) -> str:
    text = normalized(checked_text(query))
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


def _merged(ranking: Ranking, other: Ranking) -> Ranking:
    numbers = np.concatenate([ranking.numbers, other.numbers])
    scores = np.concatenate([ranking.scores, other.scores])
    order = np.lexsort((numbers, -scores))
    return Ranking(numbers[order], scores[order])


def _places(ranking: Ranking) -> dict[int, tuple[int, float]]:
    return {
        number: (rank, score)
        for rank, (number, score) in enumerate(
            zip(ranking.numbers.tolist(), ranking.scores.tolist(), strict=True), start=1
        )
    }
