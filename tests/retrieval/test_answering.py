"""What is highlighted, merged and put first, on passages with scores made up for it."""

import math
from dataclasses import replace

import numpy as np
import pytest

from retrieval.answering import (
    choose,
    cite,
    question_terms,
    read_passage,
    rerank,
    weigh_evidence,
)
from retrieval.confidence import HighlightWeights, RankingWeights
from retrieval.french import analyze
from retrieval.reader import Extract, ReaderJudgement
from retrieval.records import AnswerSpan, Passage, Reference
from retrieval.short_answers import short_answers

WEIGHTS = HighlightWeights(cosine=10.0, coverage=0.0, context=0.0, kind=0.0, share=0.02)


def passage_of(article, *sentences):
    spans, text = [], ""
    for sentence in sentences:
        start = len(text) + (1 if text else 0)
        text = f"{text} {sentence}".strip()
        spans.append((start, start + len(sentence)))
    return Passage(article, 0, len(text), text, tuple(spans)), Reference(article, article, "…")


def later(found, start):
    """The same, where its text is further down its article."""
    passage, reference = found
    sentences = tuple((start + first, start + last) for first, last in passage.sentences)
    end = start + len(passage.text)
    return replace(passage, start=start, end=end, sentences=sentences), reference


def terms_of(question, *, passages=100):
    tokens = list(dict.fromkeys(analyze(question)))
    return question_terms(question, [1] * len(tokens), tokens, passages=passages)


def reading_of(question, score, found, cosines):
    return read_passage(score, found, np.array(cosines, np.float32), terms_of(question), WEIGHTS)


def cited(readings, terms, *, k):
    return cite(choose(readings, terms, k=k))


def judged(text, *extracts, relevance=0.0, presence=1.0, begins=None):
    """What a reader says of a text whose short answers are the words given with their share.

    An answer begins where they do, or at the first of the words of `begins` with theirs.
    """
    return ReaderJudgement(
        relevance,
        presence,
        tuple(
            Extract(text.index(words), text.index(words) + len(words), share)
            for words, share in extracts
        ),
        tuple((text.index(words), share) for words, share in begins or extracts),
    )


def read(question, score, found, cosines, *extracts, weights=WEIGHTS, **said):
    judgement = judged(found[0].text, *extracts, **said)
    return read_passage(
        score, found, np.array(cosines, np.float32), terms_of(question), weights, judgement
    )


def shown(citation):
    return [citation.text[start:end] for start, end in citation.highlights]


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

    def test_no_more_than_asked_for(self):
        readings = [
            reading_of("Qui ?", 0.5, passage_of(name, f"Phrase de {name}."), [0.5])
            for name in "abcd"
        ]
        assert [c.rank for c in cited(readings, terms_of("Qui ?"), k=2)] == [1, 2]


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


