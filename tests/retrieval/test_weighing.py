"""What is highlighted and how much it counts, on passages with scores made up for it."""

import math
from dataclasses import replace

import numpy as np
import pytest

from retrieval.confidence import HighlightWeights, RankingWeights
from retrieval.weighing import rerank, weigh_evidence
from tests.retrieval.made import (
    cited,
    judged,
    later,
    passage_of,
    read,
    reading_of,
    shown,
    terms_of,
)


def test_coverage_adds_up_in_the_terms_order_whatever_sets_do():
    # All terms covered are the whole to the last digit, which another order would change.
    weights = {f"terme{number}": number / 10 for number in range(1, 100)}
    for count in range(2, 100):
        terms = replace(terms_of("?"), weights=dict(list(weights.items())[:count]))
        assert terms.coverage(reversed(weights)) == 1


class TestHighlight:
    found = passage_of("a", "Un chat dort.", "Un chien court.", "Il pleut.")

    def test_the_best_sentence_is_highlighted(self):
        reading = reading_of("Qui dort ?", 0.5, self.found, [0.9, 0.8, 0.7])
        (citation,) = cited([reading], terms_of("Qui dort ?"), k=3)
        assert shown(citation) == ["Un chat dort."]

    def test_one_nearly_as_likely_is_highlighted_too_in_the_order_of_the_text(self):
        # exp(10 × -0.03) = 0.74 is above 0.7, exp(10 × -0.04) = 0.67 is below.
        close = reading_of("Qui dort ?", 0.5, self.found, [0.87, 0.90, 0.1])
        far = reading_of("Qui dort ?", 0.5, self.found, [0.86, 0.90, 0.1])
        (both,) = cited([close], terms_of("Qui dort ?"), k=3)
        (one,) = cited([far], terms_of("Qui dort ?"), k=3)
        assert shown(both) == ["Un chat dort.", "Un chien court."]
        assert shown(one) == ["Un chien court."]

    @pytest.mark.parametrize(
        ("sentences", "chosen"),
        [
            (("Un chat dort ?", "Un chien court."), "Un chien court."),
            (("Un chat dort ?", "Un chien court ?"), "Un chat dort ?"),
            (("« Un chat dort ? »", "Un chien court."), "« Un chat dort ? »"),
        ],
    )
    def test_a_sentence_that_asks_is_highlighted_only_where_all_do(self, sentences, chosen):
        reading = reading_of("Un chat dort-il ?", 0.5, passage_of("a", *sentences), [0.9, 0.88])
        (citation,) = cited([reading], terms_of("Un chat dort-il ?"), k=3)
        assert shown(citation)[0] == chosen
        assert math.isfinite(reading.score)

    @pytest.mark.parametrize(
        ("article", "second", "highlighted"),
        [
            ("a", "Un chien court.", ["Il neige."]),
            ("b", "Un chien court.", ["Il neige."]),
            ("b", "Un chien dort.", ["Un chien dort.", "Il neige."]),
        ],
    )
    def test_a_second_sentence_is_not_highlighted_twice(self, article, second, highlighted):
        above = reading_of("Qui dort ?", 0.9, self.found, [0.87, 0.90, 0.1])
        below = reading_of(
            "Qui dort ?", 0.5, later(passage_of(article, second, "Il neige."), 14), [0.87, 0.90]
        )
        first, last = cited([above, below], terms_of("Qui dort ?"), k=3)
        assert shown(first) == ["Un chat dort.", "Un chien court."]
        assert shown(last) == highlighted

    def test_the_best_sentence_counts_for_its_passage(self):
        # 0.5 + 0.02 × 10 × 0.9
        assert reading_of("Qui ?", 0.5, self.found, [0.9, 0.1, 0.1]).score == pytest.approx(0.68)


