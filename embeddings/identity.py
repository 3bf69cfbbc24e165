"""What makes two encoders the same."""

from dataclasses import dataclass

BUNDLED = "bundled"


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """What makes two encoders give the same vectors: an index names the one it was built with."""

    model: str
    digest: str
    query_prefix: str
    passage_prefix: str
    pooling: str
    dim: int
    max_tokens: int
