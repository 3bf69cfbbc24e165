"""`evaluate`: every measure of one retriever, or of somebody else's results, on one set."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from retrieval.errors import DatasetError
from retrieval.evaluation.asking import DEPTH, Asker
from retrieval.evaluation.dataset import Dataset, Problem, Question
from retrieval.evaluation.figures import (
    abstention_figures,
    answer_figures,
    kind_figures,
    retrieval_figures,
    too_few_articles,
    with_short_answers,
)
from retrieval.evaluation.provenance import calibration_digest
from retrieval.evaluation.qrels import unknown_articles
from retrieval.evaluation.ranking import Run, score_rankings
from retrieval.evaluation.reading import reading_figures
from retrieval.evaluation.removal import Removal
from retrieval.evaluation.results import (
    SHORT_RIGHT,
    AbstentionFigures,
    Evaluation,
    IndexFacts,
    QuestionResult,
    Scope,
    Setting,
)
from retrieval.evaluation.splits import is_test
from retrieval.evaluation.tuning import (
    READING,
    TUNED_MODES,
    fitted_for,
    modes_to_ask,
    trained_on,
    tuning_digests,
)
from retrieval.index.build import Progress
from retrieval.modes import MODES, Mode
from retrieval.retriever import Retriever

BLOCK = 256
"""How many questions are encoded and searched for together."""

SETTINGS: tuple[Setting, ...] = ("as asked", "off-corpus", "hard", "hard, neighbours left")
PREDICTIONS = "predictions"


def evaluate(  # noqa: PLR0913 - all but two are options with a name
    retriever: Retriever,
    dataset: Dataset,
    *,
    modes: Sequence[Mode] = MODES,
    k: int = 10,
    answering: bool = True,
    progress: Progress | None = None,
) -> Evaluation:
    """Search for every question in every mode, have them answered, and measure both.

    Relevance is by article: a passage counts for its article, which has its best passage's
    rank. Measures reach rank 100 whatever `k`, the number of articles that are kept of each
    ranking. A question that cannot be asked (too long) counts as one without a result.

    Where the calibration was fitted on this very set, the figures of the hybrid and the reranked
    mode, of the answers and of abstention are for the questions of the test articles (`is_test`),
    and no other question is reranked or answered. Without `answering`, only rankings are measured.
    All modes are those that the retriever has: the reranked one is left out without a reader.
    With one, every passage is read several times, unless it is a `RememberingReader`.

    Raises:
        DatasetError: None of the articles that the set says are relevant is in the index.
        QueryError: There is no such mode, or the reranked one was asked for by name, and there is
            no reader.
        StoreError: The index is damaged.
    """
    modes = modes_to_ask(retriever, modes)
    problems = [
        *dataset.problems,
        *_known_articles(retriever, dataset),
        *trained_on(retriever, dataset),
        *fitted_for(retriever),
    ]
    tuned = dataset.digest in tuning_digests(retriever.calibration)
    asker = Asker(retriever, Removal(dataset), modes=modes, k=k)
    results: list[QuestionResult] = []
    quick = [mode for mode in modes if mode != READING]
    for block in _blocks(dataset.questions):
        measured = [not tuned or is_test(each.group) for each in block]
        results += asker.ask(
            block,
            modes=[modes if is_measured else quick for is_measured in measured],
            answering=[answering and is_measured for is_measured in measured],
        )
        if progress is not None:
            progress(len(results), len(dataset.questions))
    reader = retriever.reader
    if reader is not None:
        given = {each.question.id: each.outcome.short or "" for each in results if each.outcome}
        results = [_with_verdict(each) for each in with_short_answers(results, given)]
    problems += Problem.of("questions that cannot be asked: count as not found", asker.refused)
    untuned_modes = [mode for mode in modes if not (tuned and mode in TUNED_MODES)]
    tuned_modes = [mode for mode in modes if tuned and mode in TUNED_MODES]
    scope: Scope = "test" if tuned else "all"
    problems += too_few_articles(results, scope)
    return Evaluation(
        dataset=dataset,
        index=index_facts(retriever),
        retrieval=(
            *retrieval_figures(results, untuned_modes, "all"),
            *retrieval_figures(results, tuned_modes, "test"),
        ),
        retrieval_test=retrieval_figures(results, modes, "test") if tuned else (),
        answers=answer_figures(results, scope) if answering else None,
        reading=reading_figures(reader, dataset, scope) if answering and reader else None,
        abstention=_abstention(results, scope, has_reader=reader is not None) if answering else (),
        kinds=kind_figures(results),
        questions=tuple(results),
        problems=tuple(problems),
    )


def evaluate_run(dataset: Dataset, run: Run, *, k: int = 10) -> Evaluation:
    """Measure somebody else's rankings of a set's articles.

    A question without a ranking counts as zero, as in `evaluate`.

    Raises:
        DatasetError: The set judges no question, or the run ranks none of its questions.
    """
    judged = dataset.judged
    if not judged:
        raise DatasetError(f"{dataset.name} has no question with a relevant article to rank.")
    if not any(each.id in run for each in judged):
        raise DatasetError(
            f"The run ranks none of the questions of {dataset.name}: are its ids another set's?"
        )
    measures = score_rankings(judged, {each.id: run.get(each.id, ())[:DEPTH] for each in judged})
    results = [
        QuestionResult(
            question=question,
            is_test=is_test(question.group),
            rankings={PREDICTIONS: run.get(question.id, ())[:k]},
            values={PREDICTIONS: {each.measure: float(each.values[row]) for each in measures}},
        )
        for row, question in enumerate(judged)
    ]
    missing = [each.id for each in judged if each.id not in run]
    return Evaluation(
        dataset=dataset,
        retrieval=retrieval_figures(results, [PREDICTIONS], "all"),
        questions=tuple(results),
        problems=(
            *dataset.problems,
            *Problem.of("questions that the run doesn't rank: count as not found", missing),
            *too_few_articles(results, "all"),
        ),
    )


def evaluate_predictions(dataset: Dataset, predictions: Mapping[str, str]) -> Evaluation:
    """Measure somebody else's short answers, "" standing for "no answer".

    A question without a prediction counts as one with "".

    Raises:
        DatasetError: The set has no question with an answer to compare with, or the
            predictions are about none of its questions.
    """
    questions = [each for each in dataset.questions if each.answers or each.impossible]
    if not questions:
        raise DatasetError(f"{dataset.name} has no answers to compare predictions with.")
    if not any(each.id in predictions for each in questions):
        raise DatasetError(
            f"The predictions are about none of the questions of {dataset.name}: are their ids "
            "another set's?"
        )
    results = with_short_answers(
        [QuestionResult(each, is_test(each.group)) for each in questions],
        {each.id: predictions.get(each.id, "") for each in questions},
    )
    missing = [each.id for each in questions if each.id not in predictions]
    return Evaluation(
        dataset=dataset,
        answers=answer_figures(results, "all"),
        questions=tuple(results),
        problems=(
            *dataset.problems,
            *Problem.of('questions without a prediction: count as ""', missing),
            *too_few_articles(results, "all"),
        ),
    )


def index_facts(retriever: Retriever) -> IndexFacts:
    """What a retriever searches, and with what."""
    manifest = retriever.manifest
    return IndexFacts(
        articles=manifest.articles,
        passages=manifest.passages,
        model=manifest.model.model,
        model_digest=manifest.model.digest,
        splitting=manifest.splitting,
        analysis=manifest.analysis,
        calibration=calibration_digest(retriever.calibration),
        reader=retriever.reader.digest if retriever.reader else None,
    )


def _abstention(
    results: Sequence[QuestionResult], scope: Scope, *, has_reader: bool
) -> tuple[AbstentionFigures, ...]:
    found = (
        abstention_figures(results, setting, scope, has_reader=has_reader) for setting in SETTINGS
    )
    return tuple(each for each in found if each is not None)


def _with_verdict(result: QuestionResult) -> QuestionResult:
    """The result with whether its first short answer is right, where that can be known."""
    outcome = result.outcome
    if outcome is None or not result.question.answers:
        return result
    is_right = outcome.short is not None and outcome.is_right
    return replace(result, answer_values={**result.answer_values, SHORT_RIGHT: float(is_right)})


def _blocks(questions: Sequence[Question]) -> list[Sequence[Question]]:
    return [questions[start : start + BLOCK] for start in range(0, len(questions), BLOCK)]


def _known_articles(retriever: Retriever, dataset: Dataset) -> tuple[Problem, ...]:
    ids = {reference.article_id for reference in retriever.articles()}
    wanted = {article for question in dataset.questions for article in question.relevant}
    if wanted and not wanted & ids:
        raise DatasetError(
            f"The index holds none of the {len(wanted)} articles that {dataset.name} says are "
            f"relevant, such as {min(wanted)!r}; it holds {min(ids)!r}. Ids of articles are paths "
            "relative to the folder indexed, or the _id given: evaluate on the index that the "
            "set was written for."
        )
    if dataset.articles:
        # The set's own judgements were checked against its own articles on reading.
        wanted_by_set = {each.reference.article_id for each in dataset.articles}
        if wanted_by_set <= ids:
            return ()
    return unknown_articles(dataset.questions, ids)