def test_evidence_is_worked_out_from_the_best_three():
    question = "Le maire de Lyon aime les tramways"
    readings = [
        reading_of(question, 0.9, passage_of("a", "Le maire est là."), [0.5]),
        reading_of(question, 0.8, passage_of("b", "Lyon a des tramways."), [0.7]),
        reading_of(question, 0.7, passage_of("c", "Rien."), [0.6]),
        reading_of(question, 0.6, passage_of("d", "Le maire de Lyon aime les tramways."), [0.99]),
    ]
    terms = terms_of(question)
    dense = np.linspace(0.9, 0.79, 12, dtype=np.float32)
    found = weigh_evidence(readings, dense, np.array([8.0, 4.0], np.float32), terms)
    # Four terms of equal weight: maire, lyon, aime, tramways; « Lyon » is the one name.
    assert found.coverage == pytest.approx(1 / 4)
    assert found.names == 1.0
    assert found.sentence == pytest.approx(0.7)
    assert found.cosine == pytest.approx(0.9)
    assert found.margin == pytest.approx(0.09)  # to the tenth
    assert found.bm25 == pytest.approx(8.0 / sum(terms.weights.values()))
    assert (found.number, found.date) == (0.0, 0.0)
    of_the_reader = (found.together, found.presence, found.score, found.lead)
    assert of_the_reader == (0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("question", "signs"),
    [
        ("Combien de tramways a Lyon ?", (1.0, 0.0)),
        ("En quelle année Lyon eut-il un tramway ?", (0.0, 1.0)),
        ("Qui aime les tramways ?", (0.0, 0.0)),
    ],
)
def test_evidence_tells_what_is_asked_for(question, signs):
    readings = [reading_of(question, 0.5, passage_of("a", "Lyon a un tramway."), [0.5])]
    dense, lexical = np.ones(1, np.float32), np.ones(1, np.float32)
    found = weigh_evidence(readings, dense, lexical, terms_of(question))
    assert (found.number, found.date) == signs


