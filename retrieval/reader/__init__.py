"""The trained cross-encoder: re-ranks passages and finds short answers in them."""

from retrieval.reader.judgement import (
    Extract,
    PassageReader,
    ReaderJudgement,
    ReaderName,
)

__all__ = ["Extract", "PassageReader", "ReaderJudgement", "ReaderName"]
