"""Which short answers say the same, and which must stay apart."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.equivalence import group_answers, same_answer

SAME = [
    # Figures, however they are written, with or without what is counted.
    ("25 millions", "25 millions de nouveaux utilisateurs"),
    ("25 millions", "plus de 25 millions d'utilisateurs"),
    ("25 millions de nouveaux utilisateurs", "plus de 25 millions d'utilisateurs"),
    ("25 millions d’utilisateurs dans le monde", "25 millions de nouveaux utilisateurs"),
    ("environ 500 millions", "près de 500 millions d'utilisateurs actifs"),
    ("au moins 12 morts", "plus de douze morts"),
    ("trois millions", "3 millions"),
    ("trois millions", "3.000.000"),
    ("3.000.000", "3 000 000"),
    ("3\u00a0000\u202f000", "3 000 000 de personnes"),
    ("545.000", "545 000"),
    ("545 000 abonnés", "545.000 abonnés"),
    ("1,5 million", "1.5 million de nouveaux utilisateurs par jour"),
    ("un million", "1.000.000"),
    ("10 %", "10 pour cent"),
    ("10 pour cent", "dix pour cent"),
    ("10%", "dix pour cent"),
    ("38%", "38% viennent d'Asie"),
    ("une hausse de 10 %", "10 %"),
    ("25 M€", "25 millions d'euros"),
    ("2,3 Md€", "2,3 milliards d’euros"),
    ("500 $", "500 dollars"),
    ("jusqu'à 200.000 membres", "200 000"),
    ("20h", "20 heures"),
    ("à 20 heures", "vingt heures"),
    ("en 72 heures", "72 heures"),
    ("les 72 dernières heures", "en seulement 72 heures"),
    ("25 millions", "25 millions en 72 heures"),
    ("25 millions d'utilisateurs en 72 heures", "25 millions de nouveaux utilisateurs"),
    ("en 72 heures, 25 millions", "25 millions en 72 heures"),
    ("500 millions", "500 millions en janvier 2021"),
    ("entre 10 et 15 ans", "10 à 15 ans"),
    ("de 2019 à 2021", "2019-2021"),
    ("36 ans", "36"),
    ("2000", "plus de 2000 manifestants"),
    ("4.000", "4000 emplois"),
    ("troisième place", "la 3e place"),
    # Dates: the less precise, the more precise.
    ("12 janvier", "le 12 janvier 2021"),
    ("mardi 12 janvier", "12 janvier"),
    ("janvier 2021", "le 12 janvier 2021"),
    ("2021", "en janvier 2021"),
    ("1er janvier", "le premier janvier 2021"),
    ("12/01/2021", "12 janvier 2021"),
    ("2021-01-12", "le 12 janvier"),
    ("5 août 2020", "05/08/2020"),
    ("en 2013", "2013"),
    ("lancé en 2013", "2013"),
    ("12 janvier à 20 heures", "le 12 janvier"),
    # Names: shorter, longer, with a title, written by ear.
    ("Durov", "Dourov"),
    ("Durov", "Pavel Durov"),
    ("Pavel Durov", "Pavel Dourov"),
    ("M. Dourov", "Durov"),
    ("M.Dourov", "Pavel Durov"),
    ("Monsieur Durov", "M. Durov"),
    ("Volodymyr Zelensky", "Zelenski"),
    ("Khashoggi", "Jamal Khachoggi"),
    ("Erdogan", "Recep Tayyip Erdoğan"),
    ("Facebook", "facebook"),
    ("Facebook", "le groupe Facebook"),
    ("la messagerie Telegram", "Telegram"),
    ("Mark Zuckerberg", "Mark Zuckerberg, le patron de facebook"),
    ("Elon Musk", "Elon Musk, PDG de Tesla et SpaceX"),
    ("à Dubaï", "Dubai"),
    ("les États-Unis", "Etats-Unis"),
    ("WhatsApp et Telegram", "Telegram et WhatsApp"),
    ("Signal, Telegram et WhatsApp", "WhatsApp, Signal et Telegram"),
    # Common words.
    ("la protection des données", "protection des données personnelles"),
    ("les nouvelles conditions d'utilisation", "les conditions d’utilisation"),
    ("une panne des serveurs", "la panne des serveurs."),
    ("Oui", "oui"),
    ("", ""),
    ("12 millions !", "12 millions"),
]

APART = [
    ("25 millions", "3 millions"),
    ("72 heures", "24 heures"),
    ("25 millions", "25 %"),
    ("25 millions", "25 ans"),
    ("25 %", "25 ans"),
    ("25 %", "25"),
    ("25 ans", "25 personnes"),
    ("3 morts", "3 blessés"),
    ("25 millions d'euros", "25 millions d'utilisateurs"),
    ("25 millions en 72 heures", "3 millions en 24 heures"),
    ("25 millions en 72 heures", "25 millions en 24 heures"),
    ("25 millions en 72 heures", "72 heures"),
    ("5 millions en 2020", "5 millions en 2021"),
    ("une hausse de 10 %", "une baisse de 10 %"),
    ("plus de 25 millions", "moins de 25 millions"),
    ("12 000 à 15 000", "12 000"),
    ("12 000 à 15 000 personnes", "12 000"),
    ("de 10 % à 15 %", "10 %"),
    ("moins cinq degrés", "5 degrés"),
    ("-5 degrés", "5 degrés"),
    ("0,5 %", "0,05 %"),
    ("3.5 millions", "3.1 millions"),
    ("deux ans et demi", "2 ans"),
    ("le 20e", "20"),
    ("12h30", "12h"),
    ("Telegram compte 25 millions d'utilisateurs", "Signal compte 25 millions d'utilisateurs"),
    ("12 janvier", "13 janvier"),
    ("12 janvier", "12 février"),
    ("12 janvier", "janvier 2021"),
    ("janvier 2021", "janvier 2020"),
    ("12 janvier 2021", "12 janvier 2020"),
    ("janvier", "2021"),
    ("du 12 au 14 janvier", "12 janvier"),
    ("début janvier", "fin janvier"),
    ("lundi 12 janvier", "mardi 12 janvier"),
    ("avant 2013", "après 2013"),
    ("en 2013", "2013 personnes"),
    ("2013", "2014"),
    ("les années 1990", "en 1990"),
    ("25 millions en janvier 2021", "janvier 2021"),
    ("Telegram", "25 millions"),
    ("Telegram", "Telegram a 25 millions d'utilisateurs"),
    ("Windows 10", "Windows"),
    ("Covid-19", "19"),
    ("G7", "G20"),
    ("Telegram", "Signal"),
    ("Paul Durand", "Pierre Durand"),
    ("M. Durand", "Mme Durand"),
    ("Louis Martin", "Louise Martin"),
    ("Louis XIV", "Louis XVI"),
    ("Manet", "Monet"),
    ("Japon", "Jason"),
    ("Martin", "Marin"),
    ("Niger", "Nigeria"),
    ("Ali", "Aly"),
    ("Facebook", "les utilisateurs de Facebook"),
    ("Telegram", "le fondateur de Telegram, Pavel Durov"),
    ("WhatsApp", "WhatsApp et Telegram"),
    ("Signal", "Signal, Telegram"),
    ("Afrique", "Afrique du Sud"),
    ("Corée du Nord", "Corée du Sud"),
    ("Guinée", "Guinée-Bissau"),
    ("Facebook", "Facebook Messenger"),
    ("président", "vice-président"),
    ("Facebook rachète WhatsApp", "WhatsApp rachète Facebook"),
    ("la sécurité, la vie privée", "la sécurité"),
    ("il est mort", "il n’est pas mort"),
    ("avec abonnement", "sans abonnement"),
    ("Oui", "Non"),
    ("lui", "elle"),
    ("", "Telegram"),
    ("", "25"),
    ("!", "?"),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_the_same(left, right):
    assert same_answer(left, right)
    assert same_answer(right, left)


@pytest.mark.parametrize(("left", "right"), APART)
def test_apart(left, right):
    assert not same_answer(left, right)
    assert not same_answer(right, left)


def test_a_text_joins_the_first_group_whose_first_it_is_the_same_as():
    texts = ["Paul Durand", "25 millions", "Durand", "Pierre Durand", "M. Durand", "25.000.000"]
    assert group_answers(texts) == [[0, 2, 4], [1, 5], [3]]


def test_no_texts_make_no_groups():
    assert group_answers([]) == []


_WORDS = (
    "25 millions de", "1er janvier", "mardi 12", "12/01/2021", "en 2021", "%", "-", "–", ",", "(",
    "'", "de", "du", "et", "ne", "Durov", "M. Dourov", "heures", "trois cents", "et demi", "²", "٣",
    "İ", "ŉ", "ﬁ", "9" * 150, "€", "1.5", "20h", "à", "e",
)  # fmt: skip
ODD = st.text() | st.lists(st.sampled_from(_WORDS)).map(" ".join)


@settings(deadline=None)  # A busy machine isn't a slow function.
@given(ODD, ODD)
def test_any_two_texts_are_the_same_either_way(left, right):
    assert same_answer(left, right) == same_answer(right, left)
    assert same_answer(left, left)


@settings(deadline=None)
@given(st.lists(ODD, max_size=6))
def test_each_text_has_one_group(texts):
    groups = group_answers(texts)
    assert sorted(place for group in groups for place in group) == list(range(len(texts)))
    assert all(group == sorted(group) for group in groups)
    assert [group[0] for group in groups] == sorted(group[0] for group in groups)


@pytest.mark.parametrize(
    "piece", ["1 ", "1.", "a", "A, ", "1 à ", "-", "trois ", "d'", "% ", "12/"]
)
def test_long_texts_take_no_time(piece):
    text = piece * (10_000 // len(piece))
    for left in (text, text[:190]):
        started = time.process_time()
        same_answer(left, left + "x")
        assert time.process_time() - started < 1