class TestWithReader:
    highlighted = HighlightWeights(10.0, 0.0, 0.0, 0.0, share=0.0, answer=1.0)
    weather = passage_of("a", "Un chat dort.", "Un chien court.", "Il pleut.")

    def test_the_sentence_in_which_an_answer_begins_is_highlighted(self):
        # By cosine the first: 10 × 0.9 against 10 × 0.8; ln(0.6001) - ln(0.0001) = 8.7 is more.
        reading = read(
            "Qui ?", 0.5, self.weather, [0.9, 0.8, 0.1], ("Un chien", 0.6), weights=self.highlighted
        )
        (citation,) = cited([reading], terms_of("Qui ?"), k=3)
        assert shown(citation) == ["Un chien court."]

    def test_all_that_may_begin_in_a_sentence_counts_for_it(self):
        # The likeliest answer is the cat, but one or the other of the dog's words is likelier.
        begins = [("chat", 0.26), ("Un chien", 0.24), ("chien", 0.24), ("court", 0.24)]
        reading = read(
            "Qui ?",
            0.5,
            self.weather,
            [0.5, 0.5, 0.5],
            ("chat", 0.26),
            begins=begins,
            weights=self.highlighted,
        )
        (citation,) = cited([reading], terms_of("Qui ?"), k=3)
        assert shown(citation) == ["Un chien court."]

    def test_a_sentence_that_asks_holds_no_answer(self):
        found = passage_of("a", "Y a-t-il du feu ?", "Oui, du bois sec.")
        reading = read("Du feu ?", 0.5, found, [0.9, 0.5], ("du feu", 0.8), ("du bois sec", 0.1))
        assert reading.judgement.extracts == judged(found[0].text, ("du bois sec", 0.1)).extracts
        assert reading.sentence == found[0].sentences[1]
        assert reading.rival is None

    @pytest.mark.parametrize(
        ("title", "extract", "chosen"),
        [
            ("Horaires d'été", "Horaires d'été", 1),
            ("Horaires d'été", "9 h", 1),
            ("Dupont dirige le port", "Dupont", 0),
            (None, "Horaires d'été", 0),
        ],
    )
    def test_the_title_holds_no_answer_unless_it_is_a_part_of_it(self, title, extract, chosen):
        passage, reference = passage_of("a", title or "Horaires d'été", "On ouvre à 9 h.")
        found = passage, replace(reference, title=title)
        reading = read("?", 0.5, found, [0.9, 0.5], (extract, 0.8))
        assert reading.sentence == passage.sentences[chosen]
        kept = [passage.text[each.start : each.end] for each in reading.judgement.extracts]
        assert kept == [extract] * (extract != title)

    def test_a_row_of_another_day_than_the_one_asked_about_holds_no_answer(self):
        found = passage_of("a", "lundi : 9 h - 12 h", "mardi : 14 h - 18 h")
        answers = ("9 h - 12 h", 0.8), ("14 h - 18 h", 0.1)
        reading = read("Quels horaires le mardi ?", 0.5, found, [0.9, 0.5], *answers)
        assert reading.judgement.extracts == judged(found[0].text, answers[1]).extracts
        assert reading.sentence == found[0].sentences[1]
        assert reading.rival is None

    def test_a_cell_of_another_column_than_the_one_asked_about_holds_no_answer(self):
        found = passage_of("a", "Suroît – Prix : 629 € ; Coloris : rouge")
        answers = ("629 €", 0.8), ("rouge", 0.1)
        reading = read("Quel coloris a le Suroît ?", 0.5, found, [0.9], *answers)
        assert reading.judgement.extracts == judged(found[0].text, answers[1]).extracts
        assert reading.sentence == found[0].sentences[0]

    @pytest.mark.parametrize(("second", "count"), [(0.25, 2), (0.23, 1)])
    def test_another_two_fifths_as_likely_is_highlighted_too(self, second, count):
        answers = [("Un chien", 0.6), ("pleut", second)]
        reading = read(
            "Quoi ?", 0.5, self.weather, [0.5, 0.5, 0.5], *answers, weights=self.highlighted
        )
        (citation,) = cited([reading], terms_of("Quoi ?"), k=3)
        assert shown(citation) == ["Un chien court.", "Il pleut."][:count]

    def test_relevance_presence_and_the_search_are_weighed_together(self):
        readings = [
            read("Qui ?", 0.9, passage_of("a", "Un chat."), [0.5], relevance=-1.0, presence=0.5),
            read("Qui ?", 0.1, passage_of("b", "Un chien."), [0.5], relevance=1.0, presence=1.0),
        ]
        weights = RankingWeights(relevance=2.0, presence=0.5, retrieved=1.0)
        first, second = rerank(readings, weights)
        assert first.reference.article_id == "b"
        # The score before includes the best sentence's share: 0.02 × 10 × 0.5.
        assert first.score == pytest.approx(2.0 * 1.0 + 0.5 * 1.0 + 0.2)
        assert second.score == pytest.approx(2.0 * -1.0 + 0.5 * 0.5 + 1.0)

    def test_what_was_left_unread_follows_at_its_own_distances(self):
        found = [
            read("Qui ?", 0.9, passage_of("a", "Un chat."), [0.0], relevance=-1.0, presence=0.0),
            read("Qui ?", 0.8, passage_of("b", "Un chien."), [0.0], relevance=1.0, presence=0.0),
        ]
        unread = [
            reading_of("Qui ?", 0.7, passage_of("c", "Un boeuf."), [0.0]),
            reading_of("Qui ?", 0.5, passage_of("d", "Un âne."), [0.0]),
        ]
        weights = RankingWeights(relevance=1.0, presence=0.0, retrieved=0.0)
        ranked = rerank([*found, *unread], weights)
        assert [each.reference.article_id for each in ranked] == ["b", "a", "c", "d"]
        assert [each.score for each in ranked] == pytest.approx([1.0, -1.0, -1.0, -1.2])
        assert rerank([], weights) == []

    def test_evidence_is_about_the_first_passage(self):
        readings = [
            read("Qui ?", 3.0, passage_of("a", "Un chat."), [0.5], ("chat", 0.8), relevance=2.0),
            read("Qui ?", 1.0, passage_of("b", "Un chien."), [0.5], ("chien", 0.9)),
        ]
        found = weigh_evidence(readings, np.ones(2, np.float32), np.ones(2), terms_of("Qui ?"))
        assert found.presence == 1.0
        assert found.score == pytest.approx(3.0 + 0.02 * 10 * 0.5)  # the best sentence's share
        assert found.lead == pytest.approx(2.0)

    def test_evidence_is_about_all_that_was_read(self):
        readings = [
            read("Qui ?", 3.0, passage_of("a", "Un chat."), [0.5], relevance=math.log(3)),
            read("Qui ?", 2.0, passage_of("b", "Un chien."), [0.5], relevance=math.log(5)),
            read("Qui ?", 1.0, passage_of("c", "Un coq."), [0.5], relevance=math.log(2)),
            reading_of("Qui ?", 0.1, passage_of("d", "Une poule."), [0.5]),
        ]
        dense, lexical = np.ones(4, np.float32), np.ones(4)
        found = weigh_evidence(readings, dense, lexical, terms_of("Qui ?"))
        assert found.together == pytest.approx(math.log(3 + 5 + 2))
