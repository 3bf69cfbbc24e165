"""Of a long passage, the paragraphs around the sentence that answers; always a slice."""

from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.excerpts import COMFORTABLE, focus
from retrieval.records import Citation, Quotation, Reference

REFERENCE = Reference("a", "a.txt", "mot")


def citation(text, highlight, *, offset=100):
    quotation = Quotation(REFERENCE, text, offset, offset + len(text))
    return Citation(1, 1.0, (quotation,), (highlight,))


def test_a_short_passage_stays():
    short = citation("Un.\n\nDeux.", (5, 10))
    assert focus(short) == short


def test_the_paragraph_that_answers_is_shown_with_what_fits_before_it():
    text = "\n\n".join(["a" * 300, "b" * 300, "c" * 150, "d" * 300])
    start = text.index("c")
    found = focus(citation(text, (start + 10, start + 20)))
    # 300 + 2 + 150 characters fit, and no neighbour more.
    assert found.text == "b" * 300 + "\n\n" + "c" * 150
    assert found.quotations[0].start == 100 + text.index("b")
    assert found.quotations[0].end == 100 + start + 150
    assert found.highlights == ((312, 322),)


def test_a_long_paragraph_is_not_cut():
    text = "a" * 100 + "\n\n" + "b" * (COMFORTABLE + 1) + "\n\n" + "c"
    found = focus(citation(text, (150, 160)))
    assert found.text == "b" * (COMFORTABLE + 1)


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=300), max_size=8), st.data())
def test_an_excerpt_is_a_slice_that_holds_its_highlight(paragraphs, data):
    text = "\n\n".join(paragraphs)
    if not text:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = focus(citation(text, (start, end)))
    quotation = found.quotations[0]
    assert text[quotation.start - 100 : quotation.end - 100] == quotation.text
    (highlight,) = found.highlights
    assert quotation.text[slice(*highlight)] == text[start:end]
