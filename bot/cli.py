"""The `jecite` command: questions to cited answers, from a terminal or a script.

Exit codes: 0 answered, 1 related or nothing found (or an index with something left out), 2 usage
or environment, 130 interrupted.
"""

import errno
import importlib.metadata
import logging
import sys
import time
import warnings
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from bot import messages
from bot.asking import (
    answer_lines,
    check_input,
    check_question,
    complain,
    parse_path,
    set_output_errors,
    show,
)
from bot.doctor import run_checks
from bot.evaluating import EVALUATE_EPILOG, evaluate_command
from bot.json_output import hits_line
from bot.opening import (
    open_retriever,
    prepare_libraries,
    progress_bar,
    waiting,
)
from bot.serving import serve_command
from bot.terminal import new_console, say, show_hits, show_sources, visible
from embeddings.errors import JeCiteError
from retrieval.corpus import default_corpus, read_corpus
from retrieval.locations import default_index, lacks_default
from retrieval.modes import checked_mode
from retrieval.reader import ReaderName
from retrieval.records import Status

INCOMPLETE = 1
"""Exit code: nothing answers, or something was left out of the index."""

FAILED = 2
"""Exit code: wrong usage, or an environment that somebody must mend."""


class _Commands(TyperGroup):
    """Turns what a person can mend into one line on standard error."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except JeCiteError as error:
            complain(str(error))
        except OSError as error:
            if error.errno == errno.EPIPE:  # Whoever read us has gone: Typer leaves quietly.
                raise
            complain(f"{error.filename or 'The system'}: {error.strerror or error}")
        raise typer.Exit(FAILED)


app = typer.Typer(
    cls=_Commands,
    name="jecite",
    help="Answers French questions with the passages of a corpus that answer them, word for word.",
    epilog='Start with: jecite ask "Combien d\'utilisateurs Telegram a-t-il gagnés ?"',
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)

IndexOption = Annotated[
    Path | None,
    typer.Option(
        "--index",
        parser=parse_path,
        metavar="DIR",
        help="The index. Default: $JECITE_INDEX, else one in your data folder, which is built "
        "from the shipped articles on first use.",
        show_default=False,
    ),
]
CountOption = Annotated[int, typer.Option("--k", min=1, metavar="N", help="How many at most.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]
ReaderOption = Annotated[
    ReaderName,
    typer.Option(
        envvar="JECITE_READER",
        help="What finds short answers in the passages: the trained reader, or nothing (faster).",
    ),
]


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"jecite {importlib.metadata.version('jecite')}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Print the version and leave."
        ),
    ] = False,
) -> None:
    set_output_errors()


@app.command(
    epilog="""Examples:

    jecite ask "Combien d'utilisateurs Telegram a-t-il gagnés ?"

    jecite ask --json "Qui a fondé Telegram ?" | python -m json.tool

    jecite ask --json < questions.txt > answers.jsonl"""
)
def ask(
    question: Annotated[
        str | None,
        typer.Argument(
            help="The question. Without it, each line of standard input is one.",
            show_default=False,
        ),
    ] = None,
    k: CountOption = 3,
    as_json: JsonOption = False,
    reader: ReaderOption = "bundled",
    index: IndexOption = None,
) -> None:
    """Answer a question with quotations and their sources.

    Exit codes:
    0  the corpus answers; or each line of standard input was processed
    1  it doesn't, or not surely
    2  something is wrong, and said on standard error
    """
    out, err = new_console(), new_console(stderr=True)
    if question is not None:
        check_question(question)
        with open_retriever(index, err, reader=reader) as retriever:
            answer = retriever.answer(question, k=k)
            show(out, answer, as_json=as_json)
        raise typer.Exit(0 if answer.status is Status.ANSWERED else INCOMPLETE)
    check_input()
    if sys.stdin.isatty():
        say(err, messages.TERMINAL_PROMPT)
    with open_retriever(index, err, reader=reader) as retriever:
        refused = answer_lines(retriever, out, k=k, as_json=as_json)
    raise typer.Exit(FAILED if refused else 0)


@app.command(
    epilog="""Examples:

    jecite search "panne de Facebook" --k 10

    jecite search --mode lexical --json Durov"""
)
def search(
    question: Annotated[str, typer.Argument(help="The question, or some words.")],
    k: CountOption = 5,
    mode: Annotated[
        str,
        typer.Option(
            metavar="MODE",
            help="By meaning (dense), by words (lexical), by both in one of two ways (rrf, "
            "hybrid), or by both and then read again (reranked).",
        ),
    ] = "hybrid",
    as_json: JsonOption = False,
    index: IndexOption = None,
) -> None:
    """List the passages that fit a question best, with their scores.

    Exit codes:
    0  some were found
    1  none was
    2  something is wrong, and said on standard error
    """
    out, err = new_console(), new_console(stderr=True)
    check_question(question)
    known = checked_mode(mode)
    # No other mode reads, and loading the reader takes a while.
    reader: ReaderName = "bundled" if known == "reranked" else "none"
    with open_retriever(index, err, reader=reader) as retriever:
        hits = retriever.search(question, k=k, mode=known)
    if as_json:
        typer.echo(hits_line(question, mode, hits))
    else:
        show_hits(out, hits)
    raise typer.Exit(0 if hits else INCOMPLETE)


@app.command(
    epilog="""Examples:

    jecite index articles/

    jecite index a.txt b.jsonl --out /srv/jecite/index"""
)
def index(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            parser=parse_path,
            metavar="PATH",
            help="Files (.txt, .md, .jsonl) and folders: the index will hold exactly these. "
            "Without any, the articles that ship with jecite.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            parser=parse_path,
            metavar="DIR",
            help="Where the index goes. Default: $JECITE_INDEX, else in your data folder.",
            show_default=False,
        ),
    ] = None,
    model: Annotated[
        str,
        typer.Option(
            help="The bundled one, a folder, or the name of a sentence-transformers model on the "
            "Hugging Face hub, such as intfloat/multilingual-e5-base."
        ),
    ] = "bundled",
) -> None:
    """Build the index of some articles.

    Exit codes:
    0  done
    1  done, but something was left out or looks wrong: see standard error
    2  not built, and the former index, if there was one, is as it was
    """
    started = time.monotonic()
    for path in paths or []:
        if not path.exists():  # Said at once rather than after the model's libraries are loaded.
            raise typer.BadParameter(f"{visible(str(path))} does not exist", param_hint="PATH")
    prepare_libraries(model)
    err = new_console(stderr=True)
    with progress_bar(err, "Indexing articles", before="Loading the model") as progress:
        from retrieval import build_index  # noqa: PLC0415 - takes seconds

        report = build_index(paths or None, out, model=model, progress=progress)
    manifest = report.manifest
    say(
        new_console(),
        f"{manifest.articles} articles, {manifest.passages} passages, {manifest.sentences} "
        f"sentences in {report.out} ({time.monotonic() - started:.1f} s)",
    )
    for problem in report.problems:
        complain(f"{problem.path}: {problem.reason}")
    raise typer.Exit(INCOMPLETE if report.problems else 0)


@app.command(epilog="Example: jecite sources --index /srv/jecite/index")
def sources(index: IndexOption = None) -> None:
    """List the articles of the index, with what is known of each."""
    from retrieval.index.store import open_store  # noqa: PLC0415 - for quick help

    path = index or default_index()
    if index is None and lacks_default(path):
        corpus = read_corpus([default_corpus()])
        references = [article.reference for article in corpus.articles]
    else:
        with open_store(path) as store:
            references = list(store.articles())
    show_sources(new_console(), references)


@app.command(epilog="Example: jecite doctor --full")
def doctor(
    full: Annotated[
        bool, typer.Option("--full", help="Also verify every checksum and offset of the index.")
    ] = False,
    index: IndexOption = None,
) -> None:
    """Check that all is there that an answer needs, and say what mends what isn't.

    Exit codes:
    0  all is well
    2  something isn't
    """
    out, err = new_console(), new_console(stderr=True)
    is_fine = True
    checks = run_checks(index, full=full)
    while True:
        with waiting(err, "Checking"):
            check = next(checks, None)
        if check is None:
            break
        is_fine = is_fine and check.is_fine
        mark = "✓ " if check.is_fine else "✗ "
        say(out, f"{check.name}: {check.finding}", first=mark, rest="  ")
        if check.remedy:
            say(out, check.remedy, first="  → ", rest="    ")
    raise typer.Exit(0 if is_fine else FAILED)


app.command("eval", epilog=EVALUATE_EPILOG)(evaluate_command)
app.command("serve")(serve_command)


def main() -> None:
    """Run the command, with this process's logging and warnings set for people."""
    logging.basicConfig(level=logging.WARNING, format="jecite: %(message)s")
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    app(prog_name="jecite")


if __name__ == "__main__":
    main()
