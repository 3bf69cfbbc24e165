"""An index of ten thousand passages without the hours of encoding them, questions, and clocks."""

import json
import os
import random
import statistics
import time
from pathlib import Path

import numpy as np

from retrieval.corpus import default_corpus, read_corpus
from retrieval.index.build import build_store
from retrieval.records import Article, Reference
from retrieval.sentences import split_sentences

PASSAGES = 10_000


class RandomEncoder:
    """Stands for an encoder: its identity, and unit vectors at random."""

    def __init__(self, encoder):
        self.identity, self.dim, self.max_tokens = encoder.identity, encoder.dim, encoder.max_tokens
        self._random = np.random.default_rng(2021)

    def count_tokens(self, texts):
        # French has about 1.5 tokens a word.
        return [4 + len(text.split()) * 3 // 2 for text in texts]

    def encode_passages(self, texts):
        vectors = self._random.normal(size=(len(texts), self.dim)).astype(np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class KnownQueries(RandomEncoder):
    """Stands for an encoder that takes no time: its queries were encoded before."""

    def __init__(self, encoder, queries):
        super().__init__(encoder)
        self._known = dict(zip(queries, encoder.encode_queries(queries), strict=True))

    def encode_queries(self, texts):
        return np.stack([self._known[text] for text in texts])


def plain_questions(most):
    """The first questions on the shipped articles that are put as a person would."""
    path = Path(__file__).parents[1] / "data" / "seeds-questions.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [row["question"] for row in rows if row.get("form") == "plain"][:most]


def piaf_paragraphs():
    """PIAF's paragraphs with their questions, none where it isn't at hand."""
    folder = Path(os.environ.get("JECITE_SHARED_DATA", Path(__file__).parents[3] / "shared/data"))
    path = folder / "piaf-v1.1.json"
    if not path.is_file():
        return []
    data = json.loads(path.read_text(encoding="utf-8"))["data"]
    return [paragraph for article in data for paragraph in article["paragraphs"]]


def sentences():
    """French sentences: of PIAF where it is at hand, else of the shipped articles."""
    texts = [each["context"] for each in piaf_paragraphs()] or [
        article.text for article in read_corpus([default_corpus()]).articles
    ]
    return [text[start:end] for text in texts for start, end in split_sentences(text)]


def questions_on_sentences(most):
    """Questions that the first of `sentences` answer, each of another paragraph."""
    asked = [each["qas"][0]["question"] for each in piaf_paragraphs()[:most] if each["qas"]]
    return asked or plain_questions(most)


def build_bulk(out, encoder, passages=PASSAGES):
    """Build an index of at least so many passages, some twenty-five to an article."""
    chooser = random.Random(2021)
    known = sentences()
    articles = [
        Article(
            Reference(f"{n}.txt", f"{n}.txt", "…"),
            " ".join(chooser.choices(known, k=150)),
        )
        for n in range(passages // 18)
    ]
    manifest = build_store(articles, out, encoder=RandomEncoder(encoder))
    assert manifest.passages >= passages
    return manifest


def medians(actions, rounds, *, clock=time.perf_counter):
    """Run actions in turn, so that a busy machine troubles all alike; return median seconds."""
    times = [[] for _ in actions]
    for number in range(rounds):
        for action, own in zip(actions, times, strict=True):
            start = clock()
            action(number)
            own.append(clock() - start)
    return [statistics.median(own) for own in times]
