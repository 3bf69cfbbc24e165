"""Test split, by whole article and across sets that share articles."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from scipy.cluster.hierarchy import DisjointSet

from retrieval.evaluation.dataset import Dataset

TEST_BYTES = 26
"""A tenth of the 256 values of a byte, rounded up."""


def is_test(group: str) -> bool:
    """Whether an article's title puts it in the test split, never trained or tuned on.

    The first byte of the SHA-256 of the title, in UTF-8, is below `TEST_BYTES`.
    """
    return hashlib.sha256(group.encode()).digest()[0] < TEST_BYTES


def is_held_out(group: str) -> bool:
    """Whether an article is a training article that nothing is trained on, only calibrated.

    A trained model is surer of what it was trained on than it should be: its probabilities are
    fitted on these. The second byte of the title's SHA-256 is below `TEST_BYTES`.
    """
    return not is_test(group) and hashlib.sha256(group.encode()).digest()[1] < TEST_BYTES


def linked_groups(datasets: Sequence[Dataset]) -> tuple[Mapping[str, str], ...]:
    """For each data set, a name for each of its groups that the groups it is linked to share.

    Groups are linked where they have the same title or hold an equal text, both but for case
    and white space (`_` being white space in a title). Links chain: XQuAD's translations have
    the titles of the English original, whose paragraphs are SQuAD's.
    """
    links: DisjointSet = DisjointSet()
    for index, dataset in enumerate(datasets):
        for group in _groups(dataset):
            _link(links, (index, group), ("title", _normalised(group.replace("_", " "))))
        for article, group in zip(dataset.articles, dataset.groups, strict=True):
            if text := _normalised(article.text):
                _link(links, (index, group), ("text", text))
    return tuple(
        {group: "/".join(map(str, links[index, group])) for group in _groups(dataset)}
        for index, dataset in enumerate(datasets)
    )


def _groups(dataset: Dataset) -> Iterator[str]:
    yield from dict.fromkeys((*dataset.groups, *(each.group for each in dataset.questions)))


def _normalised(text: str) -> str:
    return " ".join(text.casefold().split())


def _link(links: DisjointSet, one: tuple[int, str], other: tuple[str, str]) -> None:
    links.add(one)
    links.add(other)
    links.merge(one, other)
