"""What an evaluation finds: question by question, and in sum."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from retrieval.evaluation.abstention import ReliabilityBin, RiskCoverage
from retrieval.evaluation.answers import BestThreshold
from retrieval.evaluation.bootstrap import Interval
from retrieval.evaluation.dataset import Dataset, Problem, Question
from retrieval.evaluation.ranking import Ranking
from retrieval.records import Status

Scope = Literal["all", "test"]
"""Which questions a figure is about: all, or those of the test articles."""

SCOPES: Mapping[Scope, str] = {"all": "all questions", "test": "test articles"}
"""What stands for a scope in JSON and on the page."""

Setting = Literal["as asked", "off-corpus", "hard", "hard, neighbours left"]
"""How the questions that the corpus cannot answer come about.

As asked: the set says that they are impossible. Off-corpus: the whole article that the question
is about is removed. Hard: only the paragraphs that hold the answer are; where they are the whole
article, nothing of it stays. Hard, neighbours left: the questions of which something does.
"""

IN_TOP_THREE = "answer in top three"
IN_TOP_CITATION = "answer in top citation"
IN_HIGHLIGHT = "answer in highlight"
SHORT_RIGHT = "short answer right"
EXACT_MATCH = "exact match"
F1 = "F1"
ANSWER_MEASURES = (IN_TOP_THREE, IN_TOP_CITATION, IN_HIGHLIGHT, SHORT_RIGHT, EXACT_MATCH, F1)


@dataclass(frozen=True, slots=True)
class IndexFacts:
    """What was searched, and the identity of everything that decides what is found.

    `calibration` is the SHA-256 of all that was fitted, `reader` that of the reader's weights,
    None without a reader.
    """

    articles: int
    passages: int
    model: str
    model_digest: str
    splitting: str
    analysis: str
    calibration: str
    reader: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a question was answered with.

    `is_right` says whether what is put first answers. A short answer does where it matches an
    answer of the set (`matches_answer`) and stands in a relevant article; where there is none,
    the first citation does where it holds an answer of the set. Where the set gives no answers,
    the first citation does where it is from a relevant article. `short` is the best short answer,
    None where there was none.
    """

    status: Status
    confidence: float
    is_right: bool
    cited: str = ""
    cited_article: str | None = None
    short: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was made of a question once its article, or its answer's paragraphs, were removed."""

    status: Status
    confidence: float


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """Everything found for one question.

    `rankings` holds the best articles of each mode that ranked the question, `values` each mode's
    measures; both are empty for a question without a relevant article. `answer_values` holds the
    answer's measures, of which the first three say where an answer of the set stands in a
    quotation from a relevant article: among the three citations shown, in the first, in the
    sentence highlighted there. The others are about the first short answer, "" where there is
    none. `outcome` is None, and `removed` empty, where no answer was asked for.
    """

    question: Question
    is_test: bool
    rankings: Mapping[str, Ranking] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    answer_values: Mapping[str, float] = field(default_factory=dict)
    outcome: Outcome | None = None
    removed: Mapping[Setting, Verdict] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RetrievalFigures:
    """One mode's measures over `questions` questions."""

    mode: str
    scope: Scope
    questions: int
    measures: Mapping[str, Interval]


@dataclass(frozen=True, slots=True)
class AnswerFigures:
    """The answers' measures; `thresholds` holds SQuAD 2's best scores over all thresholds.

    Of the questions, `answerable` have an answer. The others count in exact match and F1 alone.
    """

    scope: Scope
    questions: int
    answerable: int
    measures: Mapping[str, Interval]
    thresholds: Mapping[str, BestThreshold]


@dataclass(frozen=True, slots=True)
class ReadingFigures:
    """The reader alone: exact match and F1 of its best extract of the right paragraph."""

    scope: Scope
    questions: int
    measures: Mapping[str, Interval]


@dataclass(frozen=True, slots=True)
class AbstentionFigures:
    """How well confidence tells the answerable questions from the others, in one setting.

    `diagram` and the expected calibration error are about what confidence is the probability of:
    that the answer is right, or, without a reader, that the question is answerable.
    """

    setting: Setting
    scope: Scope
    answerable: int
    unanswerable: int
    measures: Mapping[str, Interval]
    curve: RiskCoverage
    diagram: tuple[ReliabilityBin, ...]


@dataclass(frozen=True, slots=True)
class KindFigures:
    """The share of the questions of one kind that were refused: any status but "answered"."""

    kind: str
    questions: int
    refused: Interval


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The results on one data set.

    `retrieval` has one entry a mode: over all questions, or over those of the test articles for
    the modes that were tuned on the set's other articles; `retrieval_test` has every mode over
    the test articles, and is empty where nothing was tuned on the set. `index` is None where
    somebody else's results are scored, `reading` where there is no reader or no paragraph to read.
    """

    dataset: Dataset
    questions: tuple[QuestionResult, ...]
    problems: tuple[Problem, ...]
    index: IndexFacts | None = None
    retrieval: tuple[RetrievalFigures, ...] = ()
    retrieval_test: tuple[RetrievalFigures, ...] = ()
    answers: AnswerFigures | None = None
    reading: ReadingFigures | None = None
    abstention: tuple[AbstentionFigures, ...] = ()
    kinds: tuple[KindFigures, ...] = ()

    @property
    def has_reader(self) -> bool:
        """Whether answers were made with a reader: confidence is then about their being right."""
        return self.index is not None and self.index.reader is not None
