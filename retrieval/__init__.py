"""Articles to an index, questions to cited answers.

from retrieval import answer
answer("Combien d'utilisateurs Telegram a-t-il gagnés ?").citations[0].text
"""

import importlib
from typing import TYPE_CHECKING

from retrieval.errors import CorpusError, DatasetError, MismatchError, QueryError, StoreError
from retrieval.locations import default_index
from retrieval.modes import MODES, Mode
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

if TYPE_CHECKING:
    from retrieval.api import (
        BuildReport,
        answer,
        build_index,
        default_retriever,
        search,
    )
    from retrieval.retriever import Retriever

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

# The model's libraries take seconds to load, which a list of sources need not wait for.
_LATE = {
    **dict.fromkeys(
        ("BuildReport", "answer", "build_index", "default_retriever", "search"),
        "retrieval.api",
    ),
    "Retriever": "retrieval.retriever",
}

if not TYPE_CHECKING:  # It would make any misspelt name a right one.

    def __getattr__(name: str) -> object:
        if name not in _LATE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(_LATE[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
