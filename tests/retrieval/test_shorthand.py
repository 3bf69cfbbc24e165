"""The shorthand of text messages is spelt out, and nothing else is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import Status
from retrieval.evaluation import load_dataset
from retrieval.shorthand import USUAL, expand
from tests.retrieval.test_spelling import Passages

CORPUS = Passages("Telegram appartenait à Dourov.", "Une carte bancaire, ou CB, se paie.")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pk telegram grandit", "pourquoi telegram grandit"),
        ("Pk telegram grandit ?", "pourquoi telegram grandit ?"),
        ("telegram c koi ?", "telegram c'est quoi ?"),
        ("ki a fondé telegram svp", "qui a fondé telegram"),
        ("slt, qd est né dourov", "quand est né dourov"),
        ("slt... Pk telegram, stp ?", "pourquoi telegram ?"),
        ("Bjr :) keske telegram", "qu'est-ce que telegram"),
        ("kel est le nb de gens de telegram", "quel est le nombre de gens de telegram"),
        ("ya bcp de gens mtn", "il y a beaucoup de gens maintenant"),
        ("ya til un parking ?", "y a-t-il un parking ?"),
        ("et euh les prix, heu... combien", "et les prix, combien"),
        ("cest ou", "c'est ou"),
        ("et c qd le match", "et c'est quand le match"),
        ("mais c est gratuit", "mais c'est gratuit"),
        ("la mairie c ou ?", "la mairie c'est ou ?"),
        ("C est quand ?", "C'est quand ?"),
        ("dis pk, et qd…", "dis pk, et quand…"),
    ],
)
def test_shorthand_is_spelt_out(typed, meant):
    assert expand(typed, CORPUS) == meant


@pytest.mark.parametrize(
    "question",
    [
        "cb de gens ?",  # the corpus has it
        "Que fait le PK de PQ ?",  # may be names
        "Que dit Ki ?",
        "le pk-12 et l'ac, l’ac aussi",  # parts of words
        "free.fr/pk pk@free.fr stp@free.fr ya.ru ke$ha",  # addresses
        "où est le pk ?",  # a thing, not a question
        "on dit « pk »",
        "que veut dire svp ?",
        "la nintendo ds, l'audi tt, le pr raoult, ac ajaccio",
        "Y a-t-il un parking ?",
        "La vitamine c est-elle utile ? La vitamine c ou d ?",
        "C est-il un langage ? C est un langage.",
        "Pourquoi dit-on euh ?",
        "stp",  # nothing would be left
        "slt !",
        "",
        "Qui a fondé  Telegram ?",
    ],
)
def test_everything_else_stays(question):
    assert expand(question, CORPUS) == question


def test_what_one_passage_in_thousands_has_is_spelt_out_all_the_same():
    many = Passages("Le code pk.", *["Il pleut."] * USUAL)
    assert expand("pk ?", many) == "pourquoi ?"
    assert expand("pk ?", Passages(*many.texts[:-1])) == "pk ?"


@settings(deadline=None)  # A busy machine isn't a slow function.
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                ["Pk", "pk", "qd", "ki", "ke", "Ya", "nb", "le", "et", ",", "...", "«"]
            ),
            st.text(max_size=3),
        ),
        max_size=8,
    )
)
def test_what_is_spelt_out_stays_so(parts):
    found = expand(" ".join(parts), CORPUS)
    assert expand(found, CORPUS) == found


def test_no_question_of_piaf_is_taken_for_shorthand(shared_data):
    questions = [each.text for each in load_dataset(shared_data / "piaf-v1.1.json").questions]
    nothing = Passages()  # where no word is the corpus's own
    assert [each for each in questions if expand(each, nothing) != each] == []


def test_a_text_message_is_answered_and_says_how_it_was_read(retriever):
    meant = retriever.answer("pourquoi Signal est en panne")
    typed = retriever.answer("pk signal est en panne stp")
    assert meant.understood is None
    assert typed.understood == meant.question
    assert typed.question == "pk signal est en panne stp"
    assert meant.status is typed.status is Status.ANSWERED
    assert typed.citations == meant.citations


def test_shorthand_may_follow_a_question(retriever):
    answer = retriever.answer("et pk ?", previous="Qui a fondé Telegram ?")
    assert answer.understood == "Pourquoi a-t-on fondé Telegram ?"
