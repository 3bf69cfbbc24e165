"""Articles to an index, questions to cited answers.

from retrieval import answer
answer("Combien d'utilisateurs Telegram a-t-il gagnés ?").citations[0].text
"""

from retrieval.api import BuildReport, answer, build_index, default_index, default_retriever, search
from retrieval.errors import CorpusError, DatasetError, MismatchError, QueryError, StoreError
from retrieval.records import (
    Answer,
    AnswerSpan,
    Article,
    Citation,
    Context,
    Hit,
    Passage,
    Quotation,
    Reference,
    ShortAnswer,
    Span,
    Status,
)
from retrieval.retriever import MODES, Mode, Retriever

__all__ = [
    "MODES",
    "Answer",
    "AnswerSpan",
    "Article",
    "BuildReport",
    "Citation",
    "Context",
    "CorpusError",
    "DatasetError",
    "Hit",
    "MismatchError",
    "Mode",
    "Passage",
    "QueryError",
    "Quotation",
    "Reference",
    "Retriever",
    "ShortAnswer",
    "Span",
    "Status",
    "StoreError",
    "answer",
    "build_index",
    "default_index",
    "default_retriever",
    "search",
]
