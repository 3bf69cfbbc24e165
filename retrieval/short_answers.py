"""What was cited to short answers: which say the same, which how probably."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval.equivalence import group_answers
from retrieval.french import words
from retrieval.records import AnswerSpan, Passage, ShortAnswer, Span
from retrieval.sentences import LIST_MARKER
from retrieval.values import Kind, asked_kind, is_closed, negations, said
from retrieval.weighing import Reading

MAX_ANSWERS = 3

LEAST_SHARE = 0.1
"""What an answer must have of the first one's probability to be worth showing beside it."""

LEAST_PRESENT = 0.05
"""How probable a span must be within its passage to support an answer at all."""

_CHOICE = frozenset("ou entre parmi lequel laquelle lesquels lesquelles".split())  # noqa: SIM905
# What says something beside the question's own words: « une fois », « tous les jours ».
_DETERMINERS = frozenset("un une tout toute tous toutes même mêmes autre".split())  # noqa: SIM905

# What a question of yes or no is told by from keywords: « Y a-t-il… », « est ce que… ».
_ASKS = re.compile(r"\?|\best[ -]ce\b|\w-(?:je|tu|ils?|elles?|on|nous|vous|ce)\b", re.IGNORECASE)

# What names nobody by itself.
_TITLES = frozenset("m mm mme mmes mlle mlles monsieur madame mademoiselle dr".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A short answer: the words it is compared by, and those that are shown."""

    compared: str
    text: str
    weight: float
    span: AnswerSpan


def short_answers(
    chosen: Sequence[Sequence[Reading]], *, question: str, confidence: float
) -> tuple[ShortAnswer, ...]:
    """Return at most `MAX_ANSWERS` short answers of what was cited, best first.

    `chosen` are the citations' readings, in the order in which they are cited. The first answer,
    which nearly always is the first citation's best, has the probability `confidence`. Another has
    as much less as its passage and its share within it are less likely. Without any of the first
    citation's there are none, since `confidence` was judged by that. Answers that say the same
    are one, as probable as the likeliest of them: that several articles relay one announcement
    makes it no truer. Where an answer only repeats a question that has no interrogative word,
    « gratuit » to « Signal est-il gratuit ? », its whole sentence takes its place, unless
    that only repeats keywords; one that asks or says no more than the question itself, « quand il
    ouvrira », is no answer.
    """
    candidates = _apart(sorted(_candidates(chosen, question), key=lambda each: -each.weight))
    if all(each.span.citation > 1 for each in candidates):
        return ()
    found = []
    for group in group_answers([each.compared for each in candidates])[:MAX_ANSWERS]:
        best, *_ = members = [candidates[place] for place in group]
        share = best.weight / candidates[0].weight
        if share >= LEAST_SHARE:
            spans = sorted(
                (each.span for each in members), key=lambda span: (span.citation, span.start)
            )
            found.append(ShortAnswer(best.text, confidence * share, tuple(spans)))
    return tuple(found)


def _candidates(chosen: Sequence[Sequence[Reading]], question: str) -> Iterator[_Candidate]:
    """Every short answer of the citations, weighed against the best passage's."""
    asked, is_yes_or_no = said(question), is_closed(question)
    is_name = asked_kind(question) is Kind.NAME
    for rank, group in enumerate(chosen, start=1):
        reading = group[0]
        if reading.judgement is None:
            continue
        # Passages are as likely as their scores say; the first is not outdone by a later one.
        likelihood = math.exp(min(0.0, reading.score - chosen[0][0].score))
        for extract in reading.judgement.extracts:
            if extract.probability >= LEAST_PRESENT:
                given = reading.passage.text[extract.start : extract.end]
                start, end = extract.start, extract.end
                if is_name and _TITLES.issuperset(words(given)):
                    continue
                if said(given) <= asked:
                    if is_yes_or_no:
                        start, end = _sentence(reading.passage, start, end)
                        if _only_repeats(question, reading.passage.text[start:end]):
                            continue
                    elif not is_closed(given) or not _may_repeat(question, given):
                        continue
                text = reading.passage.text[start:end]
                yield _Candidate(
                    # « autorisés » isn't what « ne sont pas autorisés » says.
                    compared=given if negations(text) == negations(given) else text,
                    text=text,
                    weight=likelihood * extract.probability,
                    span=AnswerSpan(rank, start, end),
                )


def _may_repeat(question: str, given: str) -> bool:
    """Tell whether an open question's own words may answer it: « Qui fonda le prix Roy ? »."""
    return (
        asked_kind(question) in (Kind.NAME, Kind.PLACE)
        or not _CHOICE.isdisjoint(words(question))
        or not _DETERMINERS.isdisjoint(words(given))
        or any(map(str.isdigit, given))
    )


def _only_repeats(question: str, sentence: str) -> bool:
    """Tell whether a sentence says no more than the keywords typed: « Tarifs. » to « tarif ».

    It affirms what was truly asked, and what was denied.
    """
    return (
        not _ASKS.search(question)
        and said(sentence) <= said(question)
        and negations(sentence) == negations(question)
    )


def _sentence(passage: Passage, start: int, end: int) -> Span:
    """Return the sentence in which a span of the passage's text begins, and the span's rest.

    A list's marker or a dialogue's dash is left out.
    """
    for span in passage.sentences:
        first, last = (place - passage.start for place in span)
        if first <= start < last:
            marker = LIST_MARKER.match(passage.text, first, start)
            return marker.end() if marker else first, max(end, last)
    return start, end


def _apart(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Leave out what overlaps a likelier one; the reader's own never do, but sentences may."""
    kept: list[_Candidate] = []
    for each in candidates:
        if not any(_overlap(each.span, other.span) for other in kept):
            kept.append(each)
    return kept


def _overlap(one: AnswerSpan, other: AnswerSpan) -> bool:
    return one.citation == other.citation and one.start < other.end and other.start < one.end
