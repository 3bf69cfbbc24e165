"""Which articles to remove, so that a question is one that the corpus cannot answer."""

from collections import defaultdict

from retrieval.evaluation.answers import contains_answer
from retrieval.evaluation.dataset import Dataset, Question
from retrieval.records import Article


class Removal:
    """Says, for the questions of a set, what to remove in each setting."""

    def __init__(self, dataset: Dataset) -> None:
        self._groups: dict[str, list[Article]] = defaultdict(list)
        for article, group in zip(dataset.articles, dataset.groups, strict=True):
            self._groups[group].append(article)

    def off_corpus(self, question: Question) -> frozenset[str]:
        """The whole article that the question is about, with what is relevant elsewhere."""
        whole = (article.reference.article_id for article in self._groups.get(question.group, ()))
        return frozenset({*question.relevant, *whole})

    def hard(self, question: Question) -> frozenset[str]:
        """What is relevant, and the paragraphs of the same article that hold an answer too."""
        answers = [answer.text for answer in question.answers]
        holders = (
            article.reference.article_id
            for article in self._groups.get(question.group, ())
            if contains_answer(article.text, answers)
        )
        return frozenset({*question.relevant, *holders})

    @property
    def has_neighbours(self) -> bool:
        """Whether anything of an article is left when only some of its paragraphs are removed."""
        return any(len(articles) > 1 for articles in self._groups.values())
