"""What was chosen, fitted or trained on a set, and what follows for the figures on it."""

from collections.abc import Mapping, Sequence
from typing import Any

from retrieval.confidence import Calibration
from retrieval.errors import QueryError
from retrieval.evaluation.dataset import Dataset, Problem
from retrieval.modes import MODES, Mode, checked_mode
from retrieval.retriever import Retriever

READING: Mode = "reranked"
"""The mode that needs a reader, and a hundred times the time of the others."""

TUNED_MODES: tuple[Mode, ...] = ("hybrid", READING)
"""The modes whose weights are fitted; answers and confidence are fitted too."""

CHOSEN_ON = frozenset({"7f5b670ba07fed1ae093d7ff6b3be5529dce189d65e14cf81535ebbc4fcce54c"})
"""PIAF v1.1: on its training articles were chosen the splitting and the dense score's make-up, and
the reader was trained on them."""


def tuning_digests(calibration: Calibration) -> frozenset[str]:
    """The digests of the sets on whose training articles anything was chosen or fitted."""
    fitted = calibration.fitted.get("dataset_digest")
    return CHOSEN_ON if fitted is None else CHOSEN_ON | {fitted}


def modes_to_ask(retriever: Retriever, modes: Sequence[Mode]) -> tuple[Mode, ...]:
    """The modes wanted; of all modes, those that the retriever has.

    Raises:
        QueryError: There is no such mode, or one that needs a reader was asked for by name, and
            there is none.
    """
    modes = tuple(map(checked_mode, modes))
    if retriever.reader is not None or READING not in modes:
        return modes
    if modes != MODES:
        raise QueryError(f"The mode {READING!r} needs the reader: it was left out")
    return tuple(mode for mode in modes if mode != READING)


def fitted_for(retriever: Retriever) -> tuple[Problem, ...]:
    """A problem where the calibration was fitted for another model than the index's."""
    fitted, used = retriever.calibration.model, retriever.manifest.model.model
    what = f"model other than {fitted}, which the calibration is for: its abstention means little"
    return Problem.of(what, [] if fitted == used else [used])


def trained_on(retriever: Retriever, dataset: Dataset) -> tuple[Problem, ...]:
    """A problem where the reader was trained on all articles of the set; nothing where not.

    Of sets that are divided into training and test articles, only the latter are measured.
    """
    account: Mapping[str, Any] = retriever.calibration.fitted.get("reader", {})
    known = set(account.get("trained_on", {}).values()) - tuning_digests(retriever.calibration)
    if retriever.reader is None or dataset.digest not in known:
        return ()
    groups = list(dict.fromkeys(question.group for question in dataset.questions))
    return Problem.of("articles that the reader was trained on: it looks better than it is", groups)
