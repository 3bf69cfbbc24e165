"""How the reader does on articles that it isn't trained on, while it is trained."""

import random
from collections.abc import Sequence, Sized
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer

from retrieval.evaluation import exact_match, f1
from retrieval.reader.inputs import collate, make_pairs
from retrieval.reader.network import ReaderNetwork
from retrieval.reader.reader import judge
from retrieval.records import Headed
from retrieval.training.material import Example, Material, choose
from retrieval.training.swapping import swap_name, withhold

CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class Watched:
    """A question with passages, of which the first holds one of the answers.

    `renamed` asks the same of another name of that passage, which then doesn't answer; None where
    there is no such name. `rest` is that passage without the sentences that answer; None where it
    answers all the same.
    """

    question: str
    passages: tuple[Headed, ...]
    answers: tuple[str, ...]
    renamed: str | None = None
    rest: Headed | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """Percentages: exact match and F1 on the right passage, and how often it is put first.

    `told` is how often that passage is more relevant to a question than to the same asked of
    another name, `noticed` how often it is more relevant than without the sentences that answer;
    None where there is no question to tell.
    """

    exact: float
    f1: float
    first: float
    told: float | None
    noticed: float | None


def choose_watched(material: Material, n: int) -> list[Watched]:
    """Choose `n` questions, or fewer, evenly from those of the held-out articles."""
    return [_watched(each, material.texts) for each in choose(material.held_out, n)]


def _watched(example: Example, texts: Sequence[Headed]) -> Watched:
    heading, text = texts[example.passage]
    answers = tuple(text[start:end] for start, end in example.spans)
    rng = random.Random(example.id)  # noqa: S311 - a sample, no secret
    places = (example.passage, *example.neighbours, *example.others)[:CANDIDATES]
    return Watched(
        example.question,
        tuple(texts[place] for place in places),
        answers,
        swap_name(example.question, text, answers, rng),
        Headed(heading, rest) if (rest := withhold(text, example.spans)) else None,
    )


def watch(network: ReaderNetwork, tokenizer: Tokenizer, watched: Sequence[Watched]) -> Measured:
    """Read every question's passages, in the network's own precision."""
    exact = overlap = first = 0.0
    told: list[bool] = []
    noticed: list[bool] = []
    device = next(network.parameters()).device
    for each in watched:
        pairs = make_pairs(tokenizer, each.question, each.passages)
        if each.renamed is not None:
            pairs += make_pairs(tokenizer, each.renamed, each.passages[:1])
        if each.rest is not None:
            pairs += make_pairs(tokenizer, each.question, [each.rest])
        with torch.inference_mode():
            output = network(*(tensor.to(device) for tensor in collate(pairs)))
        extracts = judge(output, 0, pairs[0], each.passages[0].text).extracts
        text = each.passages[0].text[extracts[0].start : extracts[0].end] if extracts else ""
        exact += exact_match(text, each.answers)
        overlap += f1(text, each.answers)
        own, *others = output.relevance.tolist()
        if each.rest is not None:
            noticed.append(own > others.pop())
        if each.renamed is not None:
            told.append(own > others.pop())
        first += own >= max(others, default=own)
    return Measured(
        exact=_percentage(exact, watched),
        f1=_percentage(overlap, watched),
        first=_percentage(first, watched),
        told=_percentage(sum(told), told) if told else None,
        noticed=_percentage(sum(noticed), noticed) if noticed else None,
    )


def _percentage(total: float, some: Sized) -> float:
    return round(100 * total / len(some), 2)
