"""The reader alone: what it extracts from the very paragraph that a question was asked about."""

from collections.abc import Iterator

import numpy as np

from retrieval.evaluation.answers import score_answers
from retrieval.evaluation.bootstrap import bootstrap_mean
from retrieval.evaluation.dataset import Dataset, Question
from retrieval.evaluation.results import EXACT_MATCH, F1, ReadingFigures, Scope
from retrieval.evaluation.splits import is_test
from retrieval.reader import PassageReader
from retrieval.records import Article


def reading_figures(reader: PassageReader, dataset: Dataset, scope: Scope) -> ReadingFigures | None:
    """Score the reader's best extract of the right paragraph of each question in scope.

    As SQuAD v1 is scored: every question has an answer in its paragraph, and the reader must
    give one, even where it would rather say that there is none. None where the set has no
    paragraphs of its own with answers in them.
    """
    asked = [
        (question, article)
        for question, article in _paragraphs(dataset)
        if scope == "all" or is_test(question.group)
    ]
    if not asked:
        return None
    questions = [question for question, _ in asked]
    extracts = {
        question.id: _best_extract(reader, question.text, article) for question, article in asked
    }
    scores = score_answers(questions, extracts)
    groups = [question.group for question in questions]
    return ReadingFigures(
        scope=scope,
        questions=len(questions),
        measures={
            name: bootstrap_mean(np.asarray(values), groups)
            for name, values in ((EXACT_MATCH, scores.exact), (F1, scores.f1))
        },
    )


def _paragraphs(dataset: Dataset) -> Iterator[tuple[Question, Article]]:
    """Each question that has an answer, with the one paragraph that is relevant."""
    articles = {article.reference.article_id: article for article in dataset.articles}
    for question in dataset.questions:
        if question.answers and len(question.relevant) == 1:
            (relevant,) = question.relevant
            if relevant in articles:
                yield question, articles[relevant]


def _best_extract(reader: PassageReader, question: str, article: Article) -> str:
    (judgement,) = reader.read(question, [article.reference.headed(article.text)], whole=True)
    if not judgement.extracts:
        return ""
    best = judgement.extracts[0]
    return article.text[best.start : best.end]
