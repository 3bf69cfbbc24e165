"""What is merged and put first, on passages with scores made up for it."""

from dataclasses import replace

import pytest

from tests.retrieval.made import (
    cited,
    later,
    passage_of,
    read,
    reading_of,
    terms_of,
)


class TestCite:
    def test_nearly_the_same_words_and_figures_are_one_citation(self):
        words = "Le préfet a annoncé hier que la route nationale resterait fermée"
        readings = [
            reading_of("Quelle route ?", 0.9, passage_of("a", f"{words} 3 jours."), [0.9]),
            reading_of("Quelle route ?", 0.8, passage_of("b", f"{words} trois jours !"), [0.9]),
            reading_of("Quelle route ?", 0.7, passage_of("c", f"{words} 4 jours."), [0.9]),
        ]
        first, second = cited(readings, terms_of("Quelle route ?"), k=3)
        assert [q.reference.article_id for q in first.quotations] == ["a", "b"]
        assert first.quotations[1].text.endswith("trois jours !")
        assert [q.reference.article_id for q in second.quotations] == ["c"]

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Les bacs sont vidés le mardi.", "Les bacs sont vidés le mercredi."),
            ("Les chiens sont autorisés en laisse.", "Les chiens ne sont pas autorisés en laisse."),
        ],
    )
    def test_what_differs_in_the_highlighted_sentence_is_another_citation(self, one, other):
        rest = "Le parc communal ouvre chaque matin, ferme au crépuscule et accueille un kiosque."
        readings = [
            reading_of("Quand ?", 0.9, passage_of("a", one, rest), [0.9, 0.1]),
            reading_of("Quand ?", 0.8, passage_of("b", other, rest), [0.9, 0.1]),
            reading_of("Quand ?", 0.7, passage_of("c", one, f"Ici {rest}"), [0.1, 0.9]),
            reading_of("Quand ?", 0.6, passage_of("d", one, rest), [0.1, 0.9]),
        ]
        found = cited(readings, terms_of("Quand ?"), k=4)
        articles = [[q.reference.article_id for q in citation.quotations] for citation in found]
        assert articles == [["a", "d"], ["b"], ["c"]]

    @pytest.mark.parametrize(
        ("question", "order"),
        [("Combien de vaches a-t-il ?", ["a", "c", "b"]), ("Où paissent-elles ?", ["a", "b", "c"])],
    )
    def test_another_figure_goes_before_an_echo_where_a_figure_is_asked(self, question, order):
        readings = [
            reading_of(question, 0.60, passage_of("a", "Le fermier compte 25 vaches."), [0.9]),
            reading_of(question, 0.59, passage_of("b", "On y voit 25 bêtes au pré."), [0.9]),
            reading_of(
                question, 0.55, passage_of("c", "Elles étaient trente au printemps."), [0.9]
            ),
        ]
        found = cited(readings, terms_of(question), k=3)
        assert [c.quotations[0].reference.article_id for c in found] == order

    def test_a_sentence_that_is_highlighted_above_is_not_cited_again(self):
        mairie = passage_of("a", "La mairie est fermée.", "Elle ouvre le mardi et le jeudi.")
        rest = later(passage_of("a", "Elle ouvre le mardi et le jeudi.", "On y vote."), 22)
        first = replace(
            reading_of("Quand ?", 0.9, mairie, [0.9, 0.5]), rival=mairie[0].sentences[1]
        )
        readings = [first, reading_of("Quand ?", 0.8, rest, [0.9, 0.1])]
        assert len(cited(readings, terms_of("Quand ?"), k=3)) == 1
        assert (
            len(cited([replace(first, rival=None), *readings[1:]], terms_of("Quand ?"), k=3)) == 2
        )

    def test_no_more_than_asked_for(self):
        readings = [
            reading_of("Qui ?", 0.5, passage_of(name, f"Phrase de {name}."), [0.5])
            for name in "abcd"
        ]
        assert [c.rank for c in cited(readings, terms_of("Qui ?"), k=2)] == [1, 2]

    def test_another_short_answer_goes_before_an_echo_where_a_figure_is_asked(self):
        question = "Combien de vaches a-t-il ?"
        farm, field = "Le fermier compte 25 vaches.", "On y voit 25 bêtes au pré."
        spring, tale = "Elles étaient trente au printemps.", "On parle de 99 vaches."
        readings = [
            read(question, 5.0, passage_of("a", farm), [0.9], ("25 vaches", 0.9)),
            read(question, 4.9, passage_of("b", field), [0.9], ("25 bêtes", 0.9)),
            read(question, 4.0, passage_of("c", spring), [0.9], ("trente", 0.8)),
            read(question, 3.9, passage_of("d", tale), [0.9], ("99", 0.1), presence=-1.0),
        ]
        found = cited(readings, terms_of(question), k=4)
        assert [c.quotations[0].reference.article_id for c in found] == ["a", "c", "b", "d"]

    def test_what_the_reader_finds_hopeless_beside_the_first_is_not_shown(self):
        found = {"a": "Un chat dort.", "b": "Un chien court.", "c": "Il pleut."}
        scores = {"a": 9.0, "b": 2.2, "c": 2.0}
        passages = {name: passage_of(name, text) for name, text in found.items()}
        readings = [read("Qui ?", scores[n], passages[n], [0.9]) for n in found]
        shown = cited(readings, terms_of("Qui ?"), k=3)
        assert [c.quotations[0].reference.article_id for c in shown] == ["a", "b"]
        unread = [reading_of("Qui ?", scores[n], passages[n], [0.9]) for n in found]
        assert len(cited(unread, terms_of("Qui ?"), k=3)) == 3
