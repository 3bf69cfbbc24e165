"""What `jecite eval` does: index, ask, measure, compare, and write what was asked for."""

import shlex
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from bot.evaluation_tables import show_evaluation
from bot.opening import progress_bar, waiting
from bot.terminal import new_console, say
from bot.writing import replacing
from embeddings import load_encoder
from retrieval.errors import DatasetError
from retrieval.evaluation.compare import MeasureComparison, check_same_set, compare, read_baseline
from retrieval.evaluation.dataset import Dataset, Problem
from retrieval.evaluation.export import Provenance, to_json, write_questions
from retrieval.evaluation.indexing import index_dataset, unsplit
from retrieval.evaluation.latency import Latency, measure_latency
from retrieval.evaluation.loading import load_dataset
from retrieval.evaluation.memo import RememberingEncoder, RememberingReader
from retrieval.evaluation.provenance import commit, threads
from retrieval.evaluation.report import render_report
from retrieval.evaluation.results import Evaluation
from retrieval.evaluation.runner import evaluate, evaluate_predictions, evaluate_run
from retrieval.evaluation.runs import read_predictions, read_run, write_run
from retrieval.evaluation.sampling import sample_questions
from retrieval.modes import MODES, checked_mode
from retrieval.reader import PassageReader, ReaderName
from retrieval.reader.reader import load_reader
from retrieval.retriever import Retriever


@dataclass(frozen=True, slots=True)
class Options:
    """The command's options; see `bot.evaluating`."""

    dataset: Path
    index: Path | None
    model: str
    reader: ReaderName
    modes: tuple[str, ...]
    k: int
    sample: int | None
    seed: int
    as_json: bool
    report: Path | None
    run: Path | None
    questions: Path | None
    baseline: Path | None
    predictions: Path | None


@dataclass(frozen=True, slots=True)
class _Measured:
    evaluation: Evaluation
    unsplit: Evaluation | None = None
    latency: tuple[Latency, ...] = ()


def run_evaluation(options: Options) -> None:
    """Evaluate, print, and write the files asked for.

    Raises:
        JeCiteError: The set, the index, the baseline or the predictions cannot be used.
        OSError: A file cannot be written.
    """
    started = time.monotonic()
    out, err = new_console(), new_console(stderr=True)
    # Whatever can be wrong is found before anything slow is begun.
    baseline = read_baseline(options.baseline) if options.baseline else None
    dataset = load_dataset(options.dataset)
    if baseline:
        check_same_set(dataset, baseline)
    if options.sample is not None:
        dataset = sample_questions(dataset, options.sample, seed=options.seed)
    measured = _predicted(options, dataset) if options.predictions else _ask(options, dataset, err)
    evaluation = measured.evaluation
    comparisons: tuple[MeasureComparison, ...] = ()
    incomparable: DatasetError | None = None
    try:
        comparisons = compare(evaluation, baseline) if baseline else ()
    except DatasetError as error:
        incomparable = error  # What was measured is shown first.
    provenance = Provenance(
        command=shlex.join(["jecite", *sys.argv[1:]]),
        commit=commit(),
        threads=threads(),
        seconds=time.monotonic() - started,
    )
    found = (*evaluation.problems, *(measured.unsplit.problems if measured.unsplit else ()))
    for problem in dict.fromkeys(found):
        say(err, _problem(problem))
    if options.as_json:
        out.file.write(
            to_json(evaluation, provenance, unsplit=measured.unsplit, comparisons=comparisons)
            + "\n"
        )
    else:
        show_evaluation(out, evaluation, unsplit=measured.unsplit, comparisons=comparisons)
    if options.questions:
        with replacing(options.questions) as path:
            write_questions(path, evaluation)
    if options.run:
        mode = options.modes[0] if options.modes else "hybrid"
        rankings = {
            each.question.id: each.rankings[mode]
            for each in evaluation.questions
            if mode in each.rankings
        }
        with replacing(options.run) as path:
            write_run(path, rankings, tag=f"jecite-{mode}")
    if options.report:
        page = render_report(
            evaluation,
            provenance,
            unsplit=measured.unsplit,
            comparisons=comparisons,
            latency=measured.latency,
        )
        with replacing(options.report) as path:
            path.write_text(page, encoding="utf-8")
    if incomparable:
        raise incomparable


def _predicted(options: Options, dataset: Dataset) -> _Measured:
    path = options.predictions
    if path is None:
        raise ValueError("there are no predictions to score")
    if path.suffix.lower() == ".json":
        return _Measured(evaluate_predictions(dataset, read_predictions(path)))
    ids = [
        *(question.id for question in dataset.questions),
        *(article.reference.article_id for article in dataset.articles),
        *(article for question in dataset.questions for article in question.relevant),
    ]
    return _Measured(evaluate_run(dataset, read_run(path, ids=ids), k=options.k))


def _ask(options: Options, dataset: Dataset, console: Console) -> _Measured:
    modes = tuple(dict.fromkeys(map(checked_mode, options.modes))) or MODES
    if options.index is None and not dataset.articles:
        raise DatasetError(
            f"{dataset.name} has questions only: name the index that they are about with --index."
        )
    with waiting(console, "Loading the model"):
        model = load_encoder(options.model)
        reader = load_reader(encoder=model) if options.reader == "bundled" else None
    encoder = RememberingEncoder(model)
    remembering: PassageReader | ReaderName = RememberingReader(reader) if reader else "none"
    whole, of_whole, index = None, None, options.index
    if index is None:
        with progress_bar(console, "Indexing the paragraphs as they are") as progress:
            whole = index_dataset(dataset, encoder, splitting=unsplit(encoder), progress=progress)
        with progress_bar(console, "Indexing them as the product splits them") as progress:
            index = index_dataset(dataset, encoder, progress=progress).path
        with (
            Retriever.open(whole.path, encoder=encoder, reader=remembering) as retriever,
            progress_bar(console, "Searching the paragraphs as they are") as progress,
        ):
            of_whole = evaluate(
                retriever, dataset, modes=modes, k=options.k, answering=False, progress=progress
            )
    with (
        Retriever.open(index, encoder=encoder, reader=remembering) as retriever,
        progress_bar(console, "Asking") as progress,
    ):
        evaluation = evaluate(retriever, dataset, modes=modes, k=options.k, progress=progress)
    if whole is not None:
        evaluation = replace(evaluation, problems=(*evaluation.problems, *whole.problems))
    if not options.report:
        return _Measured(evaluation, of_whole)
    # What is remembered would take no time.
    with Retriever.open(index, encoder=model, reader=reader or "none") as retriever:
        latency = measure_latency(retriever, dataset.questions)
    return _Measured(evaluation, of_whole, latency)


def _problem(problem: Problem) -> str:
    places = ", ".join(problem.examples)
    more = ", …" if problem.count > len(problem.examples) else ""
    return f"jecite: {problem.count} {problem.what} ({places}{more})"
