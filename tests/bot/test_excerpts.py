"""Of a long passage, the paragraphs around what answers in it; always a slice."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.excerpts import COMFORTABLE, focus
from retrieval.records import (
    Answer,
    AnswerSpan,
    Citation,
    Quotation,
    Reference,
    ShortAnswer,
    Status,
)

REFERENCE = Reference("a", "a.txt", "mot")


def citation(text, highlight, *, offset=100):
    quotation = Quotation(REFERENCE, text, offset, offset + len(text))
    return Citation(1, 1.0, (quotation,), (highlight,))


def focused(cited, *spans):
    """The citation and its short answers' spans, as shown."""
    short = ShortAnswer("", 0.5, tuple(AnswerSpan(1, *span) for span in spans))
    answer = focus(Answer("q", Status.ANSWERED, 0.9, (cited,), answers=(short,)))
    return answer.citations[0], [(span.start, span.end) for span in answer.answers[0].spans]


def test_a_short_passage_stays():
    short = citation("Un.\n\nDeux.", (5, 10))
    assert focused(short, (5, 9)) == (short, [(5, 9)])


def test_the_paragraph_that_answers_is_shown_with_what_fits_before_it():
    text = "\n\n".join(["a" * 300, "b" * 300, "c" * 150, "d" * 300])
    start = text.index("c")
    found, spans = focused(citation(text, (start + 10, start + 20)), (start + 12, start + 15))
    # 300 + 2 + 150 characters fit, and no neighbour more.
    assert found.text == "b" * 300 + "\n\n" + "c" * 150
    assert found.quotations[0].start == 100 + text.index("b")
    assert found.quotations[0].end == 100 + start + 150
    assert found.highlights == ((312, 322),)
    assert spans == [(314, 317)]


def test_a_short_answer_far_from_the_bold_sentence_is_in_the_excerpt_too():
    text = "\n\n".join(["a" * 300, "b" * 300, "c" * 300, "d" * 300])
    found, spans = focused(citation(text, (310, 320)), (text.index("c"), text.index("c") + 5))
    assert found.text == "b" * 300 + "\n\n" + "c" * 300
    assert [found.text[start:end] for start, end in spans] == ["ccccc"]


def test_each_passage_moves_its_own_spans():
    text = "a" * 600 + "\n\n" + "b" * 600
    first, second = citation(text, (0, 5)), citation(text, (700, 705))
    spans = (AnswerSpan(1, 1, 3), AnswerSpan(2, 702, 704))
    answer = Answer(
        "q",
        Status.ANSWERED,
        0.9,
        (first, replace(second, rank=2)),
        answers=(ShortAnswer("", 0.5, spans),),
    )
    (short,) = focus(answer).answers
    assert short.spans == (AnswerSpan(1, 1, 3), AnswerSpan(2, 100, 102))


def test_a_long_paragraph_is_not_cut():
    text = "a" * 100 + "\n\n" + "b" * (COMFORTABLE + 1) + "\n\n" + "c"
    found, _ = focused(citation(text, (150, 160)))
    assert found.text == "b" * (COMFORTABLE + 1)


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=300), max_size=8), st.data())
def test_an_excerpt_is_a_slice_that_holds_its_highlight_and_its_answer(paragraphs, data):
    text = "\n\n".join(paragraphs)
    if not text:
        return
    marks = []
    for _ in range(2):
        start = data.draw(st.integers(0, len(text) - 1))
        marks.append((start, data.draw(st.integers(start + 1, len(text)))))
    found, spans = focused(citation(text, marks[0]), marks[1])
    quotation = found.quotations[0]
    assert text[quotation.start - 100 : quotation.end - 100] == quotation.text
    for here, there in zip((*found.highlights, *spans), marks, strict=True):
        assert quotation.text[slice(*here)] == text[slice(*there)]
