"""Figures, units and dates, written one way."""

import pytest

from retrieval.notation import in_digits


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("deux mois", "2 mois"),
        ("un mois", "1 mois"),
        ("un serveur sur deux", "1 serveur sur 2"),
        ("un serveur en panne", "un serveur en panne"),
        ("moins cinq degrés", "-5 degrés"),
        ("au moins cinq", "au moins 5"),
        ("9h-12h30", "9 heures à 12 heures 30"),
        ("dès le 05/08/2020", "depuis le 05 août 2020"),
        ("lundi-vendredi", "lundi à vendredi"),
        ("14 m2", "14 mètres carrés"),
        ("2,3 Md€", "2,3 1000000000 euros"),
        ("02.41.55.18.70", "02 41 55 18 70"),
        ("", ""),
    ],
)
def test_figures_are_in_digits_and_units_in_full(text, expected):
    assert in_digits(text) == expected
