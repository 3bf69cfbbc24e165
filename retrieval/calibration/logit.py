"""Choosing one of several, by weighted signs."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Signs = Sequence[NDArray[np.float64]]


def conditional_logit(signs: Signs, labels: Signs) -> NDArray[np.float64]:
    """Weigh signs so that the right ones of each choice are likeliest (McFadden 1974).

    `signs` holds, for each choice, a row for each thing to choose from, float64 (things, signs);
    `labels` which of them are right, float64 (things,), 1 or 0, with a sum in the likelihood
    where several are. Returns float64 (signs,), in the signs' own units; 0 for a sign that is the
    same everywhere.
    """
    rows, chosen = np.concatenate(signs), np.concatenate(labels)
    # The deviation of equal numbers may be a rounding error away from 0.
    varies = np.ptp(rows, axis=0) > 0
    scale = np.where(varies, rows.std(axis=0), 1.0)
    rows = np.where(varies, rows / scale, 0.0)
    groups = np.repeat(np.arange(len(signs)), [len(each) for each in signs])
    first = np.concatenate([[0], np.flatnonzero(np.diff(groups)) + 1])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = rows @ weights
        powers = np.exp(scores - np.maximum.reduceat(scores, first)[groups])
        everything = np.add.reduceat(powers, first)
        right = np.add.reduceat(powers * chosen, first)
        pull = powers / everything[groups] - powers * chosen / right[groups]
        return -float(np.log(right / everything).sum()), rows.T @ pull

    found = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B")
    weights: NDArray[np.float64] = found.x / scale
    return weights
