"""What a caller gives, checked before any work is done on it."""

import operator
from collections.abc import Collection, Iterable, Sequence
from typing import SupportsIndex

from retrieval.errors import QueryError


def checked_count(k: SupportsIndex) -> int:
    """Return the number of results wanted.

    Raises:
        QueryError: It is no whole number, or below 1.
    """
    try:
        count = 0 if isinstance(k, bool) else operator.index(k)
    except TypeError:
        count = 0
    if count < 1:
        raise QueryError(f"k is the number of results: a whole number, at least 1, not {k!r}")
    return count


def checked_text(question: str) -> str:
    """Return a question.

    Raises:
        QueryError: It is no text.
    """
    if not isinstance(question, str):
        raise QueryError(f"A question is a text, not {question!r}")
    return question


def checked_questions(questions: Iterable[str]) -> list[str]:
    """Return several questions as a list.

    Raises:
        QueryError: They are one text, which would be read letter by letter.
    """
    if isinstance(questions, str):
        raise QueryError(f"Several questions are a list of texts: give [{questions!r}]")
    return list(questions)


def checked_exclusions(
    excluding: Sequence[Collection[str]] | None, *, count: int
) -> Sequence[Collection[str]]:
    """Return the ids of articles to leave out for each of `count` questions.

    Raises:
        QueryError: Those of one question are a text, any part of which would count as an id.
    """
    excluding = excluding or [()] * count
    for ids in excluding:
        if isinstance(ids, str):
            raise QueryError(f"The ids to leave out are a set for each question: give {{{ids!r}}}")
    return excluding
