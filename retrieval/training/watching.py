"""How the reader does on articles that it isn't trained on, while it is trained."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer

from retrieval.evaluation import exact_match, f1
from retrieval.reader.inputs import collate, make_pairs
from retrieval.reader.network import ReaderNetwork
from retrieval.reader.reader import judge
from retrieval.records import Headed
from retrieval.training.material import Material

CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class Watched:
    """A question with passages, of which the first holds one of the answers."""

    question: str
    passages: tuple[Headed, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """Percentages: exact match and F1 on the right passage, and how often it is put first."""

    exact: float
    f1: float
    first: float


def choose_watched(material: Material, n: int) -> list[Watched]:
    """Choose `n` questions, or fewer, evenly from those of the held-out articles."""
    texts = material.texts
    answered = [each for each in material.held_out if each.spans]
    return [
        Watched(
            each.question,
            tuple(
                texts[place]
                for place in (each.passage, *each.neighbours, *each.others)[:CANDIDATES]
            ),
            tuple(texts[each.passage].text[start:end] for start, end in each.spans),
        )
        for each in answered[:: max(1, -(-len(answered) // n))]
    ]


def watch(network: ReaderNetwork, tokenizer: Tokenizer, watched: Sequence[Watched]) -> Measured:
    """Read every question's passages, in the network's own precision."""
    exact = overlap = first = 0.0
    device = next(network.parameters()).device
    for each in watched:
        pairs = make_pairs(tokenizer, each.question, each.passages)
        with torch.inference_mode():
            output = network(*(tensor.to(device) for tensor in collate(pairs)))
        extracts = judge(output, 0, pairs[0], each.passages[0].text).extracts
        text = each.passages[0].text[extracts[0].start : extracts[0].end] if extracts else ""
        exact += exact_match(text, each.answers)
        overlap += f1(text, each.answers)
        first += int(output.relevance.argmax()) == 0
    share = 100 / len(watched)
    return Measured(round(exact * share, 2), round(overlap * share, 2), round(first * share, 2))
