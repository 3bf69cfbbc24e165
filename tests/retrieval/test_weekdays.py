"""Days of the week: which a text names, and which rows of a timetable are of others."""

import pytest

from retrieval.weekdays import rows_of_other_days, weekdays

ROWS = (
    "Horaires",
    "lundi : 12 h - 14 h",
    "Mardi au jeudi : 17 h",
    "Vendredi – Matin : 8 h ; Soir : 17 h",
    "- dimanche toute l'année : 9 h",
    "Fermé le samedi 3 mai.",
    "Tous les jours : 8 h",
)


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
    ("question", "others"),
    [
        ("Quels horaires le vendredi ?", [1, 2, 4]),
        ("ouvert mercredi ?", [1, 3, 4]),
        ("le dimanche", [1, 2, 3]),
        # No row is of a Saturday.
        ("Ouvert le samedi ?", []),
        ("Quels horaires ?", []),
    ],
)
def test_rows_of_other_days_than_the_one_asked_about(question, others):
    assert rows_of_other_days(ROWS, question) == others


@pytest.mark.parametrize(
    ("rows", "question", "others"),
    [
        (["Lundi - vendredi : 8 h", "Samedi : 9 h"], "ouvert mercredi ?", [1]),
        (["Lun. - Ven. : 8 h", "Sam. : 9 h"], "ouvert samedi ?", [0]),
        (["Lundi et mardi 9h-12h", "Mercredi fermé"], "ouvert mercredi ?", [0]),
        (["| Lundi | 9 h |", "| Mardi | 10 h |"], "ouvert mardi ?", [0]),
        (["Tous les jours sauf le lundi : 9 h", "Mardi : 10 h"], "ouvert mardi ?", []),
        (["Mercredi : 9 h", "Mardi : 10 h"], "Qui a vu la mer.", []),
    ],
)
def test_rows_as_they_are_written(rows, question, others):
    assert rows_of_other_days(rows, question) == others
