"""Evaluation sets, and the measures of retrieval, answers and abstention on them."""

from retrieval.evaluation.abstention import (
    OperatingPoint,
    ReliabilityBin,
    RiskCoverage,
    auroc,
    brier_score,
    expected_calibration_error,
    operating_point,
    reliability,
    risk_coverage,
)
from retrieval.evaluation.answers import (
    AnswerScores,
    BestThreshold,
    best_threshold,
    contains_answer,
    exact_match,
    f1,
    score_answers,
)
from retrieval.evaluation.bootstrap import (
    Comparison,
    Interval,
    bootstrap_mean,
    bootstrap_statistic,
    paired_test,
)
from retrieval.evaluation.dataset import Dataset, GoldAnswer, Problem, Question
from retrieval.evaluation.loading import load_dataset
from retrieval.evaluation.qrels import unknown_articles
from retrieval.evaluation.ranking import (
    RETRIEVAL_MEASURES,
    MeasureValues,
    Ranking,
    Run,
    best_by_article,
    score_rankings,
)
from retrieval.evaluation.runs import (
    read_predictions,
    read_run,
    write_predictions,
    write_qrels,
    write_run,
)
from retrieval.evaluation.splits import folds, is_test, linked_groups

__all__ = [
    "RETRIEVAL_MEASURES",
    "AnswerScores",
    "BestThreshold",
    "Comparison",
    "Dataset",
    "GoldAnswer",
    "Interval",
    "MeasureValues",
    "OperatingPoint",
    "Problem",
    "Question",
    "Ranking",
    "ReliabilityBin",
    "RiskCoverage",
    "Run",
    "auroc",
    "best_by_article",
    "best_threshold",
    "bootstrap_mean",
    "bootstrap_statistic",
    "brier_score",
    "contains_answer",
    "exact_match",
    "expected_calibration_error",
    "f1",
    "folds",
    "is_test",
    "linked_groups",
    "load_dataset",
    "operating_point",
    "paired_test",
    "read_predictions",
    "read_run",
    "reliability",
    "risk_coverage",
    "score_answers",
    "score_rankings",
    "unknown_articles",
    "write_predictions",
    "write_qrels",
    "write_run",
]
