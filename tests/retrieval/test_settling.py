"""How many passages are read for a question, and what becomes of the others."""

from dataclasses import replace

import numpy as np
import pytest

from retrieval.calibration.reader import READS_ALL, SETTLED_RIGHT, least_settling
from retrieval.confidence import RankingWeights, load_calibration
from retrieval.consulting import READ_DEPTH, READ_FIRST
from retrieval.index.store import open_store
from retrieval.reader import Extract, ReaderJudgement
from retrieval.records import Headed
from retrieval.retriever import Retriever
from tests.retrieval.evaluation.fake_reader import RoteReader

SENTENCE = "Le service est gratuit et n’a pas recours aux annonces publicitaires."
QUESTION = "Combien d'utilisateurs Telegram a-t-il gagnés en 72 heures ?"


class CountingReader:
    """Finds every passage as relevant as it is told, in the order of reading."""

    digest = RoteReader.digest

    def __init__(self, relevance):
        self.relevance = relevance
        self.read_texts = []

    def read(self, question, passages, *, whole=False):
        del question, whole
        first = len(self.read_texts)
        self.read_texts += passages
        return [
            ReaderJudgement(self.relevance(first + place), 0.0, (Extract(0, 1, 0.5),))
            for place in range(len(passages))
        ]


@pytest.fixture
def open_with(seeds_index, encoder):
    """Open the seeds with a reader; one passage of relevance 2 settles it."""
    calibration = load_calibration()
    rules = replace(
        calibration.reader,
        digest=RoteReader.digest,
        ranking=RankingWeights(relevance=1.0, presence=0.0, retrieved=0.01),
        settled=2.0,
    )
    opened = []

    def open_(reader):
        retriever = Retriever(
            open_store(seeds_index),
            encoder,
            reader=reader,
            calibration=replace(calibration, reader=rules),
        )
        opened.append(retriever)
        return retriever

    yield open_
    for each in opened:
        each.close()


def passages_of(retriever):
    """The passages as they are read, and as they are quoted."""
    hits = retriever.search(QUESTION, k=READ_DEPTH)
    headed = [Headed(hit.reference.heading, hit.passage.text) for hit in hits]
    return headed, [hit.passage.text for hit in hits]


def test_the_first_passages_settle_it(open_with):
    reader = CountingReader(lambda place: 2.0 if place == 3 else -1.0)
    retriever = open_with(reader)
    headed, retrieved = passages_of(retriever)
    assert len(retrieved) > READ_FIRST
    consulted = retriever.consult_many([QUESTION])[0]
    assert reader.read_texts == headed[:READ_FIRST]
    found = [each.passage.text for each in consulted.readings]
    assert found[0] == retrieved[3]
    assert found[READ_FIRST:] == retrieved[READ_FIRST:]
    assert all(each.judgement is None for each in consulted.readings[READ_FIRST:])
    scores = [each.score for each in consulted.readings]
    assert scores == sorted(scores, reverse=True)
    reader.read_texts.clear()
    hits = retriever.search(QUESTION, k=READ_DEPTH, mode="reranked")
    assert [hit.passage.text for hit in hits] == found


def test_where_they_do_not_all_are_read(open_with):
    reader = CountingReader(lambda place: 1.9 if place < READ_FIRST else 3.0)
    retriever = open_with(reader)
    headed, retrieved = passages_of(retriever)
    consulted = retriever.consult_many([QUESTION])[0]
    assert reader.read_texts == headed
    assert consulted.readings[0].passage.text in retrieved[READ_FIRST:]


class TestFitting:
    def test_it_is_the_least_relevance_that_rarely_changes_the_first_passage(self):
        # From 3000 upwards all keep their first passage, below it every other one.
        relevance = np.arange(10_000.0)
        is_same = (relevance >= 3000) | (relevance % 2 == 0)
        settled, share = least_settling(relevance, is_same)
        kept = is_same[relevance >= settled]
        assert kept.mean() >= SETTLED_RIGHT
        assert is_same[relevance >= settled - 2].mean() < SETTLED_RIGHT
        assert share == pytest.approx(len(kept) / 10_000, abs=1e-4)
        # One in a hundred of them all: m / 2 = 0.01 (7000 + m).
        assert settled == pytest.approx(3000 - 143, abs=2)

    def test_where_the_surest_change_it_nothing_settles_it(self):
        settled, share = least_settling(np.array([1.0, 2.0]), np.array([True, False]))
        assert (settled, share) == (READS_ALL, 0.0)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Signal est-il gratuit ?", SENTENCE),
        ("Signal est-il gratiut ?", SENTENCE),
        ("Comment est Signal ?", "gratuit"),
    ],
)
def test_what_echoes_the_question_as_it_was_read_becomes_its_sentence(open_with, question, told):
    reader = RoteReader({"Signal est-il gratuit ?": "gratuit", "Comment est Signal ?": "gratuit"})
    assert open_with(reader).answer(question).answers[0].text == told
