"""The project's own sets: a question a line, about the articles of an index."""

from pathlib import Path

from retrieval.errors import DatasetError
from retrieval.evaluation.answers import words
from retrieval.evaluation.dataset import Dataset, GoldAnswer, Question, checked
from retrieval.evaluation.parsing import Schema, digest, parse_lines


class _Line(Schema):
    id: str | None = None
    question: str
    answers: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    impossible: bool = False
    kind: str | None = None


def load_jsonl(path: Path) -> Dataset:
    """Read a set of JSON Lines: `question`, `answers`, `articles`, `impossible`.

    `answers` are texts of which each answers the question, `articles` the ids of the articles
    that hold one; `id` (else the line number) and `kind` may be given. A question's group is its
    first article, or itself where none is named. The articles that an impossible question names
    are what it is about: they give its group, but none is relevant.

    Raises:
        DatasetError: A line is malformed, an impossible question has answers, an answerable one
            has neither answers nor articles, an answer has no word, an id repeats, or there is
            no question.
    """
    questions: dict[str, Question] = {}
    for number, line in parse_lines(_Line, path):
        question = _question(line, path, number)
        if question.id in questions:
            raise DatasetError(
                f"{path}, line {number}: the id {question.id!r} stands twice. Rename one."
            )
        questions[question.id] = question
    dataset = Dataset(
        name=path.stem,
        digest=digest([path]),
        articles=(),
        groups=(),
        questions=tuple(questions.values()),
    )
    return checked(dataset, path)


def _question(line: _Line, path: Path, number: int) -> Question:
    if line.impossible and line.answers:
        raise DatasetError(f"{path}, line {number}: an impossible question has no answers.")
    for answer in line.answers:
        if not words(answer):
            raise DatasetError(
                f"{path}, line {number}: the answer {answer!r} has no word to look for. Leave it "
                "out."
            )
    if not line.impossible and not line.answers and not line.articles:
        raise DatasetError(
            f"{path}, line {number}: neither answers nor articles. Give one of them, or say "
            '"impossible": true.'
        )
    each = line.id or f"line {number}"
    return Question(
        id=each,
        text=line.question,
        group=line.articles[0] if line.articles else each,
        answers=tuple(GoldAnswer(answer) for answer in line.answers),
        relevant={} if line.impossible else dict.fromkeys(line.articles, 1),
        impossible=line.impossible,
        kind=line.kind,
    )
