"""SQuAD v1 and v2 files, which PIAF, FQuAD and XQuAD follow: each paragraph is one article."""

from collections import Counter
from pathlib import Path

from markupsafe import Markup

from retrieval.evaluation.answers import words
from retrieval.evaluation.dataset import Dataset, GoldAnswer, Problem, Question, checked
from retrieval.evaluation.parsing import Schema, digest, opening, parse, read_text
from retrieval.records import Article, Reference


class _Answer(Schema):
    text: str
    answer_start: int


class _Question(Schema):
    id: str
    question: str
    answers: tuple[_Answer, ...] = ()
    is_impossible: bool = False


class _Paragraph(Schema):
    context: str
    qas: tuple[_Question, ...]


class _Article(Schema):
    title: str | None = None
    paragraphs: tuple[_Paragraph, ...]


class _File(Schema):
    data: tuple[_Article, ...]


def load_squad(path: Path) -> Dataset:
    """Read a SQuAD file (Rajpurkar et al. 2016, 2018).

    A paragraph's id is its article's title with `_` for white space, `#`, and its number in the
    article from 0; the group of a paragraph and of its questions is the title as it stands.
    What is read as its title has no markup: PIAF has « <i>Saw 3D : Chapitre final</i> ».
    Articles of the same title are one group; an article without a title is a group of its own.

    An `answer_start` at which its text doesn't stand is counted as a problem: the answer keeps
    its text but no offset where the paragraph holds it elsewhere, and is skipped otherwise. So is
    one without a word (« € »), which would make silence right. The question stays, since its
    paragraph is known; it may be left without an answer to match.

    Raises:
        DatasetError: The file is malformed, lacks a field, has no question, or repeats an id.
    """
    file = parse(_File, read_text(path), path)
    reader = _Reader(path)
    for number, article in enumerate(file.data):
        reader.add(article, number)
    problems = (
        *Problem.of("answers that don't stand at their answer_start: offset skipped", reader.moved),
        *Problem.of("answers that their paragraph doesn't hold: skipped", reader.missing),
        *Problem.of("answers without a word to look for: skipped", reader.wordless),
    )
    dataset = Dataset(
        name=path.stem,
        digest=digest([path]),
        articles=tuple(reader.articles),
        groups=tuple(reader.groups),
        questions=tuple(reader.questions),
        problems=problems,
    )
    return checked(dataset, path)


class _Reader:
    """Gathers articles and questions, and the places where an answer isn't where it is said."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.articles: list[Article] = []
        self.groups: list[str] = []
        self.questions: list[Question] = []
        self.moved: list[str] = []
        self.missing: list[str] = []
        self.wordless: list[str] = []
        self._paragraphs: Counter[str] = Counter()

    def add(self, article: _Article, number: int) -> None:
        group = article.title or f"article {number}"
        title = Markup(article.title or "").striptags()  # noqa: S704 - to be rid of its markup
        slug = "_".join(group.split())
        for paragraph in article.paragraphs:
            article_id = f"{slug}#{self._paragraphs[slug]}"
            self._paragraphs[slug] += 1
            reference = Reference(
                article_id=article_id,
                path=str(self.path),
                opening=opening(paragraph.context),
                title=title or None,
            )
            self.articles.append(Article(reference=reference, text=paragraph.context))
            self.groups.append(group)
            for question in paragraph.qas:
                self.questions.append(self._question(question, paragraph.context, article_id))

    def _question(self, question: _Question, context: str, article_id: str) -> Question:
        impossible = question.is_impossible
        return Question(
            id=question.id,
            text=question.question,
            group=self.groups[-1],
            answers=() if impossible else self._answers(question, context),
            relevant={} if impossible else {article_id: 1},
            impossible=impossible,
        )

    def _answers(self, question: _Question, context: str) -> tuple[GoldAnswer, ...]:
        kept: list[GoldAnswer] = []
        for answer in question.answers:
            if not words(answer.text):
                self.wordless.append(f"question {question.id}")
            # startswith would count a negative start from the end.
            elif answer.answer_start >= 0 and context.startswith(answer.text, answer.answer_start):
                kept.append(GoldAnswer(answer.text, answer.answer_start))
            elif answer.text in context:
                kept.append(GoldAnswer(answer.text))
                self.moved.append(f"question {question.id}")
            else:
                self.missing.append(f"question {question.id}")
        return tuple(kept)
