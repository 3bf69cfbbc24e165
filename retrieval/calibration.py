"""Fit everything that is fitted: `python -m retrieval.calibration DATASET`.

Needs a SQuAD-like set with several paragraphs an article, such as PIAF. Only the questions of
training articles are used (`retrieval.evaluation.is_test` says which are not), in this order,
since each step stands on those before it:

1. the share of the dense score in the hybrid, by nDCG@10 on a grid;
2. the weights of the signs by which the sentence to highlight is chosen, by the conditional
   likelihood of the sentences that hold an answer, within their passages;
3. the rule that tells answerable questions from those whose whole article is missing;
4. the rule that tells, among what is not answered, the questions whose article is there without
   the paragraphs that answer from those whose article is missing.

The rules are fitted on corpora of 5 articles, of 50 and of all together, so that one threshold
serves every size.
"""

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tqdm import tqdm

from embeddings import BUNDLED, Encoder, JeCiteError, load_encoder
from retrieval.answering import SIGNS, question_terms, sentence_signs
from retrieval.confidence import (
    CALIBRATION_FILE,
    FEATURES,
    Calibration,
    HighlightWeights,
    LogisticRule,
    load_calibration,
)
from retrieval.evaluation import Dataset, Question, folds, is_test, load_dataset
from retrieval.evaluation.indexing import index_dataset
from retrieval.evaluation.memo import RememberingEncoder
from retrieval.evaluation.removal import Removal
from retrieval.french import analyze
from retrieval.index.build import build_store
from retrieval.index.store import Store, open_store
from retrieval.retriever import Retriever

DENSE_SHARES = tuple(round(0.70 + 0.025 * step, 3) for step in range(9))
SMALL_CORPORA = ((50, 4), (5, 24))
"""How many articles a small corpus has, and how many such corpora are made."""

ANSWERED_COVERAGE = 0.90
"""The share of answerable training questions that the threshold lets through."""

HARD_SHARE = 0.3
"""What questions whose answer alone is missing weigh against those whose article is: at 0.3 they
are refused more often at hardly any cost for the others, at 1 the others pay."""

RELATED_COVERAGE = 0.65

SENTENCE_SHARE = 0.02
"""What the best sentence counts for its passage: from 0.01 to 0.04 all gain alike on PIAF."""

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Judged:
    """One question's evidence in one setting: its article whole, its answer gone, or all gone.

    `corpus` says how large the corpus was.
    """

    setting: str
    corpus: str
    group: str
    evidence: tuple[float, ...]


def calibrate(dataset: Dataset, encoder: Encoder, *, questions: int, seed: int) -> Calibration:
    """Fit on at most so many training questions, drawn by the seed.

    Raises:
        DatasetError: The set has no articles of its own.
    """
    training = [q for q in dataset.questions if q.relevant and not is_test(q.group)]
    sample = random.Random(seed).sample(training, min(questions, len(training)))  # noqa: S311
    encoder = RememberingEncoder(encoder)
    path = index_dataset(dataset, encoder, progress=_Bar("index")).path
    calibration = load_calibration()
    with open_store(path) as store:
        calibration = replace(
            calibration,
            fusion=replace(
                calibration.fusion, dense=_fit_share(store, encoder, sample, calibration)
            ),
        )
        calibration = replace(calibration, highlight=_fit_highlight(store, encoder, sample))
        print(calibration.fusion, calibration.highlight, file=sys.stderr)  # noqa: T201
    material = _Material(dataset, sample, encoder, calibration)
    judged = [*material.judge(path, sample), *material.judge_small(seed=seed)]
    answered, account = _fit_rule(
        judged,
        yes="whole",
        shares={"whole": 1 + HARD_SHARE, "gone": 1, "hard": HARD_SHARE},
        coverage=ANSWERED_COVERAGE,
    )
    related, related_account = _fit_rule(
        judged, yes="hard", shares={"hard": 1, "gone": 1}, coverage=RELATED_COVERAGE
    )
    return replace(
        calibration,
        model=encoder.identity.model,
        answered=answered,
        related=related,
        fitted={
            "dataset": dataset.name,
            "dataset_digest": dataset.digest,
            "questions": len(sample),
            "seed": seed,
            "model_digest": encoder.identity.digest,
            "answered": account,
            "related": related_account,
        },
    )


