"""The signs by which the sentence to highlight is chosen."""

from collections.abc import Sequence

import numpy as np

from embeddings import Encoder
from retrieval.calibration.logit import conditional_logit
from retrieval.confidence import HighlightWeights
from retrieval.evaluation import Question
from retrieval.french import analyze
from retrieval.index.store import Store
from retrieval.reader import PassageReader
from retrieval.weighing import SIGNS, question_terms, sentence_signs


def fit_highlight(
    store: Store,
    encoder: Encoder,
    questions: Sequence[Question],
    *,
    reader: PassageReader | None,
    share: float,
) -> HighlightWeights:
    """Maximise the likelihood of the sentences that hold an answer, each within its passage."""
    count = store.manifest.passages
    numbers: dict[str, list[int]] = {}
    for number, (_, reference) in enumerate(store.passages(np.arange(count))):
        numbers.setdefault(reference.article_id, []).append(number)
    vectors = encoder.encode_queries([question.text for question in questions])
    signs, labels = [], []
    for question, vector in zip(questions, vectors, strict=True):
        tokens = list(dict.fromkeys(analyze(question.text)))
        frequencies = store.document_frequencies(tokens)
        terms = question_terms(question.text, frequencies, tokens, passages=count)
        starts = [answer.start for answer in question.answers if answer.start is not None]
        own = np.array([n for article in question.relevant for n in numbers.get(article, ())])
        passages = store.passages(own)
        texts = [reference.headed(passage.text) for passage, reference in passages]
        judgements = reader.read(question.text, texts) if reader else [None] * len(texts)
        for (passage, _), cosines, judgement in zip(
            passages, store.sentence_scores(vector, own), judgements, strict=True
        ):
            holds = [any(s <= at < e for at in starts) for s, e in passage.sentences]
            if any(holds) and not all(holds):
                signs.append(sentence_signs(passage, cosines, terms, judgement))
                labels.append(np.array(holds, dtype=float))
    weights = np.round(conditional_logit(signs, labels), 3).tolist()
    return HighlightWeights(**dict(zip(SIGNS, weights, strict=True)), share=share)
