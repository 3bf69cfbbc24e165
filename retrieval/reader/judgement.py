"""What a reader says of a passage, and what every reader offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from retrieval.records import Headed

ReaderName = Literal["bundled", "none"]
"""The reader that ships with the package, or none."""


@dataclass(frozen=True, slots=True)
class Extract:
    """A short answer in a passage: offsets into the passage's text.

    `probability` is its share among all spans of the passage and "no answer".
    """

    start: int
    end: int
    probability: float


@dataclass(frozen=True, slots=True)
class ReaderJudgement:
    """What the reader says of one passage.

    Attributes:
        relevance: The log-odds of "this passage answers" against "none does"; only differences
            between passages of one question, and the distance from 0, mean anything.
        presence: The log-odds that the passage holds an answer at all.
        extracts: Its short answers, best first; none for a passage without a word, nor for one
            that was left half read.
        begins: Where an answer may begin, as an offset of its first word, and how probably one
            does: the shares of all spans from there together. What is next to impossible is left
            out.
    """

    relevance: float
    presence: float
    extracts: tuple[Extract, ...]
    begins: tuple[tuple[int, float], ...] = ()


class PassageReader(Protocol):
    """What reads passages: the trained reader, or one that remembers what it has read."""

    @property
    def digest(self) -> str:
        """The SHA-256 of the weights."""
        ...

    def read(
        self, question: str, passages: Sequence[Headed], *, whole: bool = False
    ) -> list[ReaderJudgement]:
        """Return a judgement of each passage, in order; none for no passage.

        A heading is read, and nothing is taken from it. A passage that soon proves hopeless may be
        left half read unless it is to be read `whole`: it then has no extracts.
        """
        ...
