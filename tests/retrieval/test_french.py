"""The French text analysis, by cases worked out by hand."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.french import ANALYSIS, STOP_WORDS, analyze, fold, words

ELISIONS = ("l", "d", "j", "m", "t", "s", "c", "n", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu")


@pytest.mark.parametrize("elided", ELISIONS)
@pytest.mark.parametrize("apostrophe", "'’‘ʼ´`")
def test_elisions_go_whatever_the_apostrophe(elided, apostrophe):
    assert analyze(f"{elided}{apostrophe}avion") == ["avion"]
    assert analyze(f"{elided.upper()}{apostrophe}AVION") == ["avion"]


def test_what_only_looks_like_an_elision_stays():
    assert words("aujourd'hui") == ["aujourd", "hui"]
    assert words("aujourd’hui") == ["aujourd", "hui"]
    assert words("d’aujourd’hui") == ["aujourd", "hui"]
    assert words("quelqu'un") == ["quelqu", "un"]
    assert words("rock'n'roll") == ["rock", "n", "roll"]


@pytest.mark.parametrize(
    ("text", "stem"),
    # From the sample that Snowball publishes of its French stemmer, accents folded.
    [
        ("continu continua continuait continuant continué continuité", "continu"),
        ("continuel continuelle continuellement", "continuel"),
        ("majestueux majestueusement", "majestu"),
        ("maladie maladies", "malad"),
        ("majorité", "major"),
    ],
)
def test_stems(text, stem):
    assert set(analyze(text)) == {stem}


def test_accents_are_folded_after_stemming():
    # « -ité » is a suffix and « -ite » is not: folded first, both would stem alike.
    assert analyze("continuité") == ["continu"]
    assert analyze("continuite") != ["continu"]


@pytest.mark.parametrize(
    ("accented", "plain"),
    [("Zoé", "zoe"), ("Noël", "noel"), ("déménager", "demenager"), ("cœur", "coeur")],
)
def test_words_typed_without_accents_are_found(accented, plain):
    assert analyze(accented) == analyze(plain)


def test_composed_and_decomposed_accents_are_one():
    text = "Où l’été déménage-t-il à Noël ?"
    assert (
        analyze(unicodedata.normalize("NFD", text)) == analyze(text) == ["ete", "demenag", "noel"]
    )


@pytest.mark.parametrize(
    "number", ["72000", "72.000", "72 000", "72\u00a0000", "72\u202f000"], ids=ascii
)
def test_thousands_are_one_number_however_they_are_grouped(number):
    assert words(f"en {number} heures") == ["en", "72000", "heures"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,5 million", ["1,5", "million"]),
        ("1.234.567,89 euros", ["1234567,89", "euros"]),
        ("en 2020 500 millions", ["en", "2020", "500", "millions"]),
        ("le 7 janvier 2021", ["le", "7", "janvier", "2021"]),
        ("38%", ["38"]),
        ("3.14", ["3", "14"]),
        ("M.Dourov a 545.000 abonnés", ["m", "dourov", "a", "545000", "abonnés"]),
        ("4G et covid19", ["4", "g", "et", "covid", "19"]),
        ("porte-parole", ["porte", "parole"]),
        ("l'A380 et un A380", ["a", "380", "et", "un", "a", "380"]),
    ],
)
def test_words(text, expected):
    assert words(text) == expected


def test_a_word_hyphenated_at_a_line_s_end_is_found_whole_and_in_halves():
    text = "l'on compta douze mai-\nsons"
    assert words(text) == ["on", "compta", "douze", "mai", "sons", "maisons"]
    assert words("un porte-\nparole") == ["un", "porte", "parole", "porteparole"]
    assert words("Jean-\nPaul, 12-\nun, un -\ndeux") == ["jean", "paul", "12", "un", "un", "deux"]


@pytest.mark.parametrize(
    "text",
    ["", " \n", "?!… « »", "Qu’est-ce que c’est ?", "ou où à a", "QUEL ÉTAIT le LEUR ?", "etait"],
)
def test_a_text_of_stop_words_has_no_token(text):
    assert analyze(text) == []


def test_a_stop_word_typed_without_its_accent_is_one():
    assert all(analyze(fold(word)) == [] for word in STOP_WORDS)


def test_what_people_type_keeps_its_words():
    assert analyze("slt c koi tlgrm ?") == ["slt", "koi", "tlgrm"]
    assert analyze("telegram TELEGRAM Telegram") == ["telegram"] * 3


def test_ligatures_are_parted():
    assert fold("cœur ex æquo ﬁn") == "coeur ex aequo fin"


def test_the_analysis_is_named_with_its_stemmer():
    assert ANALYSIS.startswith("french-")
    assert "snowball" in ANALYSIS


@given(st.text())
def test_any_text_has_clean_tokens(text):
    tokens = analyze(text)
    assert all(tokens)
    # The lexical index parts tokens at white space.
    assert " ".join(tokens).split() == tokens
    assert analyze(unicodedata.normalize("NFD", text)) == tokens


def test_a_letter_that_stands_for_words_is_one_token():
    assert len(analyze("\ufdfa")) == 1


def test_threads_get_the_same_tokens():
    texts = [f"Les continuités majestueuses des {n} maladies" for n in range(500)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(analyze, texts)) == list(map(analyze, texts))
