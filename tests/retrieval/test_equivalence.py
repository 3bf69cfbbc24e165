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
    ("9h-12h et 14h-18h", "de 9 h à 12 h et de 14 h à 18 h"),
    ("9h-12h et 14h-18h", "9 h à 12 h / 14 h à 18 h"),
    ("du lundi au vendredi", "lundi-vendredi"),
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
    ("deuxième", "2e"),
    ("2 mois", "deux mois"),
    ("1 mois", "un délai d'un mois"),
    ("une heure trente", "1 h 30"),
    ("vingt et un jours", "21 jours"),
    ("entre un et deux mois", "1 à 2 mois"),
    # Ranges and scores, in their order.
    ("de 3 à 5", "3 à 5"),
    ("3 à 5 jours", "entre trois et cinq jours"),
    ("3-2", "3 à 2"),
    ("2-0", "deux à zéro"),
    ("3-2", "3/2"),
    ("12/20", "12/20"),
    # Units, in short or in full.
    ("5 m", "5 mètres"),
    ("5 m", "5"),
    ("5m", "5 m"),
    ("5 km", "5 kilomètres"),
    ("5km", "5 Km"),
    ("3 kg", "3 kilos"),
    ("3 kilos", "3 kilogrammes"),
    ("trois kilos de farine", "3 kg"),
    ("5 t", "cinq tonnes"),
    ("3 l", "3 litres"),
    ("25 cl", "25 centilitres"),
    ("14 m2", "14 m²"),
    ("14 m²", "quatorze mètres carrés"),
    ("5 000 EUR", "5 000 €"),
    ("20 s", "20 secondes"),
    ("20 min", "20 minutes"),
    ("8 j", "8 jours"),
    ("8 j.", "huit jours"),
    ("5 c", "5 c de plus"),
    # Times of day.
    ("14h00", "14 h"),
    ("14:00", "14 h"),
    ("14 h 00", "14 heures"),
    ("14:30", "14h30"),
    ("8h", "08:00"),
    ("14h00", "14 heures 00"),
    ("de 9h00 à 12h30", "de 9 h à 12:30"),
    ("1 h 30", "1 heure 30 minutes"),
    ("5 min 30 s", "5 minutes 30 secondes"),
    ("90 km/h", "90 km/h en ville"),
    ("9 h à 12 h", "9h-12h"),
    ("jusqu'à 18 h", "18 h"),
    ("dès 18 h", "à partir de 18 h"),
    # Centuries, and numbers with more than one dot.
    ("XVIIe siècle", "17e siècle"),
    ("au XXe siècle", "vingtième siècle"),
    ("02 41 55 18 70", "02.41.55.18.70"),
    ("02-41-55-18-70", "02.41.55.18.70"),
    ("0241551870", "02 41 55 18 70"),
    # A letter tells things apart, but an article, a title or an initial doesn't.
    ("bâtiment C", "le bâtiment C du lycée"),
    ("vitamine C", "de la vitamine C."),
    ("hépatite B", "hépatite b"),
    ("A", "le bâtiment A"),
    ("A Paris", "à Paris"),
    ("C'est Durov", "Durov"),
    ("D. Roy", "Roy"),
    ("A. Roy", "Roy"),
    ("52 av. J.-C.", "en 52 av. J.-C"),
    # Dates: the less precise, the more precise.
    ("12 janvier", "le 12 janvier 2021"),
    ("mardi 12 janvier", "12 janvier"),
    ("janvier 2021", "le 12 janvier 2021"),
    ("2021", "en janvier 2021"),
    ("1er janvier", "le premier janvier 2021"),
    ("12/01/2021", "12 janvier 2021"),
    ("2021-01-12", "le 12 janvier"),
    ("5 août 2020", "05/08/2020"),
    ("12/5/2024", "12 mai 2024"),
    ("12-05-2024", "12 mai 2024"),
    ("12.05.2024", "le 12 mai"),
    ("17 septembre 2024", "17 sept. 2024."),
    ("17 sept. 2024", "17 sept"),
    ("1er févr. 2024", "1er février"),
    ("sept. 2024", "septembre 2024"),
    ("14 juil. 2024", "14 juill. 2024"),
    ("en 2013", "2013"),
    ("lancé en 2013", "2013"),
    ("12 janvier à 20 heures", "le 12 janvier"),
    ("du lundi au vendredi", "lundi - vendredi"),
    ("de mars à juin", "entre mars et juin"),
    ("de mars à juin", "de mars jusqu'en juin"),
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
    ("trois ans et demi", "3 ans"),
    ("un an et demi", "un an"),
    ("un mois", "deux mois"),
    ("une semaine", "deux semaines"),
    ("un enfant", "deux enfants"),
    ("une fois par semaine", "deux fois par semaine"),
    ("10 % en un an", "10 % en deux ans"),
    ("un à deux mois", "deux mois"),
    ("un Français sur deux", "deux Français"),
    ("un des deux", "deux"),
    ("une heure trente", "trente minutes"),
    ("le 20e", "20"),
    ("12h30", "12h"),
    ("14h30", "14 h"),
    ("14:30", "14h"),
    ("14h30", "14:45"),
    ("14:00", "14 %"),
    ("5 km", "5 m"),
    ("5 t", "5 kg"),
    ("20 s", "20 min"),
    ("3 l", "3 kg"),
    ("10 m", "10 €"),
    ("300 m", "300 g"),
    ("8 j", "8 h"),
    ("5m", "5s"),
    ("5 c", "5 m"),
    ("5 m", "5 m²"),
    ("5 m²", "5 m³"),
    ("un mètre", "un mètre carré"),
    ("90 km/h", "90 km"),
    ("10 m/s", "10 m"),
    ("10 m/s", "10 m/h"),
    ("5 g/l", "5 g/kg"),
    ("5 t-shirts", "5 tonnes"),
    ("5 min 30 s", "5 min"),
    ("2 heures 30 minutes", "2 heures"),
    ("de 9 h à 12h30", "de 9h30 à 12 h"),
    ("10 M€", "10 m"),
    ("3-2", "2-3"),
    ("deux à zéro", "deux saisons"),
    ("3 à 2", "2 à 3"),
    ("3/2", "2/3"),
    ("2-2", "2"),
    ("2-2", "2-2-2"),
    ("1.2.3", "1.2.4"),
    ("02.41.55.18.70", "02.41.55.18.71"),
    ("02.41.55.18.70", "02 41 55 18 71"),
    ("XVIIe siècle", "XVIIIe siècle"),
    ("XVIIe siècle", "17 siècles"),
    ("IIIe République", "IVe République"),
    ("12-05-2024", "12 juin 2024"),
    ("12-05-2024", "5 décembre 2024"),
    ("2019-2020", "2020"),
    ("2019-2020", "2020-2019"),
    ("17 sept. 2024", "17 oct. 2024"),
    ("sept personnes", "septembre"),
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
    ("jusqu'à 18 h", "à partir de 18 h"),
    ("dès 18 ans", "jusqu'à 18 ans"),
    ("avant le 5 mai", "à partir du 5 mai"),
    ("depuis 2010", "jusqu'en 2010"),
    ("moins de 18 ans", "dès 18 ans"),
    ("plus de 18 ans", "jusqu'à 18 ans"),
    ("lundi et vendredi", "du lundi au vendredi"),
    ("mars et juin", "de mars à juin"),
    ("les 3 et 5 mars", "du 3 au 5 mars"),
    ("à 9 h et 18 h", "de 9 h à 18 h"),
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
    ("tous les jours", "tous les jours sauf le mardi"),
    ("gratuit", "gratuit hors vacances scolaires"),
    ("les élus", "les élus à l'exception du maire"),
    ("Oui", "Non"),
    ("lui", "elle"),
    ("bâtiment A du lycée", "bâtiment C du lycée"),
    ("bâtiment A", "bâtiment B"),
    ("taille M", "taille L"),
    ("vitamine C", "vitamine D"),
    ("hépatite A", "hépatite C"),
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
