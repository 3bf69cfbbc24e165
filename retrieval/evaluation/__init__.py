"""Evaluation sets, the measures of retrieval, answers and abstention, and `evaluate`."""

from retrieval.evaluation.abstention import auroc, expected_calibration_error
from retrieval.evaluation.answers import contains_answer, exact_match, f1
from retrieval.evaluation.bootstrap import paired_test
from retrieval.evaluation.dataset import Dataset, GoldAnswer, Question
from retrieval.evaluation.indexing import index_dataset, unsplit
from retrieval.evaluation.loading import load_dataset
from retrieval.evaluation.memo import RememberingEncoder, RememberingReader
from retrieval.evaluation.results import Evaluation
from retrieval.evaluation.runner import evaluate
from retrieval.evaluation.splits import is_held_out, is_test, linked_groups

__all__ = [
    "Dataset",
    "Evaluation",
    "GoldAnswer",
    "Question",
    "RememberingEncoder",
    "RememberingReader",
    "auroc",
    "contains_answer",
    "evaluate",
    "exact_match",
    "expected_calibration_error",
    "f1",
    "index_dataset",
    "is_held_out",
    "is_test",
    "linked_groups",
    "load_dataset",
    "paired_test",
    "unsplit",
]
