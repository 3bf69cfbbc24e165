"""Questions asked of another name."""

import random

import pytest

from retrieval.training.swapping import swap_name

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
