"""`make bench`: what a whole answer costs, beside encoding its question with sentence-transformers.

Twenty passages of some 150 tokens are read: as many as the reader reads, and as long as news
paragraphs are. The corpus answers the questions, so that its passages are the likest to them, and
all twenty are read, though eight would settle most of them.
"""

from dataclasses import replace

import pytest

from retrieval.calibration.reader import READS_ALL
from retrieval.confidence import load_calibration
from retrieval.consulting import READ_DEPTH
from retrieval.index.build import build_store
from retrieval.index.store import open_store
from retrieval.passages import Splitting
from retrieval.reader.reader import load_reader
from retrieval.records import Article, Reference
from retrieval.retriever import Retriever
from tests.benchmarks.bulk import medians, questions_on_sentences, sentences

MOST = 25
PASSAGE_TOKENS = 180
QUESTIONS = questions_on_sentences(30)


@pytest.fixture(scope="module")
def retriever(encoder, tmp_path_factory):
    out = tmp_path_factory.mktemp("answer")
    articles = [
        Article(Reference(f"{n}.txt", f"{n}.txt", "…"), " ".join(sentences()[40 * n : 40 * n + 40]))
        for n in range(30)
    ]
    build_store(articles, out, encoder=encoder, splitting=Splitting(max_tokens=PASSAGE_TOKENS))
    calibration = load_calibration()
    rules = replace(calibration.reader, settled=READS_ALL)
    with Retriever(
        open_store(out),
        encoder,
        reader=load_reader(encoder=encoder),
        calibration=replace(calibration, reader=rules),
    ) as opened:
        yield opened


def test_an_answer_costs_at_most_twenty_five_encodings(encoder, retriever):
    passages = [
        hit.passage.text for hit in retriever.search(QUESTIONS[0], k=READ_DEPTH, mode="hybrid")
    ]
    tokens = sum(encoder.count_tokens(passages)) / len(passages)
    retriever.answer(QUESTIONS[0])
    plain, answer = medians(
        [
            lambda n: encoder.model.encode([QUESTIONS[n]], prompt="query: "),
            lambda n: retriever.answer(QUESTIONS[n]),
        ],
        rounds=len(QUESTIONS),
    )
    print(  # noqa: T201
        f"\n{len(passages)} passages of {tokens:.0f} tokens: encoding the question "
        f"{plain * 1e3:.1f} ms, the whole answer {answer * 1e3:.0f} ms: {answer / plain:.1f}"
    )
    assert answer <= MOST * plain
