"""The records that flow through the project: articles, passages, hits, citations, answers.

All offsets count Unicode code points of `Article.text`, start included, end excluded.
"""

from dataclasses import dataclass
from enum import StrEnum
from textwrap import shorten
from typing import NamedTuple, TypeAlias

Span: TypeAlias = tuple[int, int]
"""Start (included) and end (excluded), in code points."""


class Headed(NamedTuple):
    """A text under a heading, which is read with it and never quoted."""

    heading: str
    text: str


HEADING_CHARACTERS = 200
"""The most of a title that is read with each of its article's passages."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What is known of an article without its text; whatever is unknown is None.

    `date` is an ISO 8601 date that may stop at the year or the month ("2021", "2021-01").
    `opening` holds the article's first words, to name one that has no title.
    """

    article_id: str
    path: str
    opening: str
    title: str | None = None
    source: str | None = None
    url: str | None = None
    date: str | None = None
    lang: str | None = None

    @property
    def label(self) -> str:
        """The title, or « first words… » where there is none."""
        return self.title or f"«\u00a0{self.opening}…\u00a0»"

    @property
    def heading(self) -> str:
        """What a passage is indexed and read under: the title, or nothing where there is none.

        A paragraph seldom repeats what its article is about. Where the title is long, its end is
        left out. It is nothing, too, where the article opens with its own title: a headline is
        then quoted as the article's text, and would answer for every passage.
        """
        if not self.title or self.title.startswith(self.opening):
            return ""
        return shorten(self.title, HEADING_CHARACTERS, placeholder="…") + " : "

    def headed(self, text: str) -> Headed:
        """A text of this article under its heading."""
        return Headed(self.heading, text)


@dataclass(frozen=True, slots=True)
class Article:
    """An article: its reference and its cleaned text.

    `breaks` are the sorted offsets at which text was removed: no passage spans one.
    """

    reference: Reference
    text: str
    breaks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article: what is indexed, ranked and shown.

    `sentences` are the spans of its sentences, in the article's offsets.
    """

    article_id: str
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...]

    @property
    def id(self) -> str:
        """The article's id and the passage's offsets: stable while the text is."""
        return f"{self.article_id}#{self.start}-{self.end}"

    def words(self, span: Span) -> str:
        """Return what stands at a span of its article's offsets, such as one of `sentences`."""
        start, end = span
        return self.text[start - self.start : end - self.start]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query, by rank from 1.

    `score` is the score of the mode that was asked for, higher is better. The ranks and scores
    of each ranking tell where it came from; they are None where that ranking did not return
    the passage.
    """

    rank: int
    score: float
    passage: Passage
    reference: Reference
    dense_rank: int | None = None
    dense_score: float | None = None
    lexical_rank: int | None = None
    lexical_score: float | None = None
    fused_rank: int | None = None
    fused_score: float | None = None


@dataclass(frozen=True, slots=True)
class Quotation:
    """Some text of one article, word for word: `article.text[start:end] == text`."""

    reference: Reference
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Citation:
    """One quotation, and those of other articles that say it in nearly the same words.

    `highlights` are spans of the first quotation's text, in its order: the sentence that answers
    best, and another where it is nearly as likely to.
    """

    rank: int
    score: float
    quotations: tuple[Quotation, ...]
    highlights: tuple[Span, ...]

    @property
    def text(self) -> str:
        """The text of the first quotation."""
        return self.quotations[0].text


class Status(StrEnum):
    """What the corpus has for a question."""

    ANSWERED = "answered"
    RELATED = "related"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """Where a citation supports a short answer: offsets into that citation's text."""

    citation: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """A short answer, a slice of a quotation, with its probability.

    It is a whole sentence where fewer words would only repeat the question.
    """

    text: str
    probability: float
    spans: tuple[AnswerSpan, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the corpus says to a question.

    `confidence` estimates the probability that the first short answer is right or, without a
    reader, that the corpus answers the question. `understood` is the question as it was read,
    together with the one before or with mistyped words and shorthand mended, or None when it was
    read as it stands but for capitals.
    """

    question: str
    status: Status
    confidence: float
    citations: tuple[Citation, ...]
    answers: tuple[ShortAnswer, ...] = ()
    understood: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """The text around a quotation in its article; `before` and `after` may be empty.

    The three joined are a slice of the article, with its own white space. `cut_before` and
    `cut_after` tell whether it starts and ends within a sentence that was too long.
    """

    before: str
    quotation: Quotation
    after: str
    cut_before: bool = False
    cut_after: bool = False
