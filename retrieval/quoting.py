"""Quotations beside the articles that they are slices of."""

from retrieval.errors import StoreError
from retrieval.records import Article, Context, Quotation
from retrieval.sentences import split_sentences


def surroundings(article: Article, quotation: Quotation, *, characters: int) -> Context:
    """Return the text around a quotation of an article, at most so many characters on each side.

    Whole sentences, or whole words where not even one sentence fits, and nothing from beyond a
    place where text was removed.
    """
    text, start, end = article.text, quotation.start, quotation.end
    left = max([0, *(b for b in article.breaks if b <= start)])
    right = min([len(text), *(b for b in article.breaks if b >= end)])
    first, cut_before = _start_before(text, start, max(left, start - characters), left)
    last, cut_after = _end_after(text, end, min(right, end + characters), right)
    return Context(
        text[first:start].lstrip(), quotation, text[end:last].rstrip(), cut_before, cut_after
    )


def _start_before(text: str, start: int, furthest: int, left: int) -> tuple[int, bool]:
    """Return where to start, and whether that is within a sentence."""
    if furthest == left:
        return left, False
    # What goes before tells where a sentence starts.
    window = max(left, 2 * furthest - start)
    for sentence, _ in split_sentences(text[window:start]):
        if window + sentence >= furthest:
            return window + sentence, False
    while furthest < start and not text[furthest - 1].isspace():
        furthest += 1
    return furthest, furthest < start


def _end_after(text: str, end: int, furthest: int, right: int) -> tuple[int, bool]:
    """Return where to end, and whether that is within a sentence."""
    if furthest == right:
        return right, False
    window = text[end : min(right, 2 * furthest - end)]
    for _, sentence in reversed(split_sentences(window)):
        if end + sentence <= furthest:
            return end + sentence, False
    while furthest > end and not text[furthest].isspace():
        furthest -= 1
    return furthest, furthest > end


def check_quotation(article: Article, quotation: Quotation) -> None:
    """Check a quotation against its article, word for word.

    Raises:
        StoreError: It isn't a slice of its article: the index is damaged.
    """
    if article.text[quotation.start : quotation.end] != quotation.text:
        raise StoreError(
            f"A quotation of {quotation.reference.article_id!r} is not its article's text: the "
            "index is damaged. Check it: jecite doctor --full"
        )
