"""Quotations beside the articles that they are slices of."""

from retrieval.errors import StoreError
from retrieval.records import Article, Context, Quotation


def surroundings(article: Article, quotation: Quotation, *, characters: int) -> Context:
    """Return the text around a quotation of an article, about so many characters on each side.

    Whole words, and nothing from beyond a place where text was removed.
    """
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
