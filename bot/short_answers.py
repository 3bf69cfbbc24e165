"""Which short answers stand above the passages that give them, on every front end."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.records import Answer, AnswerSpan, Citation, Span, Status

LISTED = 3
MAX_CHARACTERS = 150
"""A longer one is not short: the sentence in bold says it, and nothing quoted is ever cut."""

LEAST_PROBABILITY = 1 / 3
"""Below, the first one is more than twice as often wrong as right: the passages stand alone."""

UNDERLINED = 6
"""In one passage, at most: Telegram takes a hundred entities in a message."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A short answer, and where the citations in view give it."""

    text: str
    spans: tuple[AnswerSpan, ...]

    @property
    def references(self) -> str:
        """The numbers of its citations, as they stand before their sources."""
        return "".join(f"[{rank}]" for rank in sorted({span.citation for span in self.spans}))


def listed(answer: Answer, in_view: Sequence[Citation]) -> tuple[Listed, ...]:
    """Choose the short answers that a person sees first, best first.

    Each is a slice of a citation in view, so that its context can be read below it. None are
    chosen where the best one cannot be, since a second best alone would pass for it, nor where
    that is improbable.
    """
    if answer.status is not Status.ANSWERED:
        return ()
    if not answer.answers or answer.answers[0].probability < LEAST_PROBABILITY:
        return ()
    texts = {citation.rank: citation.text for citation in in_view}
    chosen: list[Listed] = []
    for short in answer.answers:
        spans = tuple(span for span in short.spans if span.citation in texts)
        words = [texts[span.citation][span.start : span.end] for span in spans]
        # Citations may say it in other words: these have to stand in one that is in view.
        text = short.text if short.text in words else next(iter(words), "")
        if text and len(text) <= MAX_CHARACTERS:
            chosen.append(Listed(text, spans))
        elif not chosen:
            break
    return tuple(chosen[:LISTED])


def underlined(found: Sequence[Listed], citation: Citation) -> tuple[Span, ...]:
    """Return where a citation gives the short answers listed above it."""
    spans = [span for each in found for span in each.spans if span.citation == citation.rank]
    return tuple((span.start, span.end) for span in spans[:UNDERLINED])
