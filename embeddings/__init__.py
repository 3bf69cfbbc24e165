"""Text to unit vectors: knows no article and no index."""

from embeddings.encoder import BUNDLED, Encoder, ModelIdentity, load_encoder
from embeddings.errors import EncoderError, JeCiteError, TextTooLongError

__all__ = [
    "BUNDLED",
    "Encoder",
    "EncoderError",
    "JeCiteError",
    "ModelIdentity",
    "TextTooLongError",
    "load_encoder",
]
