"""TREC run files, in and out, and SQuAD prediction files.

TREC's columns stand between spaces, so white space in an id is written percent-encoded
(`%20`); nothing else is changed, and reading restores the ids that the reader is told of.
"""

import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

import numpy as np
from pydantic import TypeAdapter, ValidationError

from retrieval.errors import DatasetError
from retrieval.evaluation.parsing import numbered_lines, read_text
from retrieval.evaluation.ranking import Run

RUN_COLUMNS = 6
_PREDICTIONS = TypeAdapter(dict[str, str])


def write_run(path: Path, run: Run, *, tag: str = "jecite") -> None:
    """Write `question Q0 article rank score tag` lines, in the order of `run`.

    trec_eval ignores the rank column, holds scores in 32 bits and breaks ties by id. Where a
    score is not below the one before it in 32 bits, it is lowered to the next number that is:
    the order that trec_eval sees is the order given.
    """
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for question, ranking in run.items():
            before = np.float32(np.inf)
            for rank, (article, score) in enumerate(ranking, start=1):
                written = min(np.float32(score), np.nextafter(before, np.float32(-np.inf)))
                columns = (_trec_id(question), "Q0", _trec_id(article), str(rank), str(written))
                file.write(f"{' '.join(columns)} {tag}\n")
                before = written


def read_run(path: Path, *, ids: Iterable[str] = ()) -> Run:
    """Read a TREC run: for each question, its articles by falling score, ties by rank.

    `ids` are the ids of the data set's questions and articles; where one has white space, its
    encoded form in the file is taken for it.

    Raises:
        DatasetError: A line is malformed, a question names an article twice, or nothing stands
            in the file.
    """
    decoded = {_trec_id(each): each for each in ids}
    rows: dict[str, list[tuple[float, int, str]]] = {}
    seen: set[tuple[str, str]] = set()
    for number, line in numbered_lines(path):
        question, article, rank, score = _columns(path, number, line)
        question, article = decoded.get(question, question), decoded.get(article, article)
        if (question, article) in seen:
            raise DatasetError(
                f"{path}, line {number}: {article!r} stands twice for question {question!r}. "
                "Keep one line for each article."
            )
        seen.add((question, article))
        rows.setdefault(question, []).append((-score, rank, article))
    if not rows:
        raise DatasetError(f"{path} is empty: a run has one line for each article found.")
    return {
        question: tuple((article, -score) for score, _, article in sorted(of_question))
        for question, of_question in rows.items()
    }


def read_predictions(path: Path) -> Mapping[str, str]:
    """Read SQuAD's prediction file: an answer for each question id, "" for no answer.

    Raises:
        DatasetError: The file is not a JSON object of texts.
    """
    text = read_text(path)
    try:
        return _PREDICTIONS.validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = f"question {first['loc'][0]}: " if first["loc"] else ""
        raise DatasetError(
            f"{path}: {where}{first['msg']}. A prediction file is one JSON object, "
            '{"question id": "answer", …}.'
        ) from error


def _trec_id(each: str) -> str:
    return re.sub(r"\s", lambda match: quote(match[0]), each)


def _columns(path: Path, number: int, line: str) -> tuple[str, str, int, float]:
    columns = line.split()
    if len(columns) != RUN_COLUMNS:
        raise DatasetError(
            f"{path}, line {number}: {len(columns)} columns; a run has six, "
            "question Q0 article rank score tag."
        )
    question, _, article, rank, score = columns[:5]
    try:
        parsed = int(rank), float(score)
    except ValueError as error:
        raise DatasetError(
            f"{path}, line {number}: rank {rank!r} or score {score!r} is not a number."
        ) from error
    if not math.isfinite(parsed[1]):
        raise DatasetError(f"{path}, line {number}: the score is not a finite number.")
    return question, article, *parsed
