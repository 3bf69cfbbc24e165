"""Evaluation sets, the measures of retrieval, answers and abstention, and `evaluate`."""

from retrieval.evaluation.abstention import (
    OperatingPoint,
    ReliabilityBin,
    RiskCoverage,
    auroc,
    expected_calibration_error,
    operating_point,
    reliability,
    risk_coverage,
)
from retrieval.evaluation.answers import (
    RIGHT_F1,
    AnswerScores,
    BestThreshold,
    best_threshold,
    contains_answer,
    exact_match,
    f1,
    matches_answer,
    score_answers,
)
from retrieval.evaluation.bootstrap import (
    Comparison,
    Interval,
    bootstrap_mean,
    bootstrap_statistic,
    paired_test,
)
from retrieval.evaluation.compare import MeasureComparison, compare, read_baseline
from retrieval.evaluation.dataset import Dataset, GoldAnswer, Problem, Question
from retrieval.evaluation.export import Provenance, to_json, write_questions
from retrieval.evaluation.indexing import DatasetIndex, index_dataset, unsplit
from retrieval.evaluation.latency import Latency, measure_latency
from retrieval.evaluation.loading import load_dataset
from retrieval.evaluation.memo import RememberingEncoder, RememberingReader
from retrieval.evaluation.qrels import unknown_articles
from retrieval.evaluation.ranking import (
    RETRIEVAL_MEASURES,
    MeasureValues,
    Ranking,
    Run,
    best_by_article,
    score_rankings,
)
from retrieval.evaluation.reading import reading_figures
from retrieval.evaluation.report import render_report
from retrieval.evaluation.results import (
    AbstentionFigures,
    AnswerFigures,
    Evaluation,
    IndexFacts,
    KindFigures,
    Outcome,
    QuestionResult,
    ReadingFigures,
    RetrievalFigures,
    Verdict,
)
from retrieval.evaluation.runner import evaluate, evaluate_predictions, evaluate_run
from retrieval.evaluation.runs import read_predictions, read_run, write_run
from retrieval.evaluation.sampling import only_test_articles, sample_articles, sample_questions
from retrieval.evaluation.splits import is_held_out, is_test, linked_groups

__all__ = [
    "RETRIEVAL_MEASURES",
    "RIGHT_F1",
    "AbstentionFigures",
    "AnswerFigures",
    "AnswerScores",
    "BestThreshold",
    "Comparison",
    "Dataset",
    "DatasetIndex",
    "Evaluation",
    "GoldAnswer",
    "IndexFacts",
    "Interval",
    "KindFigures",
    "Latency",
    "MeasureComparison",
    "MeasureValues",
    "OperatingPoint",
    "Outcome",
    "Problem",
    "Provenance",
    "Question",
    "QuestionResult",
    "Ranking",
    "ReadingFigures",
    "ReliabilityBin",
    "RememberingEncoder",
    "RememberingReader",
    "RetrievalFigures",
    "RiskCoverage",
    "Run",
    "Verdict",
    "auroc",
    "best_by_article",
    "best_threshold",
    "bootstrap_mean",
    "bootstrap_statistic",
    "compare",
    "contains_answer",
    "evaluate",
    "evaluate_predictions",
    "evaluate_run",
    "exact_match",
    "expected_calibration_error",
    "f1",
    "index_dataset",
    "is_held_out",
    "is_test",
    "linked_groups",
    "load_dataset",
    "matches_answer",
    "measure_latency",
    "only_test_articles",
    "operating_point",
    "paired_test",
    "read_baseline",
    "read_predictions",
    "read_run",
    "reading_figures",
    "reliability",
    "render_report",
    "risk_coverage",
    "sample_articles",
    "sample_questions",
    "score_answers",
    "score_rankings",
    "to_json",
    "unknown_articles",
    "unsplit",
    "write_questions",
    "write_run",
]
