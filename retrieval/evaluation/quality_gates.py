"""What the project promises of its quality: which figure, and what it must reach."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gate:
    """Something promised: where its figure is, and the least, or the most, that will do."""

    promise: str
    path: Sequence[str]
    least: float | None = None
    most: float | None = None

    def holds(self, value: float) -> bool:
        """Whether the promise is kept."""
        above = self.least is None or value >= self.least
        return above and (self.most is None or value <= self.most)

    @property
    def bound(self) -> str:
        """The promise's number, for a table."""
        return f"≥ {self.least:.3f}" if self.least is not None else f"≤ {self.most:.3f}"


_UNSPLIT = ("piaf", "unsplit", "retrieval")
_SPLIT = ("piaf", "split")
_OFF_CORPUS = (*_SPLIT, "abstention", "off-corpus")
_HARD = (*_SPLIT, "abstention", "hard")
_FALSE_ANSWERS = "false answers at 90% coverage"
_SEEDS = ("seeds", "with")

SEARCH_GATES = (
    Gate("PIAF unsplit, all questions: lexical nDCG@10", (*_UNSPLIT, "lexical", "nDCG@10"), 0.78),
    Gate("PIAF unsplit, all questions: dense nDCG@10", (*_UNSPLIT, "dense", "nDCG@10"), 0.76),
    Gate("PIAF unsplit, test articles: hybrid nDCG@10", (*_UNSPLIT, "hybrid", "nDCG@10"), 0.84),
    Gate(
        "PIAF split, test articles: hybrid nDCG@10",
        (*_SPLIT, "retrieval", "hybrid", "nDCG@10"),
        0.84,
    ),
    Gate("PIAF off-corpus, test articles: AUROC", (*_OFF_CORPUS, "AUROC"), 0.96),
    Gate(
        "PIAF off-corpus, test articles: false answers at 90 % coverage",
        (*_OFF_CORPUS, _FALSE_ANSWERS),
        most=0.10,
    ),
    Gate("Seeds: answer in top three", (*_SEEDS, "answers", "answer in top three"), 0.95),
    Gate("Seeds: answer in top citation", (*_SEEDS, "answers", "answer in top citation"), 0.80),
    Gate("Seeds: answer in highlight", (*_SEEDS, "answers", "answer in highlight"), 0.75),
    Gate("Seeds: off-topic questions refused", (*_SEEDS, "refused", "off-topic"), 0.95),
    Gate("Seeds: answerable questions refused", (*_SEEDS, "refused", "answerable"), most=0.08),
)
"""Promised of search and cited answers."""

READER_GATES = (
    Gate(
        "PIAF unsplit, test articles: reranked Success@1",
        (*_UNSPLIT, "reranked", "Success@1"),
        0.81,
    ),
    Gate(
        "PIAF unsplit, test articles: reranked nDCG@10", (*_UNSPLIT, "reranked", "nDCG@10"), 0.875
    ),
    Gate("PIAF, right paragraph: exact match", (*_SPLIT, "reading", "exact match"), 0.46),
    Gate("PIAF, right paragraph: F1", (*_SPLIT, "reading", "F1"), 0.63),
    Gate("PIAF, end to end: F1", (*_SPLIT, "answers", "F1"), 0.52),
    Gate("PIAF off-corpus: AUROC", (*_OFF_CORPUS, "AUROC"), 0.985),
    Gate(
        "PIAF off-corpus: false answers at 90 % coverage",
        (*_OFF_CORPUS, _FALSE_ANSWERS),
        most=0.04,
    ),
    Gate("PIAF hard: AUROC", (*_HARD, "AUROC"), 0.89),
    Gate("PIAF hard: false answers at 90 % coverage", (*_HARD, _FALSE_ANSWERS), most=0.32),
    Gate(
        "PIAF off-corpus: expected calibration error",
        (*_OFF_CORPUS, "expected calibration error"),
        most=0.05,
    ),
    Gate("Seeds: short answer right", (*_SEEDS, "answers", "short answer right"), 0.80),
    Gate("Seeds: answer in top citation", (*_SEEDS, "answers", "answer in top citation"), 0.92),
    Gate("Seeds: answer in highlight", (*_SEEDS, "answers", "answer in highlight"), 0.88),
    Gate("Seeds: unsaid questions refused", (*_SEEDS, "refused", "unsaid"), 0.75),
    Gate("Seeds: answerable questions refused", (*_SEEDS, "refused", "answerable"), most=0.07),
)
"""Promised of the reader, and of answers made with it; of PIAF's, on test articles."""
