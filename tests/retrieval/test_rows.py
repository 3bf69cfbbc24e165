"""Rows of tables, lists and timetables: which hold nothing of what a question names."""

from itertools import accumulate

import pytest

from retrieval.corpus_markdown import render
from retrieval.records import Passage
from retrieval.rows import cells, passed_over, read_question
from retrieval.weekdays import weekdays

ROWS = (
    "Horaires",
    "lundi : 12 h - 14 h",
    "Mardi au jeudi : 17 h",
    "Vendredi – Matin : 8 h ; Soir : 17 h",
    "- dimanche toute l'année : 9 h",
    "Fermé le samedi 3 mai.",
    "Tous les jours : 8 h",
)
BIKES = render(
    "|Modèle|Prix|Vitesses|Coloris|\n|-|-|-|-|\n|Galerne 3|389 €|3|bleu|\n"
    "|Galerne 7|469 €|7|vert|\n|Suroît|629 €|8|rouge|"
)[0].split("\n\n")
TRAINING = render(
    "|Équipe|Jour|Entraîneur|\n|-|-|-|\n|Moins de 15 ans|lundi|Hugo|\n"
    "|Seniors filles|jeudi|Nadia|\n|Loisirs|vendredi|Marc|"
)[0].split("\n\n")


def lines(*sentences):
    ends = list(accumulate(len(each) + 1 for each in sentences))
    spans = [
        (end - 1 - len(sentence.lstrip()), end - 1)
        for end, sentence in zip(ends, sentences, strict=True)
    ]
    return Passage("a", 0, ends[-1] - 1, "\n".join(sentences), tuple(spans))


def others(rows, question):
    return sorted(passed_over(lines(*rows), read_question(question))[0])


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Du vendredi au lundi", "vendredi samedi dimanche lundi"),
        ("les mardis et SAMEDI", "mardi samedi"),
        ("lundi-mercredi", "lundi mardi mercredi"),
        ("lundi à mardi", "lundi mardi"),
        ("lundi au lundi", "lundi"),
        ("lundi matin au mercredi soir", "lundi mardi mercredi"),
        ("lundi — mercredi", "lundi mardi mercredi"),
        ("Lun. - mer.", "lundi mardi mercredi"),
        ("Lun-Mer", "lundi mardi mercredi"),
        ("Sam.", "samedi"),
        ("le Week-end", "samedi dimanche"),
        ("en semaine", "lundi mardi mercredi jeudi vendredi"),
        ("la mer, la semaine", ""),
        ("mardigras", ""),
        ("", ""),
    ],
)
def test_the_days_that_a_text_names(text, days):
    assert weekdays(text) == frozenset(days.split())


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Quels horaires le vendredi ?", [1, 2, 4, 5]),
        ("ouvert mercredi ?", [1, 3, 4, 5]),
        ("le dimanche", [1, 2, 3, 5]),
        ("le week-end", [1, 2, 3]),
        ("en semaine", [4, 5]),
        # No row is of a Saturday.
        ("Ouvert le samedi ?", []),
        ("Quels horaires ?", []),
    ],
)
def test_what_is_of_other_days_than_the_one_asked_about(question, expected):
    assert others(ROWS, question) == expected


@pytest.mark.parametrize(
    ("rows", "question", "expected"),
    [
        (["Lundi - vendredi : 8 h", "Samedi : 9 h"], "ouvert mercredi ?", [1]),
        (["Lun. - Ven. : 8 h", "Sam. : 9 h"], "ouvert samedi ?", [0]),
        (["Lundi et mardi 9h-12h", "Mercredi fermé"], "ouvert mercredi ?", [0]),
        (["| Lundi | 9 h |", "| Mardi | 10 h |"], "ouvert mardi ?", [0]),
        (["Tous les jours sauf le lundi : 9 h", "Mardi : 10 h"], "ouvert mardi ?", []),
        (["Mercredi : 9 h", "Mardi : 10 h"], "Qui a vu la mer.", []),
        (["Jeudi : 9 h", "Elle ferme le lundi.", "On voit la mer."], "ouvert jeudi ?", [1]),
        (["Jeudi : 9 h", "Ouvert tous les jours sauf le lundi."], "ouvert jeudi ?", []),
        (["Il a dit : à jeudi.", "Elle ferme le lundi."], "ouvert jeudi ?", []),
        (["Samedi : 9 h", "Jours fériés : fermé"], "Quels jours est-ce ouvert ?", []),
        (["Lundi : 9 h", "Jours fériés : fermé"], "Quels horaires un jour normal ?", []),
        (["Samedi : 9 h", "Vacances : 8 h"], "Quelle heure le samedi et en vacances ?", []),
        (["Samedi : 9 h", "Il est reporté au dimanche."], "Quel jour, pour le samedi ?", []),
        (TRAINING, "Qui s'entraîne le vendredi ?", [0, 1, 2]),
        # What a question names has other days than it says.
        (TRAINING, "Les seniors filles jouent-elles le vendredi ?", [0, 1, 3]),
    ],
)
def test_rows_of_days_as_they_are_written(rows, question, expected):
    assert others(rows, question) == expected


