"""Indexes of evaluation sets' own articles, kept in the user's cache folder."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import platformdirs

from embeddings import Encoder
from retrieval.errors import DatasetError
from retrieval.evaluation.dataset import Dataset, Problem
from retrieval.index.build import Progress, build_store, default_splitting
from retrieval.passages import Splitting
from retrieval.records import Article


@dataclass(frozen=True, slots=True)
class DatasetIndex:
    """Where the index of a set's articles is, and what had to be done to make it."""

    path: Path
    problems: tuple[Problem, ...]


def unsplit(encoder: Encoder) -> Splitting:
    """The splitting that leaves whole every article that the model can read whole."""
    return Splitting(max_tokens=encoder.max_tokens, overlap=0)


def cache_folder() -> Path:
    """The folder of the indexes, which may be deleted at any time."""
    return Path(platformdirs.user_cache_dir("jecite")) / "evaluation"


def index_dataset(
    dataset: Dataset,
    encoder: Encoder,
    *,
    splitting: Splitting | None = None,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> DatasetIndex:
    """Index a set's own articles, or find the index made before.

    An index is told apart by the set's content, the model and the splitting (the product's own
    by default); when the text analysis changed, it is made anew from the vectors that it holds.

    Raises:
        DatasetError: The set has no articles of its own.
        StoreError: The cache cannot be written.
    """
    splitting = splitting or default_splitting(encoder)
    if not dataset.articles:
        raise DatasetError(
            f"{dataset.name} has questions only: name the index that they are about with --index."
        )
    # Where the file lies is no matter: the same set elsewhere has the same index.
    articles = [
        replace(each, reference=replace(each.reference, path=Path(each.reference.path).name))
        for each in dataset.articles
    ]
    key = f"{_articles_digest(articles)} {encoder.identity} {splitting.identity}"
    out = (cache or cache_folder()) / hashlib.sha256(key.encode()).hexdigest()[:20]
    build_store(articles, out, encoder=encoder, splitting=splitting, progress=progress)
    return DatasetIndex(out, _overlong(articles, encoder))


def _articles_digest(articles: list[Article]) -> str:
    digest = hashlib.sha256()
    for article in articles:
        digest.update(repr((article.reference.article_id, article.text)).encode())
    return digest.hexdigest()


def _overlong(articles: list[Article], encoder: Encoder) -> tuple[Problem, ...]:
    lengths = encoder.count_tokens([article.text for article in articles])
    places = [
        article.reference.article_id
        for article, length in zip(articles, lengths, strict=True)
        if length > encoder.max_tokens
    ]
    what = f"articles of more than the {encoder.max_tokens} tokens that the model reads: split"
    return Problem.of(what, places)
