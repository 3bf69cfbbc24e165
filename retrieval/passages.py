"""Articles to passages, along sentences, within a budget of tokens."""

import bisect
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from retrieval.records import Article, Passage, Span
from retrieval.sentences import has_stop, split_paragraph, split_paragraphs

TokenCounter = Callable[[Sequence[str]], list[int]]

TOKEN_CHARACTERS = 16
"""The most characters that stand for one token, white space aside: XLM-R's longest piece has 16."""

# What is cut off at a time: a word, and of what no word is as long as, a part.
_WORD = re.compile(r"\S{1,32}")
_WORD_BATCH = 1024


@dataclass(frozen=True, slots=True)
class Splitting:
    """How articles become passages.

    A passage holds at most `max_tokens` tokens of the encoder, its prefix included; the next one
    starts with the last `overlap` sentences of the one before. A paragraph of at least half of
    that, with its headline, starts a passage where it would else be cut or follow an overlap.
    """

    max_tokens: int = 288
    overlap: int = 1

    @property
    def identity(self) -> str:
        """What an index is told apart by: the algorithm and its settings."""
        return f"sentences-5 {self.max_tokens}+{self.overlap}"


def split_article(
    article: Article, *, count_tokens: TokenCounter, splitting: Splitting
) -> list[Passage]:
    """Split an article into passages, in order; one without a letter or digit has none.

    Every sentence is in at least one passage. A sentence is cut only when it alone exceeds the
    budget, then between words (anywhere, within a word of more than 32 characters). No passage
    spans a place where text was removed.
    """
    overhead = _overhead(count_tokens)
    budget = splitting.max_tokens - overhead
    passages: list[Passage] = []
    for run, starts in _runs(article):
        pieces: list[Span] = []
        sizes: list[int] = []
        for piece, count in _measure(article.text, run, count_tokens, splitting.max_tokens):
            pieces.append(piece)
            sizes.append(count - overhead)
        blocks = _blocks(article.text, pieces, starts)
        for first, last in _pack(sizes, blocks, budget=budget, overlap=splitting.overlap):
            sentences = tuple(pieces[first:last])
            start, end = sentences[0][0], sentences[-1][1]
            passages.append(
                Passage(
                    article.reference.article_id, start, end, article.text[start:end], sentences
                )
            )
    return passages


def _overhead(count_tokens: TokenCounter) -> int:
    """Count what the encoder adds to a text, which ten sentences in one passage have but once."""
    # Not the count of an empty text: the space that ends the prefix is a token of its own there.
    one, two = count_tokens(["a", "a a"])
    return 2 * one - two


def _runs(article: Article) -> Iterator[tuple[list[Span], set[int]]]:
    """Yield the sentences between two places where text was removed, and where paragraphs start."""
    for left, right in itertools.pairwise([0, *article.breaks, len(article.text)]):
        text = article.text[left:right]
        run: list[Span] = []
        starts: set[int] = set()
        for start, end in split_paragraphs(text):
            starts.add(left + start)
            run += [(left + a, left + b) for a, b in split_paragraph(text, start, end)]
        if run:
            yield run, starts


def _blocks(text: str, sentences: Sequence[Span], starts: set[int]) -> list[int]:
    """Number the sentences that start a paragraph, or the headlines above it.

    A headline is a paragraph of one sentence without a stop.
    """
    firsts = [number for number, (start, _) in enumerate(sentences) if start in starts]
    headlines = {
        number
        for number, after in itertools.pairwise(firsts)
        if after == number + 1 and not has_stop(text, sentences[number])
    }
    return [number for number in firsts if number - 1 not in headlines]


def _measure(
    text: str, run: Sequence[Span], count_tokens: TokenCounter, max_tokens: int
) -> Iterator[tuple[Span, int]]:
    """Yield sentences, those that exceed the budget in pieces, with their numbers of tokens.

    What stands between a sentence and the next, such as « *** », counts with it.
    """
    stops = [*(start for start, _ in run[1:]), run[-1][1]]
    wholes = [
        (start, start + len(text[start:stop].rstrip()))
        for (start, _), stop in zip(run, stops, strict=True)
    ]
    # A sentence as long as a book is not worth counting: it exceeds any budget.
    short = [(start, end) for start, end in wholes if end - start <= TOKEN_CHARACTERS * max_tokens]
    counts = dict(zip(short, count_tokens([text[a:b] for a, b in short]), strict=True))
    for span, whole in zip(run, wholes, strict=True):
        count = counts.get(whole, max_tokens + 1)
        if count <= max_tokens:
            yield span, count
        else:
            yield from _cut(text, whole, count_tokens, max_tokens)


def _cut(
    text: str, span: Span, count_tokens: TokenCounter, max_tokens: int
) -> Iterator[tuple[Span, int]]:
    """Cut a sentence into pieces of whole words that fill the budget."""
    overhead = _overhead(count_tokens)
    words = (match.span() for match in _WORD.finditer(text, *span))
    start, end, total = span[0], span[0], overhead
    while batch := list(itertools.islice(words, _WORD_BATCH)):
        counts = count_tokens([text[a:b] for a, b in batch])
        for (word_start, word_end), count in zip(batch, counts, strict=True):
            if end > start and total + count - overhead > max_tokens:
                yield (start, end), total
                start, total = word_start, overhead
            end = word_end
            total += count - overhead
    yield (start, end), total


def _pack(
    sizes: Sequence[int], blocks: Sequence[int], *, budget: int, overlap: int
) -> Iterator[Span]:
    """Yield ranges of sentences that fit the budget, each starting with the overlap.

    A block that is long and fits starts a range where it would else be cut or follow an overlap.
    """
    totals = [0, *itertools.accumulate(sizes)]
    first = 0
    while True:
        last = max(bisect.bisect_right(totals, totals[first] + budget) - 1, first + 1)
        if last >= len(sizes):
            yield first, last
            return
        after = bisect.bisect_right(blocks, last)
        start, stop = blocks[after - 1], blocks[after] if after < len(blocks) else len(sizes)
        is_long = budget / 2 <= totals[stop] - totals[start] <= budget
        if is_long:  # Then it is not yet in a range: it would be there whole.
            yield first, start
            first = start
            continue
        yield first, last
        # Fewer sentences overlap where they would leave no room for a new one.
        following = max(first + 1, last - overlap)
        while following < last and totals[last + 1] - totals[following] > budget:
            following += 1
        first = following
