"""What is highlighted, merged and put first, on passages with scores made up for it."""

import numpy as np
import pytest

from retrieval.answering import cite, question_terms, read_passage, weigh_evidence
from retrieval.confidence import HighlightWeights
from retrieval.french import analyze
from retrieval.records import Passage, Reference

WEIGHTS = HighlightWeights(cosine=10.0, coverage=0.0, context=0.0, kind=0.0, share=0.02)


def passage_of(article, *sentences):
    spans, text = [], ""
    for sentence in sentences:
        start = len(text) + (1 if text else 0)
        text = f"{text} {sentence}".strip()
        spans.append((start, start + len(sentence)))
    return Passage(article, 0, len(text), text, tuple(spans)), Reference(article, article, "…")


def terms_of(question, *, passages=100):
    tokens = list(dict.fromkeys(analyze(question)))
    return question_terms(question, [1] * len(tokens), tokens, passages=passages)


def reading_of(question, score, found, cosines):
    return read_passage(score, found, np.array(cosines, np.float32), terms_of(question), WEIGHTS)


def shown(citation):
    return [citation.text[start:end] for start, end in citation.highlights]


class TestHighlight:
    found = passage_of("a", "Un chat dort.", "Un chien court.", "Il pleut.")

    def test_the_best_sentence_is_highlighted(self):
        reading = reading_of("Qui dort ?", 0.5, self.found, [0.9, 0.8, 0.7])
        (citation,) = cite([reading], terms_of("Qui dort ?"), k=3)
        assert shown(citation) == ["Un chat dort."]

    def test_one_nearly_as_likely_is_highlighted_too_in_the_order_of_the_text(self):
        # exp(10 × -0.03) = 0.74 is above 0.7, exp(10 × -0.04) = 0.67 is below.
        close = reading_of("Qui dort ?", 0.5, self.found, [0.87, 0.90, 0.1])
        far = reading_of("Qui dort ?", 0.5, self.found, [0.86, 0.90, 0.1])
        (both,) = cite([close], terms_of("Qui dort ?"), k=3)
        (one,) = cite([far], terms_of("Qui dort ?"), k=3)
        assert shown(both) == ["Un chat dort.", "Un chien court."]
        assert shown(one) == ["Un chien court."]

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
        first, second = cite(readings, terms_of("Quelle route ?"), k=3)
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
        found = cite(readings, terms_of(question), k=3)
        assert [c.quotations[0].reference.article_id for c in found] == order

    def test_no_more_than_asked_for(self):
        readings = [
            reading_of("Qui ?", 0.5, passage_of(name, f"Phrase de {name}."), [0.5])
            for name in "abcd"
        ]
        assert [c.rank for c in cite(readings, terms_of("Qui ?"), k=2)] == [1, 2]


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
    assert found.best_coverage == pytest.approx(2 / 4)
    assert found.names == 1.0
    assert found.sentence == pytest.approx(0.7)
    assert found.cosine == pytest.approx(0.9)
    assert found.margin == pytest.approx(0.09)  # to the tenth
    assert found.bm25 == pytest.approx(8.0 / sum(terms.weights.values()))
    assert found.bm25_margin == pytest.approx(4.0 / sum(terms.weights.values()))
    assert found.terms == pytest.approx(np.log(5))
