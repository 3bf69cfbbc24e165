"""`make bench`: evaluating PIAF in four modes, beside encoding its passages and questions once."""

import os
import time
from pathlib import Path

import pytest

from retrieval import Retriever
from retrieval.evaluation import evaluate, index_dataset, load_dataset, unsplit

PIAF = (
    Path(os.environ.get("JECITE_SHARED_DATA", Path(__file__).parents[3] / "shared/data"))
    / "piaf-v1.1.json"
)


@pytest.mark.skipif(not PIAF.exists(), reason=f"PIAF isn't there: {PIAF}")
def test_four_modes_cost_less_than_three_encodings(encoder, tmp_path):
    dataset = load_dataset(PIAF)
    started = time.perf_counter()
    encoder.encode_passages([article.text for article in dataset.articles])
    encoder.encode_queries([question.text for question in dataset.questions])
    once = time.perf_counter() - started

    started = time.perf_counter()
    index = index_dataset(dataset, encoder, splitting=unsplit(encoder), cache=tmp_path)
    indexed = time.perf_counter() - started
    with Retriever.open(index.path, encoder=encoder, reader="none") as retriever:
        evaluate(retriever, dataset, modes=("dense", "lexical", "rrf", "hybrid"), answering=False)
    whole = time.perf_counter() - started
    print(  # noqa: T201
        f"\nencoding once {once:.0f} s; indexing {indexed:.0f} s and four modes "
        f"{whole - indexed:.0f} s, together {whole / once:.2f} times that"
    )
    assert whole <= 3 * once
