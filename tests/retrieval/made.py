"""Passages, and readings of them, with scores made up for a test."""

from dataclasses import replace

import numpy as np

from retrieval.citing import choose, cite
from retrieval.confidence import HighlightWeights
from retrieval.french import analyze
from retrieval.reader import Extract, ReaderJudgement
from retrieval.records import Passage, Reference
from retrieval.weighing import question_terms, read_passage

WEIGHTS = HighlightWeights(cosine=10.0, coverage=0.0, context=0.0, kind=0.0, share=0.02)


def passage_of(article, *sentences):
    spans, text = [], ""
    for sentence in sentences:
        start = len(text) + (1 if text else 0)
        text = f"{text} {sentence}".strip()
        spans.append((start, start + len(sentence)))
    return Passage(article, 0, len(text), text, tuple(spans)), Reference(article, article, "…")


def later(found, start):
    """The same, where its text is further down its article."""
    passage, reference = found
    sentences = tuple((start + first, start + last) for first, last in passage.sentences)
    end = start + len(passage.text)
    return replace(passage, start=start, end=end, sentences=sentences), reference


def terms_of(question, *, passages=100):
    tokens = list(dict.fromkeys(analyze(question)))
    return question_terms(question, [1] * len(tokens), tokens, passages=passages)


def reading_of(question, score, found, cosines):
    return read_passage(score, found, np.array(cosines, np.float32), terms_of(question), WEIGHTS)


def cited(readings, terms, *, k):
    return cite(choose(readings, terms, k=k))


def judged(text, *extracts, relevance=0.0, presence=1.0, begins=None):
    """What a reader says of a text whose short answers are the words given with their share.

    An answer begins where they do, or at the first of the words of `begins` with theirs.
    """
    return ReaderJudgement(
        relevance,
        presence,
        tuple(
            Extract(text.index(words), text.index(words) + len(words), share)
            for words, share in extracts
        ),
        tuple((text.index(words), share) for words, share in begins or extracts),
    )


def read(question, score, found, cosines, *extracts, weights=WEIGHTS, **said):
    judgement = judged(found[0].text, *extracts, **said)
    return read_passage(
        score, found, np.array(cosines, np.float32), terms_of(question), weights, judgement
    )


def shown(citation):
    return [citation.text[start:end] for start, end in citation.highlights]
