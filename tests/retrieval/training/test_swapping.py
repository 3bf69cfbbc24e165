"""Questions asked of another name, and passages that keep their answer back."""

import random

import pytest

from retrieval.training.swapping import names, swap_name, withhold

PASSAGE = (
    "Des millions de personnes quittent WhatsApp pour Telegram, fondé par Pavel Durov, ou pour "
    "Signal. Beaucoup saluent ce choix de Durov. Alors que Signal recrute, l'Autriche hésite."
)


def swapped(question, answers=("Pavel Durov",), passage=PASSAGE):
    """All that the question is made into."""
    return {swap_name(question, passage, answers, random.Random(seed)) for seed in range(50)}


def test_another_name_of_the_passage_takes_the_place_of_the_one_asked_about():
    assert swapped("Qui a fondé Telegram ?") == {
        "Qui a fondé WhatsApp ?",
        "Qui a fondé Signal ?",
        "Qui a fondé Autriche ?",
    }


def test_a_name_of_several_words_is_replaced_whole():
    assert swapped("Que dirige Pavel Durov ?", ["Telegram"]) == {
        "Que dirige WhatsApp ?",
        "Que dirige Signal ?",
        "Que dirige Autriche ?",
    }


def test_after_an_apostrophe_comes_a_vowel():
    found = swapped("Que fait l'Autriche ?", ["hésite"], PASSAGE + " Pas l'Italie.")
    assert found == {"Que fait l'Italie ?"}


@pytest.mark.parametrize(
    "question",
    [
        "Qui a fondé Viber ?",  # of which the passage doesn't speak
        "qui a fondé la messagerie",
        "Telegram, qui l'a fondé ?",  # what begins a sentence needn't be a name
        "Que dit Durov ?",  # the answer itself
    ],
)
def test_without_a_name_to_replace_there_is_none(question):
    assert swapped(question) == {None}


def test_the_answer_and_the_words_of_the_question_take_no_place():
    passage = "Hier soir, Marie Curie et Pierre Curie ont reçu le prix de Stockholm."
    assert swapped("Qu'a reçu Marie Curie ?", ["le prix de Stockholm"], passage) == {None}


def test_numerals_and_what_also_is_a_common_word_are_no_names():
    passage = (
        "Au milieu du XIXe siècle, le roi de Prusse quitte la Cour, et la cour suit Guillaume."
    )
    assert swapped("Où va le roi de Prusse ?", ["la ville"], passage) == {
        "Où va le roi de Guillaume ?"
    }


def test_after_a_word_that_would_lose_its_vowel_comes_a_consonant():
    passage = (
        "Hier, les gens de Suède ont battu ceux de Norvège, puis ceux de Italie et ceux de Rome."
    )
    assert swapped("Où dort le roi de Suède ?", ["Rome"], passage) == {
        "Où dort le roi de Norvège ?"
    }


def test_a_name_of_as_many_words_goes_before_others():
    passage = (
        "Hier soir, Marie Curie et Paul Langevin ont quitté Zurich, où vivait Albert Einstein."
    )
    assert swapped("Où vit Marie Curie ?", ["nulle part"], passage) == {
        "Où vit Paul Langevin ?",
        "Où vit Albert Einstein ?",
    }


def test_another_name_may_be_one_of_which_the_passage_does_not_speak():
    found = {
        swap_name(
            "Qui a fondé Telegram ?", PASSAGE, [], random.Random(seed), others=["Viber", "VK"]
        )
        for seed in range(20)
    }
    assert found == {"Qui a fondé Viber ?", "Qui a fondé VK ?"}


def test_names_are_each_listed_once():
    assert names(PASSAGE) == [
        "WhatsApp", "Telegram", "Pavel Durov", "Signal", "Durov", "Autriche",
    ]  # fmt: skip


def test_the_sentences_that_answer_are_taken_out():
    text = "Signal est libre. Elle a 40 millions d'utilisateurs. Telegram en a 500, dit M. Durov."
    answer = text.index("40 millions")
    assert withhold(text, [(answer, answer + 11)]) == (
        "Signal est libre. Telegram en a 500, dit M. Durov."
    )
    last = text.index("500")
    assert withhold(text, [(answer, answer + 11), (last, last + 3)]) == "Signal est libre."


@pytest.mark.parametrize(
    "text", ["Paris grandit.", "Paris grandit. On y vient de loin. Qui n'aime pas Paris ?"]
)
def test_a_passage_that_says_it_again_or_nothing_else_is_not_kept(text):
    assert withhold(text, [(0, 5)]) is None
