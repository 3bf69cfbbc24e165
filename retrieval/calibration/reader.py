"""What is fitted for answers with the reader, on questions of articles that it never saw.

The reader is surer of what it was trained on than it should be, so that only PIAF's held-out
articles serve (`retrieval.evaluation.is_held_out`). In this order:

1. what relevance, presence and the hybrid's score weigh when passages are re-ranked;
2. how relevant one of the first passages must be for the others to be left unread;
3. the weights of the signs by which the sentence to highlight is chosen;
4. the rule that tells answerable questions from the others, its score scaled to the probability
   that the first short answer is right;
5. the rule that tells, among what is not answered, what the corpus speaks of.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from embeddings import Encoder
from retrieval.calibration.asking import Asking, draw
from retrieval.calibration.highlight import fit_highlight
from retrieval.calibration.logit import conditional_logit
from retrieval.calibration.rules import fit_related, fit_rule
from retrieval.confidence import FEATURES, Calibration, RankingWeights, ReaderRules
from retrieval.consulting import Consultation
from retrieval.evaluation import (
    Dataset,
    RememberingEncoder,
    index_dataset,
    is_held_out,
)
from retrieval.evaluation.memo import RememberingReader
from retrieval.index.store import open_store
from retrieval.reader import PassageReader

SMALL_CORPORA = ((5, 6),)

ANSWERED_COVERAGE = 0.90
"""The share of answerable held-out questions that the threshold lets through.

At 0.93 it lets through 24 % of those whose article is gone from the whole corpus, at 0.90 16 %.
"""

SHARES = {"whole": 1.0, "gone": 0.5, "hard": 0.5}
"""What the settings weigh: as many questions without an answer as with one, half of them hard."""

STRENGTH = 0.03
"""Cross-validated on 753 held-out questions, it tells more of those apart whose article is gone
than 0.1 does, and as many of the hard ones."""

SETTLED_RIGHT = 0.99
"""How often, where the others are left unread, the first passage is the one it would have been.

Nearly all held-out questions are settled so. At 0.999 a single question decides it: of 400 79 %
were settled and of 500 others 61 %, and to read on for the difference changed three first
passages of the 400 and found one that was right.
"""

RETRIEVED_ALONE = RankingWeights(relevance=0.0, presence=0.0, retrieved=1.0)
READS_ALL = 1e6
"""More than any relevance: with it, nothing settles it before all are read."""


def fit_reader(  # noqa: PLR0913 - all but four have a name
    dataset: Dataset,
    encoder: Encoder,
    reader: PassageReader,
    start: Calibration,
    *,
    questions: int,
    seed: int,
) -> tuple[ReaderRules, dict[str, Any]]:
    """Fit on at most so many questions of the held-out articles; also return an account.

    `start` holds what was fitted without the reader.

    Raises:
        DatasetError: The set has too few held-out articles of several paragraphs.
    """
    held_out = [q for q in dataset.questions if q.relevant and q.answers and is_held_out(q.group)]
    sample = draw(dataset, held_out, questions, seed=seed)
    encoder, reader = RememberingEncoder(encoder), RememberingReader(reader)
    path = index_dataset(dataset, encoder).path
    plain = start.plain
    rules = ReaderRules(
        highlight=replace(plain.highlight, share=0.0),
        answered=plain.answered,
        related=plain.related,
        digest=reader.digest,
        ranking=RETRIEVED_ALONE,
        settled=READS_ALL,
    )
    asking = Asking(dataset, sample, encoder, replace(start, reader=rules), reader)
    rules = replace(rules, ranking=_fit_ranking(asking, path))
    settled, share = _fit_settled(asking, rules, path)
    rules = replace(rules, settled=settled)
    with open_store(path) as store:
        highlight = fit_highlight(store, encoder, sample, reader=reader, share=0.0)
    rules = replace(rules, highlight=highlight)
    asking = replace(asking, calibration=replace(start, reader=rules))
    judged = [
        *asking.judge(path, sample),
        *asking.judge_small(SMALL_CORPORA, seed=seed),
    ]
    answered, account = fit_rule(
        judged,
        features=FEATURES,
        shares=SHARES,
        passing="whole",
        coverage=ANSWERED_COVERAGE,
        outcomes=np.array([each.is_right for each in judged]),
        strength=STRENGTH,
    )
    related, related_account = fit_related(judged, features=FEATURES, strength=STRENGTH)
    return replace(rules, answered=answered, related=related), {
        "questions": len(sample),
        "seed": seed,
        "articles": len({each.group for each in sample}),
        "reader_digest": reader.digest,
        "settled_share": share,
        "answered": account,
        "related": related_account,
    }


def _fit_ranking(asking: Asking, path: Path) -> RankingWeights:
    """Maximise the likelihood of the right passage among those that were read."""
    signs, labels = [], []
    with asking.open(path) as retriever:
        for question in tqdm(asking.questions, desc="ranking"):
            consulted = retriever.consult_many([question.text])[0]
            right = [each.reference.article_id in question.relevant for each in consulted.readings]
            if any(right):
                signs.append(
                    np.array(
                        [
                            (each.judgement.relevance, each.judgement.presence, each.score)
                            for each in consulted.readings
                            if each.judgement is not None
                        ]
                    )
                )
                labels.append(np.array(right, dtype=float))
    relevance, presence, retrieved = np.round(conditional_logit(signs, labels), 4).tolist()
    return RankingWeights(relevance=relevance, presence=presence, retrieved=retrieved)


def _fit_settled(asking: Asking, rules: ReaderRules, path: Path) -> tuple[float, float]:
    """Find the least relevance that settles it, and how many of the questions it settles."""

    def consult(settled: float) -> list[Consultation]:
        start = replace(asking.calibration, reader=replace(rules, settled=settled))
        with replace(asking, calibration=start).open(path) as retriever:
            return retriever.consult_many([question.text for question in asking.questions])

    relevance, is_same = [], []
    for some, whole in zip(consult(-READS_ALL), consult(READS_ALL), strict=True):
        read = [each.judgement.relevance for each in some.readings if each.judgement is not None]
        relevance.append(max(read))
        is_same.append(some.readings[0].passage == whole.readings[0].passage)
    return least_settling(np.array(relevance), np.array(is_same))


def least_settling(
    relevance: NDArray[np.float64], is_same: NDArray[np.bool_]
) -> tuple[float, float]:
    """Find the least relevance from which `SETTLED_RIGHT` of the questions keep their passage.

    For each question, `relevance` is the most of the passages read first, and `is_same` whether
    to read the others leaves the first one first. Also returns the share of questions settled.
    """
    order = np.argsort(-relevance)
    right = np.cumsum(is_same[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(right >= SETTLED_RIGHT)
    if not len(enough):
        return READS_ALL, 0.0
    last = int(enough[-1])
    return round(float(relevance[order[last]]), 4), round((last + 1) / len(order), 4)
