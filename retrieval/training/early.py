"""What half of the reader's layers foretell: fitted once the reader is trained.

The head is a ridge regression of what the whole reader says of a passage, whether it is right or
not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tokenizers import Tokenizer
from torch import Tensor
from tqdm import tqdm

from retrieval.reader.inputs import batches, collate, make_pairs
from retrieval.reader.network import ReaderNetwork, first_and_mean
from retrieval.reader.reader import HOPELESS, judge
from retrieval.training.loop import batch_tokens
from retrieval.training.material import Example, Material, choose

QUESTIONS = 600
"""How many questions it is fitted on, at most, and measured on; each with all of its passages."""

PENALTY = 300.0
"""The ridge penalty, on signs scaled to a variance of 1; a tenth or ten times foretells less."""


@dataclass(frozen=True, slots=True)
class HalfRead:
    """Percentages of passages that are left half read: of those that answer, and of the others.

    0 where there are none.
    """

    answering: float
    others: float


def fit_early(
    network: ReaderNetwork, tokenizer: Tokenizer, material: Material
) -> tuple[dict[str, Tensor], HalfRead]:
    """Fit the head of a trained network on PIAF's training questions.

    Returns its weights by their names in the network, which stays as it is but for being left in
    evaluation mode, and how it does on held-out questions.
    """
    network.eval()
    signs, said, _ = _read(network, tokenizer, material.piaf, material)
    model = make_pipeline(StandardScaler(), Ridge(PENALTY)).fit(signs, said)
    scaler, ridge = model[0], model[1]
    weight = ridge.coef_ / scaler.scale_
    bias = ridge.intercept_ - weight @ scaler.mean_
    signs, _, answers = _read(network, tokenizer, material.held_out, material)
    is_hopeless = signs @ weight[0] + bias[0] < HOPELESS
    return {
        "early.weight": torch.from_numpy(weight).float().contiguous(),
        "early.bias": torch.from_numpy(bias).float(),
    }, HalfRead(_percentage(is_hopeless[answers]), _percentage(is_hopeless[~answers]))


def _percentage(is_so: NDArray[np.bool_]) -> float:
    return round(100 * float(is_so.mean()), 2) if len(is_so) else 0.0


def _read(
    network: ReaderNetwork, tokenizer: Tokenizer, examples: Sequence[Example], material: Material
) -> tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.bool_]]:
    """Read `QUESTIONS` of the examples, evenly chosen.

    Returns what the head sees of each passage, float32 (passages, 2 · width), the relevance and
    presence that the whole network gives it, (passages, 2), and whether it answers.
    """
    device = next(network.parameters()).device
    signs: list[Tensor] = []
    said: list[tuple[float, float]] = []
    answers: list[bool] = []
    for example in tqdm(choose(examples, QUESTIONS), desc="early"):
        numbers = (example.passage, *example.neighbours, *example.others)
        passages = [material.texts[number] for number in numbers]
        pairs = make_pairs(tokenizer, example.question, passages)
        for rows in batches(pairs, tokens=batch_tokens(device)):
            with torch.inference_mode():
                ids, mask, first = (
                    each.to(device) for each in collate([pairs[row] for row in rows])
                )
                states = network.begin(ids, mask)
                signs.append(first_and_mean(states, mask).cpu())
                output = network.finish(states, mask, first)
            for place, row in enumerate(rows):
                judgement = judge(output, place, pairs[row], passages[row].text)
                said.append((judgement.relevance, judgement.presence))
                answers.append(row == 0)
    width = network.early.in_features
    return (
        torch.cat([torch.empty(0, width), *signs]).numpy(),
        np.array(said),
        np.array(answers, dtype=bool),
    )
