"""Text to unit vectors: knows no article and no index."""

import importlib
from typing import TYPE_CHECKING

from embeddings.errors import EncoderError, JeCiteError, TextTooLongError
from embeddings.identity import BUNDLED, ModelIdentity

if TYPE_CHECKING:
    from embeddings.encoder import Encoder, load_encoder

__all__ = [
    "BUNDLED",
    "Encoder",
    "EncoderError",
    "JeCiteError",
    "ModelIdentity",
    "TextTooLongError",
    "load_encoder",
]

# Loading torch takes seconds, which a list of sources or a help text need not wait for.
_LATE = ("Encoder", "load_encoder")

if not TYPE_CHECKING:  # It would make any misspelt name a right one.

    def __getattr__(name: str) -> object:
        if name not in _LATE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module("embeddings.encoder"), name)
