"""Articles to passages, along sentences, within a budget of tokens."""

import bisect
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from retrieval.records import Article, Passage, Span
from retrieval.sentences import split_sentences

TokenCounter = Callable[[Sequence[str]], list[int]]

_WORD_GAP = re.compile(r"\s+|(?<=[-/,;])")


@dataclass(frozen=True, slots=True)
class Splitting:
    """How articles become passages.

    A passage holds at most `max_tokens` tokens of the encoder, its prefix included; the next one
    starts with the last `overlap` sentences of the one before.
    """

    max_tokens: int = 200
    overlap: int = 1

    @property
    def identity(self) -> str:
        """What an index is told apart by: the algorithm and its settings."""
        return f"sentences-1 {self.max_tokens}+{self.overlap}"


def split_article(
    article: Article, *, count_tokens: TokenCounter, splitting: Splitting
) -> list[Passage]:
    """Split an article into passages, in order; an article of white space has none.

    Every sentence is in at least one passage. A sentence is cut only when it alone exceeds the
    budget, then between words (between characters, where a word alone exceeds it). No passage
    spans a place where text was removed.
    """
    passages: list[Passage] = []
    for run in _runs(article):
        texts = [article.text[start:end] for start, end in run]
        sizes = count_tokens(texts)
        pieces: list[Span] = []
        lengths: list[int] = []
        for span, size in zip(run, sizes, strict=True):
            if size <= splitting.max_tokens:
                pieces.append(span)
                lengths.append(size)
                continue
            for piece, length in _cut(article.text, span, count_tokens, splitting.max_tokens):
                pieces.append(piece)
                lengths.append(length)
        for first, last in _pack(lengths, splitting):
            sentences = tuple(pieces[first:last])
            start, end = sentences[0][0], sentences[-1][1]
            passages.append(
                Passage(
                    article.reference.article_id, start, end, article.text[start:end], sentences
                )
            )
    return passages


def _runs(article: Article) -> Iterator[list[Span]]:
    """Yield the sentences between two places where text was removed."""
    edges = [0, *article.breaks, len(article.text)]
    sentences = [
        (start + left, end + left)
        for left, right in itertools.pairwise(edges)
        for start, end in split_sentences(article.text[left:right])
    ]
    starts = [start for start, _ in sentences]
    for left, right in itertools.pairwise(edges):
        run = sentences[bisect.bisect_left(starts, left) : bisect.bisect_left(starts, right)]
        if run:
            yield run


def _pack(lengths: Sequence[int], splitting: Splitting) -> Iterator[Span]:
    """Yield ranges of sentences that fit the budget, each starting with the overlap."""
    first = 0
    while True:
        last, total = first, 0
        while last < len(lengths) and total + lengths[last] <= splitting.max_tokens:
            total += lengths[last]
            last += 1
        last = max(last, first + 1)
        yield first, last
        if last >= len(lengths):
            return
        # Fewer sentences overlap where they would leave no room for a new one.
        following = max(first + 1, last - splitting.overlap)
        while following < last and sum(lengths[following : last + 1]) > splitting.max_tokens:
            following += 1
        first = following


def _cut(
    text: str, span: Span, count_tokens: TokenCounter, max_tokens: int
) -> Iterator[tuple[Span, int]]:
    """Cut a sentence that exceeds the budget into pieces that don't."""
    start, end = span
    gaps = sorted({start + m.start() for m in _WORD_GAP.finditer(text[start:end])} | {end})
    while start < end:
        cut, length = _longest_fit(text, start, gaps, count_tokens, max_tokens)
        if cut is None:
            every = range(start + 1, min(end, start + 4 * max_tokens) + 1)
            cut, length = _longest_fit(text, start, every, count_tokens, max_tokens)
        if cut is None:  # One character of more tokens than the budget: take it alone.
            cut, length = start + 1, max_tokens
        yield (start, cut), length
        start = cut
        while start < end and text[start].isspace():
            start += 1


def _longest_fit(
    text: str, start: int, cuts: Sequence[int], count_tokens: TokenCounter, max_tokens: int
) -> tuple[int | None, int]:
    """Find the last cut after `start` that keeps the piece within the budget, by bisection."""
    low, high = bisect.bisect_right(cuts, start), len(cuts)
    # A token stands for one character at least, and rarely for more than 16.
    high = min(high, bisect.bisect_right(cuts, start + 16 * max_tokens))
    best: tuple[int | None, int] = (None, 0)
    while low < high:
        middle = (low + high) // 2
        (length,) = count_tokens([text[start : cuts[middle]].rstrip()])
        if length <= max_tokens:
            best = (cuts[middle], length)
            low = middle + 1
        else:
            high = middle
    return best
