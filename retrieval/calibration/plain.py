"""What is fitted for answers without a reader, on questions of training articles.

In this order, since each step stands on those before it:

1. the share of the dense score in the hybrid, by nDCG@10 on a grid;
2. the weights of the signs by which the sentence to highlight is chosen;
3. the rule that tells answerable questions from those whose whole article is missing;
4. the rule that tells, among what is not answered, the questions whose article is there without
   the paragraphs that answer from those whose article is missing.

The rules are fitted on corpora of 5 articles, of 50 and of all together, so that one threshold
serves every size.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tqdm import tqdm

from embeddings import Encoder
from retrieval.calibration.asking import Asking, draw
from retrieval.calibration.highlight import fit_highlight
from retrieval.calibration.rules import fit_related, fit_rule
from retrieval.confidence import PLAIN_FEATURES, Calibration, Rules
from retrieval.evaluation import Dataset, Question, RememberingEncoder, index_dataset, is_test
from retrieval.evaluation.ranking import best_by_article, score_rankings
from retrieval.index.store import Store, open_store
from retrieval.retriever import Retriever

DENSE_SHARES = tuple(round(0.70 + 0.025 * step, 3) for step in range(9))
SMALL_CORPORA = ((50, 4), (5, 24))

ANSWERED_COVERAGE = 0.90
"""The share of answerable training questions that the threshold lets through."""

HARD_SHARE = 0.3
"""What questions whose answer alone is missing weigh against those whose article is: at 0.3 they
are refused more often at hardly any cost for the others, at 1 the others pay."""

SENTENCE_SHARE = 0.02
"""What the best sentence counts for its passage: from 0.01 to 0.04 all gain alike on PIAF."""


def fit_plain(
    dataset: Dataset, encoder: Encoder, start: Calibration, *, questions: int, seed: int
) -> tuple[Calibration, dict[str, Any]]:
    """Fit on at most so many training questions, drawn by the seed; also return an account.

    Raises:
        DatasetError: The set has too few articles of several paragraphs.
    """
    training = [q for q in dataset.questions if q.relevant and not is_test(q.group)]
    sample = draw(dataset, training, questions, seed=seed)
    encoder = RememberingEncoder(encoder)
    path = index_dataset(dataset, encoder).path
    with open_store(path) as store:
        share = _fit_share(store, encoder, sample, start)
        highlight = fit_highlight(store, encoder, sample, reader=None, share=SENTENCE_SHARE)
    calibration = replace(
        start,
        model=encoder.identity.model,
        fusion=replace(start.fusion, dense=share),
        plain=replace(start.plain, highlight=highlight),
        reader=None,
    )
    asking = Asking(dataset, sample, encoder, calibration)
    judged = [*asking.judge(path, sample), *asking.judge_small(SMALL_CORPORA, seed=seed)]
    answered, account = fit_rule(
        judged,
        features=PLAIN_FEATURES,
        shares={"whole": 1 + HARD_SHARE, "gone": 1, "hard": HARD_SHARE},
        passing="whole",
        coverage=ANSWERED_COVERAGE,
    )
    related, related_account = fit_related(judged, features=PLAIN_FEATURES)
    return replace(calibration, plain=Rules(highlight, answered, related)), {
        "questions": len(sample),
        "seed": seed,
        "model_digest": encoder.identity.digest,
        "answered": account,
        "related": related_account,
    }


def _fit_share(
    store: Store, encoder: Encoder, questions: Sequence[Question], calibration: Calibration
) -> float:
    best = (-1.0, 0.0)
    texts = [question.text for question in questions]
    for share in tqdm(DENSE_SHARES, desc="hybrid"):
        trial = replace(calibration, fusion=replace(calibration.fusion, dense=share))
        retriever = Retriever(store, encoder, calibration=trial)
        found = retriever.rank_many(texts, k=10, modes=("hybrid",))
        run = {q.id: best_by_article(r["hybrid"]) for q, r in zip(questions, found, strict=True)}
        gains = {each.measure: each.values.mean() for each in score_rankings(questions, run)}
        best = max(best, (float(gains["nDCG@10"]), share))
    return best[1]
