"""The figures of a text, and what a question asks for."""

import pytest

from retrieval.values import Kind, asked_kind, figures, is_closed, numbers, offers, said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25 millions en 72 heures", {25e6, 72}),
        ("trois millions en 24 heures", {3e6, 24}),
        ("vingt-cinq millions", {25e6}),
        ("1,5 million d’abonnés", {1.5e6}),
        ("deux milliards", {2e9}),
        ("72.000, 72 000, 72\u00a0000 et 72\u202f000", {72_000}),
        ("M.Dourov a 545.000 abonnés", {545_000}),
        ("en janvier 2021, 38% d’entre eux", {2021, 38}),
        ("3,14", {3.14}),
        ("aucun chiffre", set()),
        ("", set()),
    ],
)
def test_figures(text, expected):
    assert figures(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 à 2", (3, 2)),
        ("trois et cinq", (3, 5)),
        ("2-2", (2, 2)),
        ("25 millions", (25e6,)),
        ("", ()),
    ],
)
def test_numbers_keep_their_order_and_repeats(text, expected):
    assert numbers(text) == expected


def test_what_is_said_is_terms_numbers_and_negations():
    assert said("Les chats ont dormi trois jours") == said("Le chat a dormi 3 jours !")
    assert said("Ils n’ont pas dormi") - said("Ils ont dormi") == {"pas"}


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Le bâtiment C n'a rien.", {"C"}),
        ("les lignes A, D et T", {"A", "D", "T"}),
        ("la vitamine C.", {"C"}),
        ("C'est l'hépatite A.", {"A"}),
        ("A", {"A"}),
        ("A quelle heure ?", set()),
        ("Il part. A midi ? Y va-t-on ?", set()),
        ("C’est D’Artagnan, M. Y. Dé, avant J.-C.", set()),
    ],
)
def test_a_letter_that_stands_alone_is_said(text, letters):
    assert {term for term in said(text) if term.isupper()} == letters


def test_figures_in_digits_and_in_words_are_equal():
    assert figures("25 millions") == figures("vingt-cinq millions") == figures("25.000.000")


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Combien d'utilisateurs Telegram a-t-il gagnés ?", Kind.NUMBER),
        ("cb d'utilisateurs", Kind.NUMBER),
        ("Quel âge a Pavel Durov ?", Kind.NUMBER),
        ("Quelle est la part de l'Asie ?", Kind.NUMBER),
        ("How many users?", Kind.NUMBER),
        ("When did Signal start?", Kind.DATE),
        ("Where does Durov live?", Kind.PLACE),
        ("Who owns WhatsApp?", Kind.NAME),
        ("Whom does Musk follow?", Kind.NAME),
        ("Whose app is it?", Kind.NAME),
        ("Why do they leave?", Kind.REASON),
        ("Quand Signal a-t-il été lancé ?", Kind.DATE),
        ("En quelle année Signal a-t-il été lancé ?", Kind.DATE),
        ("Où vit Pavel Durov ?", Kind.PLACE),
        ("Dans quel pays vit-il ?", Kind.PLACE),
        ("Qui a fondé Telegram ?", Kind.NAME),
        ("ki a fondé telegram", Kind.NAME),
        ("Pourquoi partent-ils ?", Kind.REASON),
        ("pk ils partent", Kind.REASON),
        ("Que craignent les utilisateurs ?", Kind.OTHER),
        ("bonjour", Kind.OTHER),
        ("Est-ce que les utilisateurs préfèrent Signal ou Telegram ?", Kind.OTHER),
    ],
)
def test_what_is_asked_for(question, kind):
    assert asked_kind(question) is kind


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Signal est-il gratuit ?", True),
        ("Est-ce que Zoom est gratuit ?", True),
        ("Est-ce qu’il pleut ?", True),
        ("telegram gratuit", True),
        ("Signal est-il plus sûr que Telegram ?", True),
        ("Signal est-il gratuit ou pas ?", True),
        ("Signal ou Telegram ?", False),
        ("Que dit Musk ?", False),
        ("Which one is free?", False),
        ("Qu'est-ce que Telegram ?", False),
        ("Qu’est-ce qui a changé ?", False),
        ("Telegram est-il russe ou ukrainien ?", False),
        ("D’où vient Signal ?", False),
        ("Auquel pense-t-il ?", False),
        ("À quelle date Signal est-il né ?", False),
        ("How many users?", False),
        ("Where does Durov live?", False),
        ("When did Signal start?", False),
        ("Who owns WhatsApp?", False),
        ("Whom does Musk follow?", False),
        ("Whose app is it?", False),
        ("What does Musk say?", False),
        ("Why do they leave?", False),
        ("Combien sont-ils ?", False),
        ("Comment va Signal ?", False),
        ("Pourquoi partir ?", False),
        ("Quand part-on ?", False),
    ],
)
def test_what_wants_yes_or_no(question, expected):
    assert is_closed(question) is expected


@pytest.mark.parametrize(
    ("sentence", "kind", "question", "expected"),
    [
        ("Il a gagné 25 millions d'abonnés.", Kind.NUMBER, "Combien d'abonnés ?", True),
        ("Il a gagné des abonnés en 72 heures.", Kind.NUMBER, "Combien en 72 heures ?", False),
        ("Lancé en 2014.", Kind.DATE, "Quand ?", True),
        ("Lancé jeudi.", Kind.DATE, "Quand ?", True),
        ("Lancé récemment.", Kind.DATE, "Quand ?", False),
        ("Le patron est Pavel Durov.", Kind.NAME, "Qui est le patron ?", True),
        ("Oui, Pavel Durov l'a dit.", Kind.NAME, "Qui est Pavel Durov ?", False),
        ("Il vit à Dubaï.", Kind.PLACE, "Où vit-il ?", True),
        ("Il vit loin.", Kind.PLACE, "Où vit-il ?", False),
        ("Parce qu'ils craignent Facebook.", Kind.REASON, "Pourquoi ?", True),
        ("N'importe quoi.", Kind.OTHER, "Quoi ?", True),
    ],
)
def test_a_sentence_offers_it_or_not(sentence, kind, question, expected):
    assert offers(sentence, kind, question) is expected
