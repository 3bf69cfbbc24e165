"""Mistyped words are read as words of the corpus, and nothing else is."""

import re
import unicodedata
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import Status
from retrieval.french import analyze
from retrieval.index.contract import Ranking
from retrieval.spelling import mend, recase


class Passages:
    """What mending needs of an index: passages, ranked by their number."""

    def __init__(self, *texts):
        self.texts = texts
        self.tokens = [set(analyze(text)) for text in texts]
        self.manifest = SimpleNamespace(passages=len(texts))

    def document_frequencies(self, tokens):
        return [sum(token in held for held in self.tokens) for token in tokens]

    def lexical(self, tokens, k):
        numbers = [n for n, held in enumerate(self.tokens) if held.intersection(tokens)][:k]
        return Ranking(np.array(numbers), np.ones(len(numbers), dtype=np.float32))

    def passages(self, numbers):
        return [(SimpleNamespace(text=self.texts[number]), None) for number in numbers]


TELEGRAM = Passages("Telegram appartenait à Dourov.", "L'été, Telegram grandit.")


@pytest.mark.parametrize("typed", ["Telegam", "telegrram", "telegran", "Télegarm", "Telegrram"])
def test_one_slip_is_mended(typed):
    assert mend(f"Qui a fondé {typed} ?", TELEGRAM) == "Qui a fondé Telegram ?"


@pytest.mark.parametrize(
    "typed",
    [
        "TELEGRAM",  # known
        "Delegram",  # another first letter
        "Telgam",  # two slips
        "Messagerie",  # like nothing that is held
        "545000",
        "",
    ],
)
def test_everything_else_stays(typed):
    question = f"Et {typed}, «\u00a0alors\u00a0» ?"
    assert mend(question, TELEGRAM) == question


def test_short_words_have_too_many_neighbours():
    assert mend("Qui est Durof ?", Passages("Durov.")) == "Qui est Durof ?"


@pytest.mark.parametrize("typed", ["capitale", "capitales", "Réparer", "reparer"])
def test_french_words_stay_whatever_the_corpus_holds(typed):
    corpus = Passages("Le Capitole.", "Ils préparent.", "Séparer.")
    assert mend(f"Une {typed} ?", corpus) == f"Une {typed} ?"


def test_a_word_is_written_as_the_corpus_writes_it():
    corpus = Passages("L'Élysée est critiqué.", "On critiquait.")
    assert mend("qui critqué l'élyséee ?", corpus) == "qui critiqué l'Élysée ?"


def test_a_name_is_never_read_as_another_word_of_the_same_stem():
    assert mend("Où joue Robertso ?", Passages("Robert joue.")) == "Où joue Robertso ?"


def test_of_usual_words_that_is_meant_which_the_corpus_inflects():
    assert mend("Quel meutre ?", Passages("Des meurtres.")) == "Quel meurtre ?"
    assert mend("Quel meutre ?", TELEGRAM) == "Quel meutre ?"


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Andersen", "Anderson"),
        ("Bernardo", "Bernard"),
        ("Robertso", "Robert"),
        ("Fremat", "Forma"),
    ],
)
def test_a_name_may_differ_by_one_letter_from_another(name, other):
    assert mend(f"Qui est {name} ?", Passages(f"Voici {other}.")) == f"Qui est {name} ?"


@pytest.mark.parametrize("word", ["macron", "amazon", "discord", "apartient"])
def test_what_neither_the_corpus_nor_french_has_stays(word):
    assert mend(f"qui est {word} ?", TELEGRAM) == f"qui est {word} ?"


def test_the_commonest_of_several_words_is_meant():
    corpus = Passages("Le signat.", "Le signal.", "Un signal.")
    assert mend("le singa signak ?", corpus) == "le singa signal ?"


def test_small_letters_stay_small_where_the_corpus_has_them():
    corpus = Passages("Nouvelles règles.", "De nouvelles règles.")
    assert mend("les nouvveles règles", corpus) == "les nouvveles règles"  # two slips
    assert mend("les nouvellles règles", corpus) == "les nouvelles règles"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("NOUVELLES !", "nouvelles"),
        ("Pages\nNouvelles du jour", "nouvelles"),
        ("Les éditions Nouvelles. Nouvelles…", "Nouvelles"),
        ("L’Nouvelles", "Nouvelles"),
        ("NouVelles", "NouVelles"),
    ],
)
def test_the_capital_of_a_heading_is_not_its_word_s(text, meant):
    assert mend("les nouvellles ?", Passages(text)) == f"les {meant} ?"


def test_an_apostrophe_is_missing_where_the_corpus_has_the_rest_or_nothing_nearer():
    corpus = Passages("La commission forme.", "Une amende.", "On demande.")
    assert mend("la comission formation", corpus) == "la commission formation"
    assert mend("la comission formation", TELEGRAM) == "la comission formation"
    assert mend("beaucoup damendes", corpus) == "beaucoup d'amendes"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("lautre", "l'autre"), ("Lavion", "L'avion"), ("dutilisateurs", "d'utilisateurs")],
)
def test_a_missing_apostrophe_is_put_back(typed, meant):
    assert mend(f"{typed} ?", Passages("Une loutre.")) == f"{meant} ?"


def test_text_in_any_normal_form_is_known():
    question = unicodedata.normalize("NFD", "les opérateurs préférés")
    assert mend(question, Passages("Opérateurs.", "Les opérameurs.", "Préférés.")) == question


