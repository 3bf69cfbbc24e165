"""How long one question takes, alone: what a person waits for."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from retrieval.errors import QueryError
from retrieval.evaluation.dataset import Question
from retrieval.modes import MODES, Mode
from retrieval.retriever import Retriever

TIMED = 40
"""How many questions are timed, spread evenly over the set."""

_WARM_UP = 2


@dataclass(frozen=True, slots=True)
class Latency:
    """The milliseconds that each timed question took, rising."""

    what: str
    milliseconds: tuple[float, ...]

    def quantile(self, share: float) -> float:
        """The time within which this share of the questions, below 1, was done."""
        return self.milliseconds[int(share * len(self.milliseconds))]


def measure_latency(
    retriever: Retriever, questions: Sequence[Question], *, modes: Sequence[Mode] = MODES
) -> tuple[Latency, ...]:
    """Time searches in each mode, and answers, one question after the other.

    Encoding the question is part of each.
    """
    step = max(1, len(questions) // TIMED)
    texts = [question.text for question in questions[::step][:TIMED]]
    calls: dict[str, Callable[[str], Any]] = {
        mode: partial(retriever.search, k=10, mode=mode) for mode in modes
    }
    calls["answer"] = retriever.answer
    found = []
    for what, call in calls.items():
        times = []
        for text in [*texts[:_WARM_UP], *texts]:
            started = time.perf_counter()
            try:
                call(text)
            except QueryError:
                continue
            times.append((time.perf_counter() - started) * 1000)
        if len(times) > _WARM_UP:
            found.append(Latency(what, tuple(sorted(times[_WARM_UP:]))))
    return tuple(found)
