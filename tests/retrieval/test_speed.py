"""A wide bound on what a search costs; `make bench` holds the narrow one, on more passages."""

import time

from retrieval import Retriever
from tests.benchmarks.bulk import KnownQueries, build_bulk, medians

QUESTIONS = [f"Combien d'utilisateurs Telegram a-t-il gagnés en {n} jours ?" for n in range(25)]


def test_search_beyond_encoding_costs_less_than_encoding(encoder, tmp_path):
    build_bulk(tmp_path, encoder, passages=2000)
    with Retriever.open(tmp_path, encoder=KnownQueries(encoder, QUESTIONS), reader="none") as bulk:
        encoding, search = medians(
            [
                lambda n: encoder.encode_queries([QUESTIONS[n]]),
                lambda n: bulk.search(QUESTIONS[n]),
            ],
            rounds=len(QUESTIONS),
            clock=time.process_time,
        )
    assert search <= encoding