def test_an_elision_is_no_slip():
    for question in ("lorsqu'il quitta ?", "lorsqu’il quitta ?", "lorsqu`il quitta ?"):
        assert mend(question, Passages("Lorsque tout.")) == question
    assert mend("qui quitent ?", Passages("Il a tenté.")) == "qui quitent ?"


def test_each_word_is_mended_by_itself():
    corpus = Passages("WhatsApp et Telegram.")
    assert mend("whatsap, le prix, telegran?", corpus) == "WhatsApp, le prix, Telegram?"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("pourqoi", "pourquoi"), ("Pourqoi", "pourquoi"), ("combein", "combien")],
)
def test_stop_words_are_mended_too_but_not_to_them_a_name(typed, meant):
    assert mend(f"{typed} Sommers ?", TELEGRAM) == f"{meant} Sommers ?"


def test_what_is_hardly_french_stays():
    english = "Were Telegarm usres really moving their messges elsewhre?"
    assert mend(english, TELEGRAM) == english
    assert mend("Telegarm usres messges elsewhre", TELEGRAM).startswith("Telegram")


def test_a_word_without_end_is_left_alone():
    assert mend("a" * 2000, TELEGRAM) == "a" * 2000
    long = "a" * 26
    assert mend(long, Passages(long + "a")) == long


@settings(deadline=None)  # A busy machine isn't a slow function.
@given(st.lists(st.one_of(st.text("aegilmrtTéè'", max_size=9), st.text(max_size=3)), max_size=8))
def test_nothing_but_words_is_changed(parts):
    question = unicodedata.normalize("NFC", " ".join(parts))
    found = mend(question, TELEGRAM)
    assert re.sub(r"[\w']+", "", found) == re.sub(r"[\w']+", "", question)
    assert mend(found, TELEGRAM) == found


NAMES = Passages(
    "Ici, Telegram et l'Élysée.",
    "À Paris, les paris sont ouverts.",
    "Le Signal de Signal, et Signal.",
    "Durov est là. Dans un Royaume.",
    "Mon iPhone.",
    "Le dieu Mochi, et un mochi.",
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("qui a fondé telegram à l'élysée ?", "qui a fondé Telegram à l'Élysée ?"),
        ("Qui a fondé telegram ?", "Qui a fondé Telegram ?"),
        ("telegram", "Telegram"),
        ("Qui a l'iphone ?", "Qui a l'iPhone ?"),
        ("Qui a signal ?", "Qui a Signal ?"),  # A French word, thrice a name.
        ("Quel royaume ?", "Quel royaume ?"),  # Once.
        ("Quel mochi ?", "Quel mochi ?"),  # In small letters too.
        ("Où est paris ?", "Où est paris ?"),
        ("Qui est durov ?", "Qui est durov ?"),  # The capital may be the sentence's.
        ("À l'elysee ?", "À l'elysee ?"),
        ("Est-ce que Durov a telegram ?", "Est-ce que Durov a telegram ?"),  # They were typed.
        ("le discord ?", "le discord ?"),
        ("Où ?", "Où ?"),
        ("", ""),
    ],
)
def test_names_are_written_as_the_corpus_writes_them(typed, read):
    assert recase(typed, NAMES) == read


def test_a_text_without_capitals_is_left_alone():
    assert recase("telegram " * 41, NAMES) == "telegram " * 41


def test_a_question_without_capitals_is_answered_as_one_with_them(retriever):
    meant = "Combien d'utilisateurs Telegram a-t-il gagnés ?"
    for typed in (f"C{meant[1:].lower()}", meant.upper()):
        assert retriever.answer(typed).understood is None
        assert retriever.answer(typed).answers == retriever.answer(meant).answers
    assert retriever.answer("et whatsapp ?", previous="qui a fondé telegram ?").understood == (
        "Qui a fondé WhatsApp ?"
    )


def test_a_mended_name_does_not_keep_another_from_its_capital(retriever):
    answer = retriever.answer("qui parle de telegarm et de whatsapp ?")
    assert answer.understood == "qui parle de Telegram et de WhatsApp ?"


def test_a_mistyped_question_is_answered_and_says_how_it_was_read(retriever):
    meant = retriever.answer("Combien d'utilisateurs Telegram a-t-il gagnés ?")
    typed = retriever.answer("Combien dutilisateurs Telegarm  a-t-il gagnés ?")
    assert meant.understood is None
    assert typed.understood == meant.question
    assert typed.question == "Combien dutilisateurs Telegarm  a-t-il gagnés ?"
    assert meant.status is typed.status is Status.ANSWERED
    assert typed.citations == meant.citations


def test_a_follow_up_is_mended_too(retriever):
    answer = retriever.answer("Et WhatsAp ?", previous="Qui a fondé Telegram ?")
    assert answer.understood == "Qui a fondé WhatsApp ?"
    answer = retriever.answer("Et pourqoi ?", previous="Qui a fondé Telegram ?")
    assert answer.understood == "Pourquoi a-t-on fondé Telegram ?"


def test_a_search_takes_the_words_as_they_are(retriever):
    assert retriever.search("whatsap", mode="lexical") == []


def test_what_the_corpus_lacks_is_not_bent_to_what_it_holds(retriever):
    for question in ("Qui a peint la Joconde ?", "Combien de pattes a une araignée ?"):
        answer = retriever.answer(question)
        assert answer.status is not Status.ANSWERED
        assert answer.understood is None
