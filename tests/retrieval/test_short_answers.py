"""The short answers that readings made up for it give."""

import numpy as np
import pytest

from retrieval.records import AnswerSpan
from retrieval.short_answers import short_answers
from tests.retrieval.made import later, passage_of, read, reading_of


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

    def test_without_one_of_the_first_citation_there_is_none(self):
        empty = read("Qui ?", 2.0, passage_of("a", "Jean."), [0.5])
        below = read("Qui ?", 2.0, passage_of("b", "Luc."), [0.5], ("Luc", 0.9))
        assert short_answers(self.chosen(empty, below), question="Qui ?", confidence=0.9) == ()

    @pytest.mark.parametrize(
        ("question", "text", "extract", "is_answer"),
        [
            ("Combien de gens y avait-il ?", "Combien de gens ? cria-t-il.", "Combien", False),
            (
                "Quand ouvre le zoo ?",
                "On dira quand le zoo ouvrira.",
                "quand le zoo ouvrira",
                False,
            ),
            ("Quand ouvre le zoo ?", "Il ouvre quand il fait nuit.", "quand il fait nuit", True),
            ("Qui ouvre le zoo ?", "Nous ouvrons le zoo.", "Nous", True),
            ("De quel zoo est-ce la clé ?", "C’est celle du zoo.", "zoo", False),
            ("Quand ouvre le zoo ?", "Quand sont-ils là ?", "sont", False),
            ("Quand ouvre le zoo ?", "Le zoo ouvre toujours.", "toujours", True),
            ("Qui a fondé le zoo Roy ?", "M. Roy l’a fondé.", "M. Roy", True),
            ("Qui est Roy ?", "C’est M. Roy.", "M.", False),
            ("Qui a fondé le zoo ?", "C’est Mme Roy.", "Mme", False),
            ("Quelle taille est-ce ?", "C’est la taille M.", "M.", True),
            ("Où est le zoo de Brest ?", "Il est à Brest.", "à Brest", True),
            ("Quel bâtiment est en bois ?", "Le bâtiment C l’est.", "bâtiment C", True),
            ("Un zoo est-il grand ou petit ?", "C’est grand.", "grand", True),
            ("Combien y a-t-il de zoos ?", "Brest a un zoo.", "un zoo", True),
            ("Quels jours ouvre-t-il ?", "Il ouvre tous les jours.", "tous les jours", True),
            ("Quand est sorti le film 2012 ?", "Il est sorti en 2012.", "2012", True),
        ],
    )
    def test_what_asks_or_says_no_more_than_the_question_is_no_answer(
        self, question, text, extract, is_answer
    ):
        reading = read(question, 2.0, passage_of("a", text), [0.5], (extract, 0.6))
        found = short_answers([[reading]], question=question, confidence=0.9)
        assert [each.text for each in found] == [extract] * is_answer

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
        ("typed", "sentence", "told"),
        [
            ("chat noir", "Chats noirs.", None),
            ("le chat n'est pas noir", "— Le chat n’est pas noir.", None),
            ("le chat n'est pas noir", "Le chat est noir.", "Le chat est noir."),
            ("chat noir", "— Le chat noir dort.", "Le chat noir dort."),
            ("chat noir ?", "Le chat est noir.", "Le chat est noir."),
            ("le chat est-il noir", "Le chat est noir.", "Le chat est noir."),
        ],
    )
    def test_a_sentence_that_only_repeats_keywords_is_no_answer(self, typed, sentence, told):
        extract = "noirs" if "noirs" in sentence else "noir"
        reading = read(typed, 2.0, passage_of("a", sentence, "Bah."), [0.5] * 2, (extract, 0.6))
        found = short_answers([[reading]], question=typed, confidence=0.9)
        assert [each.text for each in found] == [told] * (told is not None)

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

    def test_an_echo_of_what_is_denied_is_another_answer(self):
        question = "Est-ce permis ?"
        readings = self.chosen(
            read(question, 2.0, passage_of("a", "C’est permis."), [0.5], ("permis", 0.6)),
            read(question, 2.0, passage_of("b", "Ce n’est pas permis."), [0.5], ("permis", 0.5)),
        )
        found = short_answers(readings, question=question, confidence=0.9)
        assert [each.text for each in found] == ["C’est permis.", "Ce n’est pas permis."]

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