class TestShortAnswers:
    def chosen(self, *readings):
        return [[reading] for reading in readings]

    def counted(self, article, text, words, *, score=2.0, probability=0.8):
        """A passage that gives `words` as the answer to « Combien ? »."""
        return read("Combien ?", score, passage_of(article, text), [0.5], (words, probability))

    def test_the_same_in_other_words_is_one_answer_as_probable_as_its_likeliest(self):
        text = "Ce sont 25 millions de gens."
        readings = self.chosen(
            self.counted("a", "Il y a 25 millions.", "25 millions"),
            self.counted("b", text, "25 millions de gens", probability=0.4),
        )
        (answer,) = short_answers(readings, question="Combien ?", confidence=0.7)
        assert answer.text == "25 millions"
        assert answer.probability == pytest.approx(0.7)
        assert answer.spans == (AnswerSpan(1, 7, 18), AnswerSpan(2, 8, 27))

    def test_other_values_are_kept_apart_and_as_probable_as_their_passage(self):
        readings = self.chosen(
            self.counted("a", "Il y a 25 millions.", "25 millions"),
            self.counted("b", "Ils sont 3 millions.", "3 millions", score=2.0 - np.log(2)),
        )
        first, second = short_answers(readings, question="Combien ?", confidence=0.6)
        assert (first.text, second.text) == ("25 millions", "3 millions")
        assert second.probability == pytest.approx(0.3)
        assert second.spans == (AnswerSpan(2, 9, 19),)

    def test_what_is_hardly_likely_is_left_out(self):
        text = "Jean et Luc."
        readings = self.chosen(
            read("Qui ?", 2.0, passage_of("a", text), [0.5], ("Jean", 0.9), ("Luc", 0.06)),
            read("Qui ?", -3.0, passage_of("b", "Marie."), [0.5], ("Marie", 0.9)),
        )
        found = short_answers(readings, question="Qui ?", confidence=0.9)
        assert [each.text for each in found] == ["Jean"]

    def test_without_a_reader_or_an_extract_there_is_none(self):
        unread = reading_of("Qui ?", 0.5, passage_of("a", "Jean."), [0.5])
        empty = read("Qui ?", 0.5, passage_of("a", "Jean."), [0.5])
        assert short_answers([[unread]], question="Qui ?", confidence=0.9) == ()
        assert short_answers([[empty]], question="Qui ?", confidence=0.9) == ()
        assert short_answers([], question="Qui ?", confidence=0.9) == ()

    @pytest.mark.parametrize(
        ("question", "told"),
        [
            ("Le chat est-il noir ?", "Le chat y est noir."),
            ("est ce que le chat est NOIR", "Le chat y est noir."),
            ("Des chats sont-ils noirs ?", "Le chat y est noir."),
            ("Le chat est-il vieux ?", "est noir"),
            ("Qui est noir ?", "est noir"),
            ("Le chat est-il noir ou blanc ?", "est noir"),
        ],
    )
    def test_a_question_of_yes_or_no_is_answered_by_the_sentence_not_by_its_echo(
        self, question, told
    ):
        whole = passage_of("a", "Il fait nuit.", "Le chat y est noir.", "Il dort.")
        reading = read(question, 2.0, later(whole, 100), [0.5] * 3, ("est noir", 0.6))
        (answer,) = short_answers([[reading]], question=question, confidence=0.9)
        assert answer.text == told
        start = whole[0].text.index(told)
        assert answer.spans == (AnswerSpan(1, start, start + len(told)),)

    @pytest.mark.parametrize(
        ("echo", "other", "told"),
        [(0.5, 0.3, "Il est noir depuis 2014."), (0.3, 0.5, "depuis 2014")],
    )
    def test_what_stands_in_the_sentence_of_a_likelier_answer_is_no_other(self, echo, other, told):
        passage = passage_of("a", "Il est noir depuis 2014.", "Il est noir.")
        extracts = [("est noir", echo), ("depuis 2014", other)]
        reading = read("Est-il noir ?", 2.0, passage, [0.5] * 2, *extracts)
        (answer,) = short_answers([[reading]], question="Est-il noir ?", confidence=0.9)
        assert answer.text == told
        assert len(answer.spans) == 1

    def test_echoes_of_two_articles_are_one_answer(self):
        question = "Est-ce noir ?"
        readings = self.chosen(
            read(question, 2.0, passage_of("a", "Le chat est noir."), [0.5], ("noir", 0.6)),
            read(question, 2.0, passage_of("b", "Il paraît noir."), [0.5], ("noir", 0.5)),
        )
        (answer,) = short_answers(readings, question=question, confidence=0.9)
        assert answer.text == "Le chat est noir."
        assert answer.spans == (AnswerSpan(1, 0, 17), AnswerSpan(2, 0, 15))

    def test_an_echo_with_a_negation_says_what_was_asked(self):
        question = "Le chat est-il noir ?"
        passage = passage_of("a", "Le chat n’est pas noir.")
        reading = read(question, 2.0, passage, [0.5], ("n’est pas noir", 0.6))
        (answer,) = short_answers([[reading]], question=question, confidence=0.9)
        assert answer.text == "n’est pas noir"

    def test_an_echo_beyond_its_sentence_is_not_cut(self):
        question = "Est-il noir ?"
        passage = passage_of("a", "Il est.", "Noir.")
        reading = read(question, 2.0, passage, [0.5] * 2, ("est. Noir.", 0.6))
        (answer,) = short_answers([[reading]], question=question, confidence=0.9)
        assert answer.text == "Il est. Noir."
