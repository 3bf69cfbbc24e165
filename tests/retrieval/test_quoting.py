"""What stands around a quotation in its article."""

import pytest

from retrieval.quoting import surroundings
from retrieval.records import Article, Quotation, Reference

REFERENCE = Reference("a", "a.txt", "Un")
BEFORE = "Le marché a lieu le mardi. Il ouvre tôt. "
AFTER = " Le parking est gratuit. Les chiens sont admis."
QUOTED = "Il ferme à midi."


def around(before, after, characters, *, breaks=()):
    quotation = Quotation(REFERENCE, QUOTED, len(before), len(before) + len(QUOTED))
    article = Article(REFERENCE, before + QUOTED + after, breaks)
    context = surroundings(article, quotation, characters=characters)
    assert context.before + QUOTED + context.after in article.text
    return context


@pytest.mark.parametrize(
    ("characters", "before", "after"),
    [
        (100, BEFORE, AFTER),
        (40, "Il ouvre tôt. ", " Le parking est gratuit."),
        (25, "Il ouvre tôt. ", " Le parking est gratuit."),
        (0, "", ""),
    ],
)
def test_it_starts_and_ends_with_a_sentence(characters, before, after):
    context = around(BEFORE, AFTER, characters)
    assert (context.before, context.after) == (before, after)
    assert not context.cut_before
    assert not context.cut_after


def test_a_paragraph_ends_a_sentence():
    context = around("Au marché\n\nDu pain frais\n", "\nDes fruits\nDes légumes", 15)
    assert (context.before, context.after) == ("Du pain frais\n", "\nDes fruits")


def test_of_a_sentence_that_is_too_long_it_has_whole_words_and_says_so():
    context = around(BEFORE, AFTER, 12)
    assert (context.before, context.after) == ("ouvre tôt. ", " Le parking")
    assert (context.cut_before, context.cut_after) == (True, True)


@pytest.mark.parametrize("characters", [12, 25, 100])
def test_it_has_nothing_from_beyond_where_text_was_removed(characters):
    breaks = (len(BEFORE), len(BEFORE) + len(QUOTED))
    context = around(BEFORE, AFTER, characters, breaks=breaks)
    assert (context.before, context.after) == ("", "")
    assert (context.cut_before, context.cut_after) == (False, False)
