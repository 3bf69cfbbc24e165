"""A small corpus and an encoder without a model, for tests of what keeps them."""

import hashlib

import numpy as np

from embeddings import ModelIdentity
from retrieval.records import Article, Reference

DIM = 16


class SmallEncoder:
    """Encodes a text as random numbers that only the text decides; a token is a word."""

    max_tokens = 40
    dim = DIM

    def __init__(self, name="small"):
        self.identity = ModelIdentity(name, "0" * 64, "", "", "none", DIM, self.max_tokens)
        self.encoded = []

    def count_tokens(self, texts):
        return [len(text.split()) for text in texts]

    def encode_passages(self, texts):
        self.encoded += texts
        return np.array([vector(text) for text in texts], np.float32).reshape(-1, DIM)

    encode_queries = encode_passages


def vector(text):
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")
    row = np.random.default_rng(seed).normal(size=DIM).astype(np.float32)
    return row / np.linalg.norm(row)


def article(name, text, breaks=(), **known):
    return Article(Reference(name, name, text[:20], **known), text, tuple(breaks))


def corpus(count=3, sentences=12, edition=""):
    """Return articles of sentences of eight words; `edition` makes other ones."""
    return [
        article(
            f"{number}.txt",
            " ".join(
                f"Phrase {n} article {number}{edition} parle du sujet {n * number}."
                for n in range(sentences)
            ),
        )
        for number in range(count)
    ]


def generations(out):
    """Return the names of an index's generations, the oldest first."""
    return sorted(path.name for path in out.glob("gen-*"))
