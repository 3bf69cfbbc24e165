"""An evaluation set: questions, their answers, and the articles they are about."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import DatasetError
from retrieval.records import Article

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class GoldAnswer:
    """A text that answers the question, and where it starts in the article that holds it.

    `start` counts code points; it is None where the set gives no offset, or a wrong one.
    """

    text: str
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what is known of its answer.

    `relevant` gives the grade, 1 or more, of each article that answers it. It is empty for a
    question that is `impossible` (the articles don't answer it) and for one that nobody judged.
    An impossible question has no `answers`; an answerable one may lack them too, where the set
    judges articles only. `group` names the whole article that the question is about: folds and
    resampling keep a group together. `kind` is the set's own label.
    """

    id: str
    text: str
    group: str
    answers: tuple[GoldAnswer, ...]
    relevant: Mapping[str, int]
    impossible: bool = False
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a set that is worked around: what, how often, and a few places."""

    what: str
    count: int
    examples: tuple[str, ...]

    @classmethod
    def of(cls, what: str, places: list[str]) -> tuple["Problem", ...]:
        """One problem with its first places, or nothing where `places` is empty."""
        return (cls(what, len(places), tuple(places[:EXAMPLES])),) if places else ()


@dataclass(frozen=True, slots=True)
class Dataset:
    """An evaluation set.

    `digest` is the SHA-256 of the files' content. `articles` is empty where the set has
    questions only, about an index built elsewhere; `groups[i]` is the group of `articles[i]`,
    and an article whose group is that of a question is part of the whole article that the
    question is about.
    """

    name: str
    digest: str
    articles: tuple[Article, ...]
    groups: tuple[str, ...]
    questions: tuple[Question, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def judged(self) -> tuple[Question, ...]:
        """The questions with a relevant article: those that retrieval measures are about."""
        return tuple(question for question in self.questions if question.relevant)


def checked(dataset: Dataset, path: Path) -> Dataset:
    """The data set itself, once its ids are known to be distinct and it has questions.

    Raises:
        DatasetError: It has no question, or two questions or two articles share an id.
    """
    if not dataset.questions:
        raise DatasetError(f"{path} holds no question: there is nothing to evaluate.")
    for what, ids in (
        ("questions", [question.id for question in dataset.questions]),
        ("articles", [article.reference.article_id for article in dataset.articles]),
    ):
        seen: set[str] = set()
        for each in ids:
            if each in seen:
                raise DatasetError(f"{path}: two {what} have the id {each!r}. Rename one.")
            seen.add(each)
    return dataset
