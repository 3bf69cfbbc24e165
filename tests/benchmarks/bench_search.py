"""`make bench`: what a search costs beside encoding its query, on ten thousand passages."""

import pytest

from retrieval import Retriever
from tests.benchmarks.bulk import KnownQueries, build_bulk, medians, plain_questions

QUESTIONS = plain_questions(60)


@pytest.fixture(scope="module")
def bulk(encoder, tmp_path_factory):
    out = tmp_path_factory.mktemp("bulk")
    build_bulk(out, encoder)
    with Retriever.open(out, encoder=KnownQueries(encoder, QUESTIONS), reader="none") as opened:
        yield opened


def test_search_beyond_encoding_is_at_most_half_of_encoding(encoder, bulk):
    bulk.search(QUESTIONS[0])
    encoding, search, answer = medians(
        [
            lambda n: encoder.encode_queries([QUESTIONS[n]]),
            lambda n: bulk.search(QUESTIONS[n]),
            lambda n: bulk.answer(QUESTIONS[n]),
        ],
        rounds=len(QUESTIONS),
    )
    print(  # noqa: T201
        f"\n{bulk.manifest.passages} passages: encoding {encoding * 1e3:.1f} ms, "
        f"search beyond it {search * 1e3:.1f} ms ({search / encoding:.2f}), "
        f"answer beyond it {answer * 1e3:.1f} ms ({answer / encoding:.2f})"
    )
    assert search <= 0.5 * encoding