def _fit_share(
    store: Store, encoder: Encoder, questions: Sequence[Question], calibration: Calibration
) -> float:
    best = (-1.0, 0.0)
    texts = [question.text for question in questions]
    for share in tqdm(DENSE_SHARES, desc="hybrid"):
        trial = replace(calibration, fusion=replace(calibration.fusion, dense=share))
        retriever = Retriever(store, encoder, calibration=trial)
        gain = 0.0
        for question, ranked in zip(
            questions, retriever.rank_many(texts, k=10, modes=("hybrid",)), strict=True
        ):
            ids = list(dict.fromkeys(article for article, _ in ranked["hybrid"]))
            ranks = [rank for rank, article in enumerate(ids, 1) if article in question.relevant]
            gain += 1.0 / np.log2(1.0 + ranks[0]) if ranks else 0.0
        best = max(best, (gain, share))
    return best[1]


def _fit_highlight(
    store: Store, encoder: Encoder, questions: Sequence[Question]
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
        for (passage, _), cosines in zip(
            store.passages(own), store.sentence_scores(vector, own), strict=True
        ):
            holds = [any(s <= at < e for at in starts) for s, e in passage.sentences]
            if any(holds) and not all(holds):
                signs.append(sentence_signs(passage, cosines, terms))
                labels.append(np.array(holds, dtype=float))
    weights = _conditional_logit(signs, labels)
    return HighlightWeights(
        **dict(zip(SIGNS, np.round(weights, 3).tolist(), strict=True)), share=SENTENCE_SHARE
    )


def _conditional_logit(
    signs: list[NDArray[np.float64]], labels: list[NDArray[np.float64]]
) -> NDArray[np.float64]:
    """McFadden 1974, with a sum where several sentences of one passage hold an answer."""
    rows, chosen = np.concatenate(signs), np.concatenate(labels)
    scale = rows.std(axis=0)
    rows = rows / scale
    groups = np.repeat(np.arange(len(signs)), [len(each) for each in signs])
    first = np.concatenate([[0], np.flatnonzero(np.diff(groups)) + 1])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = rows @ weights
        powers = np.exp(scores - np.maximum.reduceat(scores, first)[groups])
        everything = np.add.reduceat(powers, first)
        right = np.add.reduceat(powers * chosen, first)
        pull = powers / everything[groups] - powers * chosen / right[groups]
        return -float(np.log(right / everything).sum()), rows.T @ pull

    found = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B")
    weights: NDArray[np.float64] = found.x / scale
    return weights


@dataclass(frozen=True, slots=True)
class _Material:
    """What the questions are asked with, whatever the corpus."""

    dataset: Dataset
    questions: Sequence[Question]
    encoder: Encoder
    calibration: Calibration

    def judge(
        self,
        path: Path,
        own: Sequence[Question],
        *,
        others: Sequence[Question] | None = None,
        corpus: str = "all articles",
    ) -> Iterator[Judged]:
        """Ask an index the questions of its own articles, in each setting.

        `others` are questions of articles that it doesn't hold; where None, those of its own are
        asked again without their article.
        """
        removal = Removal(self.dataset)
        sizes = Counter(self.dataset.groups)
        retriever = Retriever(open_store(path), self.encoder, calibration=self.calibration)
        left = [question for question in own if sizes[question.group] > 1]
        with retriever:
            settings = [
                ("whole", own, None),
                ("hard", left, [removal.hard(each) for each in left]),
                ("gone", own, [removal.off_corpus(each) for each in own])
                if others is None
                else ("gone", others, None),
            ]
            for setting, questions, excluding in settings:
                texts = [question.text for question in questions]
                evidence = retriever.evidence(texts, excluding=excluding) if texts else []
                for question, found in zip(questions, evidence, strict=True):
                    yield Judged(setting, corpus, question.group, astuple(found))

    def judge_small(self, *, seed: int) -> Iterator[Judged]:
        """Do so with small corpora of training articles, no two of a size sharing any."""
        rng = random.Random(seed)  # noqa: S311 - a sample, no secret
        groups = sorted({question.group for question in self.questions})
        rng.shuffle(groups)
        for size, count in SMALL_CORPORA:
            for number in tqdm(range(min(count, len(groups) // size)), desc=f"{size} articles"):
                inside = set(groups[number * size : (number + 1) * size])
                own = [each for each in self.questions if each.group in inside]
                others = [each for each in self.questions if each.group not in inside]
                articles = [
                    article
                    for article, group in zip(
                        self.dataset.articles, self.dataset.groups, strict=True
                    )
                    if group in inside
                ]
                with tempfile.TemporaryDirectory() as folder:
                    build_store(articles, Path(folder), encoder=self.encoder)
                    yield from self.judge(
                        Path(folder),
                        own,
                        others=rng.sample(others, len(own)),
                        corpus=f"{size} articles",
                    )


def _fit_rule(
    judged: Sequence[Judged], *, yes: str, shares: Mapping[str, float], coverage: float
) -> tuple[LogisticRule, dict[str, object]]:
    """Fit a logistic rule; its threshold lets the share `coverage` of the yeses through.

    `shares` are the settings to fit on and what each weighs, within each size of corpus alike.
    """
    rows = [each for each in judged if each.setting in shares]
    features = np.array([each.evidence for each in rows])
    labels = np.array([each.setting == yes for each in rows])
    cells = Counter((each.corpus, each.setting) for each in rows)
    weights = np.array([shares[r.setting] / cells[r.corpus, r.setting] for r in rows])
    weights /= weights.mean()
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1.0, max_iter=1000))
    held_out = cross_val_predict(
        model,
        features,
        labels,
        groups=folds([each.group for each in rows], FOLDS),
        cv=GroupKFold(FOLDS),
        params={"logisticregression__sample_weight": weights},
        method="predict_proba",
    )[:, 1]
    threshold = float(np.quantile(held_out[labels], 1.0 - coverage))
    account: dict[str, object] = {
        f"{setting}, {corpus}": {
            "passed": round(float((held_out[cell] >= threshold).mean()), 4),
            "auroc": None
            if setting == yes
            else round(float(roc_auc_score(labels[pair], held_out[pair])), 4),
        }
        for corpus, setting in sorted(cells)
        for cell in [_in(rows, corpus, (setting,))]
        for pair in [_in(rows, corpus, (yes, setting))]
    }
    model.fit(features, labels, logisticregression__sample_weight=weights)
    scaler, regression = model[0], model[1]
    scaled = regression.coef_[0] / scaler.scale_
    return LogisticRule(
        intercept=round(float(regression.intercept_[0] - scaled @ scaler.mean_), 5),
        weights=dict(zip(FEATURES, np.round(scaled, 5).tolist(), strict=True)),
        threshold=round(threshold, 4),
    ), account


def _in(rows: Sequence[Judged], corpus: str, settings: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.array([row.corpus == corpus and row.setting in settings for row in rows])


class _Bar:
    """A progress bar for `build_store`."""

    def __init__(self, name: str) -> None:
        self._bar = tqdm(desc=name)

    def __call__(self, done: int, total: int) -> None:
        self._bar.total = total
        self._bar.update(done - self._bar.n)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m retrieval.calibration", description=__doc__)
    parser.add_argument("dataset", type=Path, help="a SQuAD file, such as PIAF")
    parser.add_argument("--model", default=BUNDLED)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name(CALIBRATION_FILE))
    parser.add_argument("--questions", type=int, default=2500)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    try:
        calibration = calibrate(
            load_dataset(options.dataset),
            load_encoder(options.model),
            questions=options.questions,
            seed=options.seed,
        )
    except JeCiteError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    options.out.write_text(
        json.dumps(asdict(calibration), ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
