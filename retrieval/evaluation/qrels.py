"""Relevance judgements, from the four columns of TREC or the three of BEIR."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from retrieval.errors import DatasetError
from retrieval.evaluation.dataset import Problem, Question
from retrieval.evaluation.parsing import numbered_lines

TREC_COLUMNS = 4
BEIR_COLUMNS = 3

MOST_GRADE = 2**31 - 1
"""trec_eval counts in 32 bits."""


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


def judged_questions(
    asked: Sequence[tuple[str, str]],
    grades: Mapping[str, Mapping[str, int]],
    *,
    topics: Path,
    judgements: Path,
) -> tuple[tuple[Question, ...], tuple[Problem, ...]]:
    """The questions, given as id and text, that are judged, in their order, and what is wrong.

    The articles of a positive grade are relevant. A question's group is the first of the highest
    grade, or itself where it has none. `topics` and `judgements` are the files that they were read
    from.

    Raises:
        DatasetError: There are questions, and none of them is judged.
    """
    positive = {
        each: {article: grade for article, grade in of_question.items() if grade > 0}
        for each, of_question in grades.items()
    }
    questions = tuple(
        Question(
            id=each,
            text=text,
            group=max(relevant, key=lambda article: relevant[article], default=each),
            answers=(),
            relevant=relevant,
        )
        for each, text in asked
        if (relevant := positive.get(each)) is not None
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


def _trec(path: Path) -> Iterator[tuple[int, Sequence[str]]]:
    """Line numbers, and the columns that matter: question, article, grade."""
    for number, line in numbered_lines(path):
        columns = line.split()
        if len(columns) != TREC_COLUMNS:
            raise DatasetError(
                f"{path}, line {number}: {len(columns)} columns; qrels have four, "
                "question iteration article grade."
            )
        yield number, (columns[0], *columns[2:])


def _beir(path: Path) -> Iterator[tuple[int, Sequence[str]]]:
    for row, (number, line) in enumerate(numbered_lines(path)):
        columns = line.split("\t")
        if len(columns) != BEIR_COLUMNS:
            raise DatasetError(
                f"{path}, line {number}: {len(columns)} columns; BEIR's qrels have three, "
                "question article grade, between tabs."
            )
        if row == 0 and columns[2].strip() == "score":
            continue
        yield number, [column.strip() for column in columns]


def _by_question(
    path: Path, rows: Iterable[tuple[int, Sequence[str]]]
) -> Mapping[str, Mapping[str, int]]:
    grades: dict[str, dict[str, int]] = {}
    for number, (question, article, text) in rows:
        grade = _grade(path, number, text)
        of_question = grades.setdefault(question, {})
        if article in of_question:
            raise DatasetError(
                f"{path}, line {number}: {article!r} is judged twice for question {question!r}. "
                "Remove one of the lines."
            )
        of_question[article] = grade
    return grades


def _grade(path: Path, number: int, text: str) -> int:
    try:
        grade = int(text)
    except ValueError as error:
        raise DatasetError(
            f"{path}, line {number}: the grade {text!r} is not a whole number."
        ) from error
    if abs(grade) > MOST_GRADE:
        raise DatasetError(
            f"{path}, line {number}: the grade {text} is beyond {MOST_GRADE}. Give a lower one."
        )
    return grade
