"""BEIR folders: corpus.jsonl, queries.jsonl and qrels/*.tsv."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import Field

from retrieval.errors import DatasetError
from retrieval.evaluation.dataset import Dataset, checked
from retrieval.evaluation.parsing import Schema, digest, opening, parse_lines
from retrieval.evaluation.qrels import judged_questions, read_beir_qrels, unknown_articles
from retrieval.records import Article, Reference

CORPUS = "corpus.jsonl"
QUERIES = "queries.jsonl"


class _Document(Schema):
    id: str = Field(alias="_id")
    title: str | None = None
    text: str


class _Query(Schema):
    id: str = Field(alias="_id")
    text: str


def load_beir(folder: Path, *, split: str = "test") -> Dataset:
    """Read a BEIR folder (Thakur et al. 2021): its corpus and the questions of one split.

    A document is a group of its own. Grades of zero or less are "not relevant". Without a corpus,
    the articles are those of an index built elsewhere.

    Raises:
        DatasetError: A file or the split is missing, a line is malformed, an id repeats, or no
            question of `queries.jsonl` is judged.
    """
    judgements = _split_file(folder, split)
    corpus, queries = folder / CORPUS, folder / QUERIES
    has_corpus = corpus.exists()
    grades = read_beir_qrels(judgements)
    articles = tuple(_articles(corpus)) if has_corpus else ()
    questions, problems = judged_questions(
        list(_query_texts(queries).items()), grades, topics=queries, judgements=judgements
    )
    found = {article.reference.article_id for article in articles if article.text.strip()}
    dataset = Dataset(
        name=folder.resolve().name,
        digest=digest([*([corpus] if has_corpus else []), queries, judgements]),
        articles=articles,
        groups=tuple(article.reference.article_id for article in articles),
        questions=questions,
        problems=(*problems, *(unknown_articles(questions, found) if has_corpus else ())),
    )
    return checked(dataset, folder)


def _split_file(folder: Path, split: str) -> Path:
    path = folder / "qrels" / f"{split}.tsv"
    if not path.is_file():
        splits = sorted(other.stem for other in (folder / "qrels").glob("*.tsv"))
        raise DatasetError(
            f"{path} is missing: the splits of {folder} are {', '.join(splits) or 'none'}."
        )
    return path


def _articles(corpus: Path) -> Iterator[Article]:
    for _, document in parse_lines(_Document, corpus):
        reference = Reference(
            article_id=document.id,
            path=str(corpus),
            opening=opening(document.text),
            title=document.title or None,
        )
        yield Article(reference=reference, text=document.text)


def _query_texts(path: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    for number, query in parse_lines(_Query, path):
        if query.id in texts:
            raise DatasetError(f"{path}, line {number}: the id {query.id!r} stands twice.")
        texts[query.id] = query.text
    return texts
