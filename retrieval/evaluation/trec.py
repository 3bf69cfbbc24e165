"""TREC topics, in tags or between tabs, with the qrels that lie beside them."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

from retrieval.errors import DatasetError
from retrieval.evaluation.dataset import Dataset, checked
from retrieval.evaluation.parsing import digest, numbered_lines, read_text
from retrieval.evaluation.qrels import judged_questions, read_trec_qrels

_TOPIC = re.compile(r"<top>(.*?)(?=<top>|</top>|\Z)", re.IGNORECASE | re.DOTALL)
# CLEF puts the language before the name: <FR-title>.
_FIELD = re.compile(r"<(?:[a-z]{2}-)?(num|title|desc)>([^<]*)", re.IGNORECASE)
# Classic topics repeat the field's name in its text: "<num> Number: 301".
_LABEL = re.compile(r"^\s*(?:Number|Topic|Description)\s*:", re.IGNORECASE)


def load_trec(path: Path) -> Dataset:
    """Read TREC topics with their qrels; the articles are those of an index built elsewhere.

    `path` is a folder with one file that has "topics" in its name and one that has "qrels", or
    the topics file itself beside its qrels. Topics stand in `<top>` blocks, of which the title
    is asked (the description, where there is no title), or one a line, id and text between a
    tab. Topics without judgements are passed over.

    Raises:
        DatasetError: A file is missing, ambiguous or malformed, an id repeats, or no topic is
            judged.
    """
    topics, judgements = _files(path)
    grades = read_trec_qrels(judgements)
    questions, problems = judged_questions(
        list(_topics(topics)), grades, topics=topics, judgements=judgements
    )
    dataset = Dataset(
        name=path.resolve().name if path.is_dir() else path.stem,
        digest=digest([topics, judgements]),
        articles=(),
        groups=(),
        questions=questions,
        problems=problems,
    )
    return checked(dataset, path)


def _files(path: Path) -> tuple[Path, Path]:
    folder = path if path.is_dir() else path.parent
    topics = path if path.is_file() else _only(folder, "topics")
    return topics, _only(folder, "qrels")


def _only(folder: Path, word: str) -> Path:
    files = sorted(file for file in folder.iterdir() if word in file.name and file.is_file())
    if len(files) != 1:
        found = ", ".join(file.name for file in files) or "none"
        raise DatasetError(
            f'{folder} is read as TREC topics with qrels, and has not one file with "{word}" in '
            f"its name but {found}. Put one of each in a folder of their own; SQuAD files end "
            "in .json, JSON Lines in .jsonl."
        )
    return files[0]


def _topics(path: Path) -> Iterator[tuple[str, str]]:
    text = read_text(path)
    if not re.search("<top>", text, re.IGNORECASE):
        yield from _lines(path)
        return
    for topic in _TOPIC.finditer(text):
        fields: dict[str, str] = {}
        for name, content in _FIELD.findall(topic[1]):
            fields.setdefault(
                name.lower(), " ".join(html.unescape(_LABEL.sub("", content)).split())
            )
        number, asked = fields.get("num"), fields.get("title") or fields.get("desc")
        if not number or not asked:
            line = text.count("\n", 0, topic.start()) + 1
            lacking = "<title> or <desc>" if number else "<num>"
            raise DatasetError(f"{path}, line {line}: this topic lacks {lacking}.")
        yield number, asked


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in numbered_lines(path):
        each, tab, text = line.partition("\t")
        if not tab or not each.strip() or not text.strip():
            raise DatasetError(f"{path}, line {number}: expected an id, a tab and a question.")
        yield each.strip(), text.strip()
