"""A passage is indexed and read under its article's title, and quoted without it."""

import numpy as np
import pytest

from retrieval.index.build import build_store
from retrieval.index.store import open_store
from retrieval.reader.reader import load_reader
from retrieval.records import HEADING_CHARACTERS, Headed, Reference
from retrieval.retriever import Retriever
from tests.retrieval.evaluation.fake_reader import RoteReader, rote_calibration
from tests.retrieval.index.small import SmallEncoder, article, vector

TEXT = "Il y fait chaud en hiver. Il n'y pleut jamais."


class TestHeading:
    def test_it_is_the_title(self):
        assert Reference("a", "a", "Il", title="L'Égypte").heading == "L'Égypte : "
        assert not Reference("a", "a", "Il").heading
        assert not Reference("a", "a", "Il", title="").heading

    def test_an_article_that_opens_with_its_title_has_none(self):
        title = "Telegram a gagné trois millions d'utilisateurs"
        assert not Reference("a", "a", "Telegram a gagné trois", title=title).heading
        assert not Reference("a", "a", title, title=title).heading
        assert Reference("a", "a", "Telegram a perdu", title=title).heading

    def test_a_long_or_broken_title_is_one_short_line(self):
        heading = Reference("a", "a", "Il", title="Un titre\n sans  fin " * 50).heading
        assert heading.startswith("Un titre sans fin Un titre")
        assert heading.endswith("… : ")
        assert len(heading) <= HEADING_CHARACTERS + len(" : ")


@pytest.fixture
def built(tmp_path):
    def build(encoder, *articles):
        build_store(articles, tmp_path / "index", encoder=encoder)
        return open_store(tmp_path / "index")

    return build


def test_a_passage_is_found_by_its_title(built):
    egypt, peru = article("a", TEXT, title="Égypte"), article("b", TEXT, title="Pérou")
    with built(SmallEncoder(), egypt, peru) as store:
        assert store.lexical(["perou"], 10).numbers.tolist() == [1]
        dense = store.dense(np.stack([vector(f"Pérou : {TEXT}")]), 1)[0]
        assert dense.numbers.tolist() == [1]
        # Its sentences are encoded as they stand.
        (scores,) = store.sentence_scores(vector("Il n'y pleut jamais."), np.array([1]))
        assert scores[1] == pytest.approx(1.0, abs=1e-3)


def test_another_title_is_encoded_and_the_same_is_not(built):
    built(SmallEncoder(), article("a", TEXT, title="Égypte")).close()
    again = SmallEncoder()
    built(again, article("b", TEXT, title="Égypte")).close()
    assert again.encoded == []
    other = SmallEncoder()
    built(other, article("b", TEXT, title="Pérou")).close()
    assert f"Pérou : {TEXT}" in other.encoded


def test_a_title_that_leaves_no_room_is_left_out(built):
    long = article("a", TEXT, title="mot " * 39)
    encoder = SmallEncoder()
    built(encoder, long).close()
    assert TEXT in encoder.encoded
    assert not any(len(text.split()) > encoder.max_tokens for text in encoder.encoded)


class TestReading:
    def test_nothing_is_taken_from_a_heading(self, encoder):
        reader = load_reader(encoder=encoder)
        question = "Combien d'utilisateurs Telegram a-t-il gagnés ?"
        headline = "Telegram a gagné trois millions d'utilisateurs : "
        text = "La plateforme affirme avoir connu une hausse de ses inscriptions."
        headed, alone = (
            reader.read(question, [Headed(heading, text)])[0] for heading in (headline, "")
        )
        assert headed.extracts
        assert all(0 <= each.start < each.end <= len(text) for each in headed.extracts)
        # Were the figure in the text, it would be found; it is the text alone that lacks it.
        inside = reader.read(question, [Headed("", headline + text)])[0]
        assert inside.presence > headed.presence
        assert headed.relevance == pytest.approx(inside.relevance, abs=1e-2)
        assert headed.relevance != alone.relevance

    def test_the_reader_sees_the_title_and_the_answer_is_quoted_without(self, tmp_path, encoder):
        where = article("a", TEXT, title="Le climat de l'Égypte")
        bare = article("b", "Rien ne dit où cela se passe.")
        build_store([where, bare], tmp_path, encoder=encoder)
        question = "Que ne fait-il jamais en Égypte ?"
        reader = RoteReader({question: "n'y pleut jamais"})
        with Retriever(
            open_store(tmp_path), encoder, reader=reader, calibration=rote_calibration()
        ) as retriever:
            answer = retriever.answer(question)
        assert {text for _, text in reader.read_pairs} == {
            ("Le climat de l'Égypte : ", TEXT),
            ("", "Rien ne dit où cela se passe."),
        }
        assert answer.answers[0].text == "n'y pleut jamais"
        quotation = answer.citations[0].quotations[0]
        assert TEXT[quotation.start : quotation.end] == quotation.text