LIST = (
    "Public : enfants de 3 à 6 ans",
    "Tarif : 5 €",
    "Secrétaire de séance : M. Roy",
    "Lieu : Metz",
)
TARIFFS = ("Tarifs 2023", "Adulte : 9 €", "Enfant : 5 €", "Enfant de moins de 4 ans : gratuit")
NESTED = ("- Cantine :", "  - enfant : 3 €", "  - adulte : 6 €", "- Étude (le soir) : 2 €")
COLUMNS = ("Modèle   Prix   Poids", "Galerne 3   389 €   15 kg", "Galerne 7   469 €   14 kg")


@pytest.mark.parametrize(
    ("rows", "question", "expected"),
    [
        (BIKES, "Quel vélo ?", [0]),
        (BIKES, "Quel est le coloris du Galerne 7 ?", [0, 1, 3]),
        (BIKES, "prix du galerne", [0, 3]),
        (BIKES, "prix du Galerne 3 et du Suroît", [0, 2]),
        (BIKES, "Galerne 5", [0]),
        (COLUMNS, "prix du Galerne 7", [0, 1]),
        (LIST, "Quel est le tarif ?", [0, 2, 3]),
        # Two rows have each a word of the question, and so they stay.
        (LIST, "Tarif et lieu ?", [0, 2]),
        (LIST, "Qui était là à la séance ?", []),
        (LIST, "Où est-ce ?", []),
        (LIST, "Quand a lieu la séance ?", []),
        (LIST, "Quand la séance a-t-elle lieu ?", []),
        (LIST, "Quel est le lieu de la séance ?", [0, 1]),
        (TARIFFS, "Combien pour un adulte ?", [2, 3]),
        (TARIFFS, "Combien pour un enfant de 8 ans ?", [1]),
        (TARIFFS, "Combien pour un enfant de moins de 4 ans ?", [1, 2]),
        (("Adulte : 9 €", "Groupe (10 personnes) : 4 €"), "Prix par personne ?", []),
        (NESTED, "Combien coûte l'étude ?", []),
        (NESTED, "Combien paie un adulte à la cantine ?", [1]),
        (("1. Galerne : 3 €", "2. Suroît : 5 €"), "prix du Suroît en 2023", [0]),
        (("Jour : 3 mai", "Heure : 9 h", "Lieu : Metz"), "Le jour de la fête ?", [1, 2]),
        (("Date : 3 mai", "Inscription : 2 mai"), "À quelle date s'inscrire ?", []),
        (("Heure de clôture : 18 h", "Ouverture : 9 h"), "À quelle heure ouvre-t-il ?", []),
        # The first line may name the columns.
        (("Jour : Heures", "Noël : 9 h", "Été : 8 h"), "Quels jours et quelles heures ?", []),
        (("Il dit : oui. Elle dit : non.", "Lieu : Metz"), "Où ?", []),
    ],
)
def test_rows_of_other_things_than_the_one_asked_about(rows, question, expected):
    assert others(rows, question) == expected


def test_rows_are_lines():
    text = "Paul : 3 points. Marie : 4 points."
    passage = Passage("a", 0, len(text), text, ((0, 16), (17, 34)))
    assert passed_over(passage, read_question("Combien de points a Marie ?")) == (set(), [])


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("Quel est le coloris du Galerne 7 ?", "vert"),
        ("Prix et coloris du Galerne 7 ?", "469 € ; 7 ; vert"),
        ("Le Galerne 7 est-il beau ?", "469 € ; 7 ; vert"),
        ("Quel est le prix ?", "469 €"),
        ("Quel coloris a le vélo au prix de 469 € ?", "vert"),
        ("Qui a pour prix 469 € ?", "469 € ; 7 ; vert"),
    ],
)
def test_cells_of_other_columns_than_the_one_asked_about(question, left):
    passage = lines(*BIKES)
    _, spans = passed_over(passage, read_question(question))
    start, _ = passage.sentences[2]
    row = BIKES[2]
    kept = [cell for cell in cells(row) if (start + cell.start, start + cell.end) not in spans]
    assert " ; ".join(row[cell.value : cell.end] for cell in kept) == left


def test_a_column_is_named_by_all_its_words():
    passage = lines("A – Prix : 5 € ; Prix adhérent : 4 €")
    assert passed_over(passage, read_question("Quel prix adhérent ?"))[1] == [(4, 14)]
    assert passed_over(passage, read_question("Quel prix ?"))[1] == [(17, 36)]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("A – B – Prix : 3 ; 4 € ; Note : a : b", [("Prix", "3 ; 4 €"), ("Note", "a : b")]),
        ("A – B ; Prix : 3", []),
        ("Prix : 3 ; Note : 4", []),
        ("", []),
    ],
)
def test_cells(row, found):
    assert [(cell.column, row[cell.value : cell.end]) for cell in cells(row)] == found
