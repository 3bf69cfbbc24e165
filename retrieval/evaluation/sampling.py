"""Parts of a set, drawn at random: the same part for the same seed."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

import numpy as np

from retrieval.errors import DatasetError
from retrieval.evaluation.dataset import Dataset
from retrieval.evaluation.splits import is_test


def sample_questions(dataset: Dataset, n: int, *, seed: int = 0) -> Dataset:
    """The set with `n` of its questions, in their order, and all its articles.

    All questions where there are no more than `n`.

    Raises:
        DatasetError: `n` is below 1, or `seed` below 0.
    """
    _check(n, seed)
    if n >= len(dataset.questions):
        return dataset
    drawn = np.random.default_rng(seed).choice(len(dataset.questions), size=n, replace=False)
    return replace(dataset, questions=tuple(dataset.questions[i] for i in sorted(drawn)))


def sample_articles(dataset: Dataset, n: int, *, seed: int = 0) -> Dataset:
    """The set with whole articles drawn until they have `n` questions, and with no other.

    Its corpus is small, so that its figures are higher than the whole set's: for checks that
    figures are still the same.

    Raises:
        DatasetError: `n` is below 1, or `seed` below 0.
    """
    _check(n, seed)
    sizes = Counter(question.group for question in dataset.questions)
    kept: set[str] = set()
    total = 0
    for group in np.random.default_rng(seed).permutation(sorted(sizes)).tolist():
        if total >= n:
            break
        kept.add(group)
        total += sizes[group]
    return restrict(dataset, kept)


def only_test_articles(dataset: Dataset) -> Dataset:
    """The set's test articles with their questions, and nothing else."""
    groups = {*dataset.groups, *(question.group for question in dataset.questions)}
    return restrict(dataset, {group for group in groups if is_test(group)})


def restrict(dataset: Dataset, groups: Collection[str]) -> Dataset:
    """The articles of these groups with their questions, and nothing else."""
    articles = [i for i, group in enumerate(dataset.groups) if group in groups]
    return replace(
        dataset,
        articles=tuple(dataset.articles[i] for i in articles),
        groups=tuple(dataset.groups[i] for i in articles),
        questions=tuple(each for each in dataset.questions if each.group in groups),
    )


def _check(n: int, seed: int) -> None:
    if n < 1:
        raise DatasetError(f"A sample has at least one question, not {n}.")
    if seed < 0:
        raise DatasetError(f"A sample's seed is at least 0, not {seed}.")
