"""A package, so that `tests/embeddings` and `tests/retrieval` never stand for the real ones."""
