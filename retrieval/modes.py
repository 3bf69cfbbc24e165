"""The ways in which passages are ranked for a question."""

from typing import Literal, get_args

from retrieval.errors import QueryError

Mode = Literal["dense", "lexical", "rrf", "hybrid", "reranked"]
MODES: tuple[Mode, ...] = get_args(Mode)


def checked_mode(name: str) -> Mode:
    """Return the mode of a name.

    Raises:
        QueryError: There is none.
    """
    for mode in MODES:
        if mode == name:
            return mode
    raise QueryError(f"There is no mode {name!r}. Choose one of: {', '.join(MODES)}")
