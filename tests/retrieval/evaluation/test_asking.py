"""Where an answer stands among citations made by hand."""

import pytest

from retrieval.evaluation import GoldAnswer, Question
from retrieval.evaluation.asking import judge_answer, place_answer
from retrieval.records import (
    Answer,
    AnswerSpan,
    Citation,
    Quotation,
    Reference,
    ShortAnswer,
    Status,
)

TOP_THREE, TOP, HIGHLIGHT = (
    "answer in top three",
    "answer in top citation",
    "answer in highlight",
)


def question(*answers, relevant=("a",), impossible=False):
    return Question(
        id="q",
        text="?",
        group="g",
        answers=tuple(GoldAnswer(each) for each in answers),
        relevant=dict.fromkeys(relevant, 1),
        impossible=impossible,
    )


def citation(rank, *quotations, highlight=(0, 0)):
    return Citation(
        rank=rank,
        score=1.0,
        quotations=tuple(
            Quotation(Reference(article, article, article), text, 0, len(text))
            for article, text in quotations
        ),
        highlights=(highlight,),
    )


def answer(*citations, status=Status.ANSWERED, shorts=()):
    return Answer("?", status, 0.75, citations, shorts)


def short(text, *spans):
    return ShortAnswer(text, 0.75, tuple(AnswerSpan(*span) for span in spans))


def test_the_answer_is_sought_in_highlight_first_citation_and_three():
    text = "Bâti en 1874. Le granit vient de Sarn."
    given = answer(citation(1, ("a", text), highlight=(0, 13)))

    assert place_answer(question("1874"), given) == {TOP_THREE: 1, TOP: 1, HIGHLIGHT: 1}
    assert place_answer(question("Sarn"), given) == {TOP_THREE: 1, TOP: 1, HIGHLIGHT: 0}
    assert place_answer(question("1974"), given) == {TOP_THREE: 0, TOP: 0, HIGHLIGHT: 0}


def test_only_three_citations_count():
    others = [citation(rank, ("a", "Rien.")) for rank in (1, 2, 3)]
    fourth = citation(4, ("a", "En 1874."))

    assert place_answer(question("1874"), answer(*others[:2], fourth))[TOP_THREE] == 1
    assert place_answer(question("1874"), answer(*others, fourth))[TOP_THREE] == 0


def test_an_answer_counts_only_in_a_relevant_article():
    elsewhere = answer(citation(1, ("b", "En 1874."), highlight=(0, 8)))

    assert place_answer(question("1874"), elsewhere) == {TOP_THREE: 0, TOP: 0, HIGHLIGHT: 0}
    assert not judge_answer(question("1874"), elsewhere).is_right


def test_a_relevant_article_that_says_the_same_makes_the_citation_count():
    merged = answer(citation(1, ("b", "En 1874."), ("a", "En 1874 !"), highlight=(0, 8)))

    assert place_answer(question("1874"), merged) == {TOP_THREE: 1, TOP: 1, HIGHLIGHT: 1}
    assert judge_answer(question("1874"), merged).is_right


def test_a_refusal_shows_nothing_and_misses():
    refused = answer(status=Status.NONE)

    assert place_answer(question("1874"), refused) == {TOP_THREE: 0, TOP: 0, HIGHLIGHT: 0}
    outcome = judge_answer(question("1874"), refused)
    assert (outcome.is_right, outcome.cited, outcome.cited_article) == (False, "", None)


@pytest.mark.parametrize(("article", "is_right"), [("a", True), ("b", False)])
def test_without_answers_the_article_decides(article, is_right):
    given = answer(citation(1, (article, "N'importe quoi.")))

    assert place_answer(question(), given) == {}
    assert judge_answer(question(), given).is_right is is_right


def test_nothing_is_right_for_an_impossible_question():
    given = answer(citation(1, ("a", "En 1874.")))

    assert not judge_answer(question(relevant=(), impossible=True), given).is_right


def test_the_first_short_answer_decides_where_there_is_one():
    cited = citation(1, ("a", "Bâti en 1874 par Morvan."))
    right, wrong = short("1874", (1, 8, 12)), short("Morvan", (1, 17, 23))

    outcome = judge_answer(question("1874"), answer(cited, shorts=(right, wrong)))
    assert (outcome.is_right, outcome.short) == (True, "1874")
    # The citation holds the answer, and another is put first.
    assert not judge_answer(question("1874"), answer(cited, shorts=(wrong, right))).is_right


def test_a_short_answer_is_right_in_a_relevant_article_only():
    elsewhere = citation(1, ("b", "En 1874."))
    relevant = citation(2, ("a", "Bâti en 1874."))
    merged = citation(1, ("b", "En 1874."), ("a", "En 1874 !"))
    first, both = short("1874", (1, 3, 7)), short("1874", (1, 3, 7), (2, 8, 12))

    def is_right(*citations, shorts):
        return judge_answer(question("1874"), answer(*citations, shorts=shorts)).is_right

    assert not is_right(elsewhere, relevant, shorts=(first,))
    # Two articles say the same: one of them is relevant.
    assert is_right(elsewhere, relevant, shorts=(both,))
    assert is_right(merged, shorts=(first,))


def test_without_answers_in_the_set_the_article_decides_whatever_the_short_answer():
    given = answer(citation(1, ("a", "En 1874.")), shorts=(short("1874", (1, 3, 7)),))

    assert judge_answer(question(), given).is_right
    assert not judge_answer(question(relevant=(), impossible=True), given).is_right
