"""Markdown as it is quoted, by cases worked out by hand."""

import pytest

from retrieval.corpus_markdown import render


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        (
            "Chaque salarié acquiert **2,5 jours** *ouvrables*.",
            "Chaque salarié acquiert 2,5 jours ouvrables.",
        ),
        (
            "[Écrire](mailto:a@b.fr) à <a@b.fr>, [ici][1].\n\n[1]: https://b.fr",
            "Écrire (a@b.fr) à a@b.fr, ici.",
        ),
        ("[Appelez](tel:+33%202) le [02](tel:02).", "Appelez (+33 2) le 02."),
        ("![Photo du bureau](img/bureau.png)", "Photo du bureau"),
        ("![logo](l.png) ![IMG_12.png](i.png)", ""),
        ("Le 02&nbsp;41, R&D, 5 < 6.", "Le 02\u00a041, R&D, 5 < 6."),
        (
            "La chaise n'est pas fournie.<br>\nLe bureau, si.",
            "La chaise n'est pas fournie.\nLe bureau, si.",
        ),
        ("Une ligne\nqui continue.", "Une ligne\nqui continue."),
        ("Cela coûte ~~12 €~~ 15 €.", "Cela coûte 15 €."),
        ("Titre\n------\n\n***\n\n## Suite ##\nFin.", "Titre\n\nSuite\n\nFin."),
        ("> **Attention** : fermé.\n> Sonnez.", "Attention : fermé.\nSonnez."),
        ("Tapez `ls *` :\n\n```sh\nls *\n  cd\n```", "Tapez ls * :\n\nls *\n  cd"),
        (
            "Vu[^1] : oui.\n\n[^1]: https://b.fr\n[^n]: Deux **notes**.",
            "Vu[1] : oui.\n\n[1] https://b.fr\n[n] Deux notes.",
        ),
    ],
)
def test_marks_go_and_words_stay(markdown, text):
    assert render(markdown) == (text, None)


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        (
            "Avant.\n\n<!-- brouillon :\n\nne pas publier -->\n\nAprès<!-- x -->.",
            "Avant.\n\nAprès.",
        ),
        (
            '<div class="menu">\n  <p>Accueil &amp; <b>plan</b></p>Fin\n</div>',
            "Accueil & plan\nFin",
        ),
        ("<script>\nif (a < b) c;\n</script>\n\nUn.", "Un."),
        ("<div><![abc]>Un.</div>", "Un."),
    ],
)
def test_comments_and_tags_go(markdown, text):
    assert render(markdown) == (text, None)


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("* un\n* deux\n\n  bis\n  + trois", "- un\n- deux\n  bis\n  - trois"),
        ("1. un\n1. deux", "1. un\n2. deux"),
        # A text that numbers its articles may lack some.
        ("3) un\n5) deux", "3) un\n5) deux"),
    ],
)
def test_list_items_are_lines(markdown, text):
    assert render(markdown) == (text, None)


@pytest.mark.parametrize(
    ("markdown", "rows"),
    [
        (
            "Jour | Horaires\n---|---\nSamedi | 10h<br>14h\nNoël :|  ",
            ["Jour : Horaires", "Samedi : 10h, 14h", "Noël :"],
        ),
        ("| | **Tarif** |\n|---|--:|\n| Rue : | a \\| b |", ["Tarif", "Rue : a | b"]),
        (
            "|Jour|De|À|\n|-|-|-|\n|Samedi|10h|12h|\n|Lundi||",
            ["Jour – De ; À", "Samedi – De : 10h ; À : 12h", "Lundi"],
        ),
        ("|Un|\n|-|\n|Deux|", ["Un", "Deux"]),
    ],
)
def test_a_row_has_the_names_of_its_cells(markdown, rows):
    assert render(markdown) == ("\n\n".join(rows), None)


@pytest.mark.parametrize(
    ("markdown", "title"),
    [
        ("![logo](l.png)\n\n# Le **titre** &amp;\n\nUn.", "Le titre &"),
        ("Le\ntitre\n===\n", "Le titre"),
        ("## Un\n\n# Deux", None),
        ("Un.\n\n# Deux", None),
        ("> # Un", None),
        ("", None),
    ],
)
def test_the_title_is_a_heading_of_the_first_level_at_the_top(markdown, title):
    assert render(markdown)[1] == title
