"""Relevance judgements, from the four columns of TREC or the three of BEIR."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import DatasetError
from retrieval.evaluation.dataset import Problem, Question
from retrieval.evaluation.parsing import numbered_lines

TREC_COLUMNS = 4
BEIR_COLUMNS = 3

MOST_GRADE = 2**31 - 1
"""trec_eval counts in 32 bits."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One line of a qrels file."""

    question_id: str
    article_id: str
    grade: int


def read_trec_qrels(path: Path) -> Mapping[str, Mapping[str, int]]:
    """Grades by question and article, from `question iteration article grade` lines.

    Raises:
        DatasetError: A line is malformed, or an article is judged twice for a question.
    """
    return _by_question(path, _trec(path))


def read_beir_qrels(path: Path) -> Mapping[str, Mapping[str, int]]:
    """Grades by question and article, from tab-separated `question article grade` lines.

    The header that BEIR writes is passed over.

    Raises:
        DatasetError: A line is malformed, or an article is judged twice for a question.
    """
    return _by_question(path, _beir(path))


def relevant(grades: Mapping[str, int]) -> dict[str, int]:
    """The articles whose grade is positive; none and negative grades say "not relevant"."""
    return {article: grade for article, grade in grades.items() if grade > 0}


def judged_questions(
    asked: Sequence[tuple[str, str]],
    grades: Mapping[str, Mapping[str, int]],
    *,
    topics: Path,
    judgements: Path,
) -> tuple[tuple[Question, ...], tuple[Problem, ...]]:
    """The questions, given as id and text, that are judged, in their order, and what is wrong.

    A question's group is its first relevant article, or itself where it has none. `topics` and
    `judgements` are the files that they were read from.

    Raises:
        DatasetError: There are questions, and none of them is judged.
    """
    questions = tuple(
        Question(
            id=each,
            text=text,
            group=_first_relevant(relevant(grades[each])) or each,
            answers=(),
            relevant=relevant(grades[each]),
        )
        for each, text in asked
        if each in grades
    )
    if asked and not questions:
        raise DatasetError(
            f"None of the {len(asked)} questions of {topics} is judged in {judgements}: are its "
            "judgements another set's?"
        )
    known = {each for each, _ in asked}
    return questions, (
        *Problem.of(
            f"judged questions that {topics.name} doesn't hold: skipped",
            [each for each in grades if each not in known],
        ),
        *Problem.of(
            "questions of which no article is judged relevant: no measure of retrieval counts them",
            [each.id for each in questions if not each.relevant],
        ),
    )


def unknown_articles(
    questions: Iterable[Question], article_ids: Collection[str]
) -> tuple[Problem, ...]:
    """The problem of judgements that name articles outside `article_ids`, if there are any.

    Such articles stay among the relevant ones and count as not found, as trec_eval counts them:
    leaving them out would flatter the system.
    """
    known = set(article_ids)
    places = [
        f"question {question.id}: {article}"
        for question in questions
        for article in question.relevant
        if article not in known
    ]
    what = "relevant articles that the corpus doesn't hold, or has no text of: count as not found"
    return Problem.of(what, places)


def _first_relevant(grades: Mapping[str, int]) -> str | None:
    """The article of the highest grade, the first named among equals; None where there is none."""
    return max(grades, key=lambda article: grades[article], default=None)


def _trec(path: Path) -> Iterator[tuple[int, Judgement]]:
    for number, line in numbered_lines(path):
        columns = line.split()
        if len(columns) != TREC_COLUMNS:
            raise DatasetError(
                f"{path}, line {number}: {len(columns)} columns; qrels have four, "
                "question iteration article grade."
            )
        yield number, _judgement(path, number, (columns[0], columns[2], columns[3]))


def _beir(path: Path) -> Iterator[tuple[int, Judgement]]:
    for row, (number, line) in enumerate(numbered_lines(path)):
        columns = line.split("\t")
        if len(columns) != BEIR_COLUMNS:
            raise DatasetError(
                f"{path}, line {number}: {len(columns)} columns; BEIR's qrels have three, "
                "question article grade, between tabs."
            )
        if row == 0 and columns[2].strip() == "score":
            continue
        yield number, _judgement(path, number, columns)


def _judgement(path: Path, number: int, columns: Sequence[str]) -> Judgement:
    question, article, grade = (column.strip() for column in columns)
    try:
        judgement = Judgement(question, article, int(grade))
    except ValueError as error:
        raise DatasetError(
            f"{path}, line {number}: the grade {grade!r} is not a whole number."
        ) from error
    if abs(judgement.grade) > MOST_GRADE:
        raise DatasetError(
            f"{path}, line {number}: the grade {grade} is beyond {MOST_GRADE}. Give a lower one."
        )
    return judgement


def _by_question(
    path: Path, judgements: Iterable[tuple[int, Judgement]]
) -> Mapping[str, Mapping[str, int]]:
    grades: dict[str, dict[str, int]] = {}
    for number, judgement in judgements:
        of_question = grades.setdefault(judgement.question_id, {})
        if judgement.article_id in of_question:
            raise DatasetError(
                f"{path}, line {number}: {judgement.article_id!r} is judged twice for question "
                f"{judgement.question_id!r}. Remove one of the lines."
            )
        of_question[judgement.article_id] = judgement.grade
    return grades
