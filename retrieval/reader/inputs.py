"""Question and passage as the reader's tokens."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from retrieval.records import Headed

QUESTION_PREFIX = "query: "
"""What E5 puts before a question: the weights start from E5's, which know it."""

MAX_QUESTION_TOKENS = 96
MAX_TOKENS = 512

BATCH_TOKENS = 1024
"""The most tokens, padding included, that a processor reads at a time.

Twice as many are a quarter padding, half as many cost more in passes than they save in it.
"""

LENGTH_STEP = 16
"""Batches are padded to a multiple: a matrix product is planned once for each of its shapes."""

_PAD = 1  # XLM-R's <pad>


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a passage as tokens: `<s> question </s> </s> heading passage </s>`.

    `offsets` gives where each token of the passage stands in its text, int32 (tokens, 2), in code
    points; `first` is the place of the first of them among `ids`, after the heading.
    """

    ids: tuple[int, ...]
    first: int
    offsets: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Tokens:
    """A heading's and its text's tokens without those that mark the ends.

    `offsets` gives where those of the text stand in it, the last ones: int32 (tokens, 2), in code
    points.
    """

    ids: tuple[int, ...]
    offsets: NDArray[np.int32]


def tokenize(tokenizer: Tokenizer, passages: Sequence[Headed]) -> list[Tokens]:
    """Tokenise each of several passages, in their order."""
    encoded = tokenizer.encode_batch([heading + text for heading, text in passages])
    found = []
    for each, (heading, _) in zip(encoded, passages, strict=True):
        offsets = np.array(each.offsets[1:-1], dtype=np.int32).reshape(-1, 2) - len(heading)
        # The space that ends the heading is the first of a token of the text.
        own = offsets[offsets[:, 1] > 0].clip(min=0)
        found.append(Tokens(tuple(each.ids[1:-1]), own))
    return found


def make_pairs(tokenizer: Tokenizer, question: str, passages: Sequence[Headed]) -> list[Pair]:
    """Tokenise a question with each of several passages: see `prepend_question`."""
    return prepend_question(tokenizer, question, tokenize(tokenizer, passages))


def prepend_question(tokenizer: Tokenizer, question: str, passages: Sequence[Tokens]) -> list[Pair]:
    """Put a question before each of several tokenised passages, in their order.

    A question over `MAX_QUESTION_TOKENS` loses its end, and so does a passage that exceeds what
    is left of `MAX_TOKENS`: what the reader doesn't see, it doesn't quote.
    """
    start, *asked, end = tokenizer.encode(QUESTION_PREFIX + question).ids
    head = (start, *asked[:MAX_QUESTION_TOKENS], end, end)
    room = MAX_TOKENS - len(head) - 1
    pairs = []
    for passage in passages:
        heading = len(passage.ids) - len(passage.offsets)
        pairs.append(
            Pair(
                (*head, *passage.ids[:room], end),
                len(head) + min(heading, room),
                passage.offsets[: max(0, room - heading)],
            )
        )
    return pairs


def batches(pairs: Sequence[Pair], *, tokens: int = BATCH_TOKENS) -> list[list[int]]:
    """Group rows of like length, each group within so many `tokens` where it has several."""
    groups: list[list[int]] = []
    for row in sorted(range(len(pairs)), key=lambda row: len(pairs[row].ids)):
        if groups and (len(groups[-1]) + 1) * len(pairs[row].ids) <= tokens:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def collate(pairs: Sequence[Pair]) -> tuple[Tensor, Tensor, Tensor]:
    """Pad pairs to a batch: `input_ids`, `attention_mask`, `first`, as the network takes them."""
    longest = -(-max(len(pair.ids) for pair in pairs) // LENGTH_STEP) * LENGTH_STEP
    ids = torch.full((len(pairs), longest), _PAD)
    mask = torch.zeros((len(pairs), longest), dtype=torch.long)
    for row, pair in enumerate(pairs):
        ids[row, : len(pair.ids)] = torch.tensor(pair.ids)
        mask[row, : len(pair.ids)] = 1
    return ids, mask, torch.tensor([pair.first for pair in pairs])
