"""`jecite eval`: the command's options. What it does is in `bot.evaluation`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot.asking import parse_path
from bot.opening import model_of, prepare_libraries
from bot.writing import check_writable
from retrieval.reader import ReaderName

EVALUATE_EPILOG = """Examples:

    jecite eval piaf-v1.1.json --report piaf.html

    jecite eval questions.jsonl --index /srv/jecite/index --json > before.json

    jecite eval questions.jsonl --index /srv/jecite/new --baseline before.json

    jecite eval questions.jsonl --index /srv/jecite/index --reader none

    jecite eval fquad-valid.json --predictions theirs.json"""

_OUTPUT = "Output"
_COMPARING = "Comparing"


def evaluate_command(  # noqa: PLR0913, PLR0917 - a command's options
    dataset: Annotated[
        Path,
        typer.Argument(
            metavar="DATASET",
            help="A SQuAD file (.json), a file of questions (.jsonl), a BEIR folder, or TREC "
            "topics with their qrels beside them.",
        ),
    ],
    index: Annotated[
        Path | None,
        typer.Option(
            parser=parse_path,
            metavar="DIR",
            help="The index to ask. Default: one of the set's own paragraphs, made on first use.",
            show_default=False,
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            help="The model of the set's own index: `bundled`, a folder, or a name on the hub.",
            show_default="bundled",
        ),
    ] = None,
    mode: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MODE",
            help="A mode to measure, one of `jecite search`; may be repeated.",
            show_default="all",
        ),
    ] = None,
    reader: Annotated[
        ReaderName | None,
        typer.Option(
            help="What finds short answers: the trained reader, or nothing (much faster).",
            show_default="bundled",
        ),
    ] = None,
    k: Annotated[
        int,
        typer.Option(
            "--k",
            min=1,
            metavar="N",
            help="How many articles of each ranking are written out. Measures reach rank 100.",
        ),
    ] = 10,
    sample: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="Ask N of the questions only.", show_default="all questions"
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, metavar="S", help="Which sample.")] = 0,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print everything as one JSON object.")
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.html",
            help="Write a page with tables, plots and failures.",
            show_default=False,
            rich_help_panel=_OUTPUT,
        ),
    ] = None,
    run: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.trec",
            help="Write the ranking of the first --mode (hybrid) as a TREC run.",
            show_default=False,
            rich_help_panel=_OUTPUT,
        ),
    ] = None,
    questions: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.jsonl",
            help="Write a JSON object a line for each question.",
            show_default=False,
            rich_help_panel=_OUTPUT,
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.json",
            help="Test the differences from what an earlier `--json` printed.",
            show_default=False,
            rich_help_panel=_COMPARING,
        ),
    ] = None,
    predictions: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Score somebody else's answers (SQuAD's prediction file, .json) or TREC run "
            "instead of asking.",
            show_default=False,
            rich_help_panel=_COMPARING,
        ),
    ] = None,
) -> None:
    """Measure retrieval, answers and abstention on a set of questions.

    Exit code 0: measured. 2: something is wrong, and said.
    """
    if predictions is not None:
        for given, name in (
            (index, "--index"),
            (model, "--model"),
            (mode, "--mode"),
            (reader, "--reader"),
            (run, "--run"),
        ):
            if given:
                raise typer.BadParameter(
                    f"{name} is about asking, and --predictions asks nothing: give one of them."
                )
    if reader == "none" and "reranked" in (mode or ()):
        raise typer.BadParameter("--mode reranked needs the reader: leave --reader none out.")
    if index is not None and model is not None:
        raise typer.BadParameter("--index has its model already: leave --model out.")
    _check_outputs(
        {"--report": report, "--run": run, "--questions": questions},
        kept=[path for path in (*_files(dataset), baseline, predictions) if path is not None],
    )
    model = model_of(index) if index is not None else model or "bundled"
    if predictions is None:
        prepare_libraries(model)
    from bot.evaluation import Options, run_evaluation  # noqa: PLC0415 - takes seconds

    run_evaluation(
        Options(
            dataset=dataset,
            index=index,
            model=model,
            reader=reader or "bundled",
            modes=tuple(mode or ()),
            k=k,
            sample=sample,
            seed=seed,
            as_json=as_json,
            report=report,
            run=run,
            questions=questions,
            baseline=baseline,
            predictions=predictions,
        )
    )


def _check_outputs(outputs: Mapping[str, Path | None], *, kept: Sequence[Path]) -> None:
    """Refuse now, rather than after minutes of measuring, what cannot be written."""
    taken = {path.resolve() for path in kept}
    for name, path in outputs.items():
        if path is None:
            continue
        if not path.absolute().parent.is_dir():
            raise typer.BadParameter(f"There is no folder {path.parent} to write {path.name} in.")
        if path.is_dir():
            raise typer.BadParameter(f"{name} {path} is a folder: name a file in it.")
        if path.resolve() in taken:
            raise typer.BadParameter(
                f"{name} {path} would overwrite what is read, or written by another option: "
                "name another file."
            )
        taken.add(path.resolve())
        try:
            check_writable(path)
        except OSError as error:
            raise typer.BadParameter(
                f"{name} {path} cannot be written: {error.strerror}."
            ) from error


def _files(dataset: Path) -> list[Path]:
    """The files of a set."""
    if dataset.suffix.lower() in {".json", ".jsonl"} and not dataset.is_dir():
        return [dataset]
    folder = dataset if dataset.is_dir() else dataset.parent
    patterns = ("corpus.jsonl", "queries.jsonl", "qrels/*", "*topics*", "*qrels*")
    return [dataset, *(path for pattern in patterns for path in folder.glob(pattern))]
