"""What was cited to short answers: which say the same, which how probably."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.answering import Reading
from retrieval.equivalence import group_answers
from retrieval.records import AnswerSpan, ShortAnswer

MAX_ANSWERS = 3

LEAST_SHARE = 0.1
"""What an answer must have of the first one's probability to be worth showing beside it."""

LEAST_PRESENT = 0.05
"""How probable a span must be within its passage to support an answer at all."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    weight: float
    span: AnswerSpan


def short_answers(
    chosen: Sequence[Sequence[Reading]], *, confidence: float
) -> tuple[ShortAnswer, ...]:
    """Return at most `MAX_ANSWERS` short answers of what was cited, best first.

    `chosen` are the citations' readings, in the order in which they are cited. The first answer
    is the first citation's best; it has the probability `confidence`. Another has as much less as
    its passage and its share within it are less likely. Answers that say the same are one, as
    probable as the likeliest of them: that several articles relay one announcement makes it no
    truer.
    """
    candidates = sorted(_candidates(chosen), key=lambda each: -each.weight)
    if not candidates:
        return ()
    found = []
    for group in group_answers([each.text for each in candidates])[:MAX_ANSWERS]:
        best, *_ = members = [candidates[place] for place in group]
        share = best.weight / candidates[0].weight
        if share >= LEAST_SHARE:
            spans = sorted(
                (each.span for each in members), key=lambda span: (span.citation, span.start)
            )
            found.append(ShortAnswer(best.text, confidence * share, tuple(spans)))
    return tuple(found)


def _candidates(chosen: Sequence[Sequence[Reading]]) -> list[_Candidate]:
    """Every short answer of the citations, weighed against the best passage's."""
    found = []
    for rank, group in enumerate(chosen, start=1):
        reading = group[0]
        if reading.judgement is None:
            continue
        # Passages are as likely as their scores say; the first is not outdone by a later one.
        likelihood = math.exp(min(0.0, reading.score - chosen[0][0].score))
        found += [
            _Candidate(
                text=reading.passage.text[extract.start : extract.end],
                weight=likelihood * extract.probability,
                span=AnswerSpan(rank, extract.start, extract.end),
            )
            for extract in reading.judgement.extracts
            if extract.probability >= LEAST_PRESENT
        ]
    return found
