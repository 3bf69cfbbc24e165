"""`make bench`: what the shipped weights' precision costs, beside weights of half their size."""

import os
from pathlib import Path

import pytest
import torch

from embeddings.bundled import load_bundled
from retrieval.evaluation import is_held_out, load_dataset
from retrieval.evaluation.answers import score_answers
from retrieval.reader.network import ReaderNetwork
from retrieval.reader.reader import SHIPPED, Reader, bundled_transformer
from retrieval.reader.weights import read_weights, trained_state
from retrieval.records import Headed

BLOCK = 32
QUESTIONS = 400


def in_four_bits(matrix):
    """Round to 15 levels, with a scale for each block of 32 weights of a row."""
    blocks = matrix.reshape(-1, BLOCK)
    scale = blocks.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 7
    return (torch.round(blocks / scale) * scale).reshape(matrix.shape)


@pytest.fixture(scope="module")
def questions():
    folder = Path(os.environ.get("JECITE_SHARED_DATA", Path(__file__).parents[3] / "shared/data"))
    if not (folder / "piaf-v1.1.json").is_file():
        pytest.skip(f"no PIAF in {folder}")
    dataset = load_dataset(folder / "piaf-v1.1.json")
    articles = {article.reference.article_id: article for article in dataset.articles}
    texts = {
        name: Headed(article.reference.heading, article.text) for name, article in articles.items()
    }
    held_out = [q for q in dataset.questions if q.answers and is_held_out(q.group)][:QUESTIONS]
    return [(question, texts[next(iter(question.relevant))]) for question in held_out]


def measure(questions, change):
    """Exact match and F1 on the right paragraphs, with the layers' matrices changed."""
    bert, tokenizer = bundled_transformer(load_bundled()).cross_encoder_parts()
    network = ReaderNetwork(bert)
    digest = read_weights(SHIPPED, network)
    changed = {
        name: change(tensor) if name.startswith("bert.") and tensor.dim() == 2 else tensor
        for name, tensor in trained_state(network).items()
    }
    network.load_state_dict(changed, strict=False)
    reader = Reader(network, tokenizer, digest=digest)
    found = {}
    for question, text in questions:
        (judgement,) = reader.read(question.text, [text], whole=True)
        best = judgement.extracts[0]
        found[question.id] = text.text[best.start : best.end]
    scores = score_answers([question for question, _ in questions], found)
    return sum(scores.exact) / len(questions), sum(scores.f1) / len(questions)


def test_eight_bits_are_better_than_four(questions):
    eight = measure(questions, lambda matrix: matrix)
    four = measure(questions, in_four_bits)
    size = SHIPPED.stat().st_size / 1e6
    print(  # noqa: T201
        f"\n{len(questions)} held-out questions: in 8 bits ({size:.1f} MB) exact match "
        f"{eight[0]:.3f}, F1 {eight[1]:.3f}; in 4 bits exact match {four[0]:.3f}, F1 {four[1]:.3f}"
    )
    assert eight[1] >= four[1]
