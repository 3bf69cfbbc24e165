"""Open the index that a command works on; build the default one on first use."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.terminal import say
from embeddings import BUNDLED
from retrieval.index.generations import current_generation
from retrieval.index.manifest import read_manifest
from retrieval.locations import default_index, lacks_default
from retrieval.reader import ReaderName

if TYPE_CHECKING:
    from retrieval import Retriever

# Read by the model's libraries when they are imported, which is why nothing here imports them
# at the top.
_QUIET = {
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_NO_ADVISORY_WARNINGS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
}
_OFFLINE = {"HF_HUB_OFFLINE": "1"}


def prepare_libraries(model: str) -> None:
    """Keep the model's libraries from chatting, and off the network for the bundled model.

    What the environment already says is left alone. Call it before anything imports them.
    """
    for name, value in {**_QUIET, **(_OFFLINE if model == BUNDLED else {})}.items():
        os.environ.setdefault(name, value)


def open_retriever(
    index: Path | None, console: Console, *, reader: ReaderName = "bundled"
) -> "Retriever":
    """Open an index, or the default one, which is built from the shipped articles if missing.

    What is being waited for is said on `console`.

    Raises:
        JeCiteError: The index, its model or the reader cannot be opened, or the default index not
            be built.
    """
    path = index or default_index()
    if index is None and lacks_default(path):
        _build_default(path, console)
    else:
        prepare_libraries(model_of(path))
    with waiting(console, "Loading the model"), _no_collection():
        from retrieval import Retriever  # noqa: PLC0415 - takes seconds

        return Retriever.open(path, reader=reader)


def model_of(index: Path) -> str:
    """The model that an index was built with; the bundled one where there is no index to ask."""
    generation = current_generation(index)
    return BUNDLED if generation is None else read_manifest(generation).model.model


@contextmanager
def waiting(console: Console, what: str) -> Iterator[None]:
    """Say on a terminal what is being waited for, until it is done."""
    if console.is_terminal:
        with console.status(f"{what}…"):
            yield
    else:
        yield


@contextmanager
def progress_bar(
    console: Console, what: str, *, before: str = ""
) -> Iterator[Callable[[int, int], None]]:
    """Give what is called as articles or questions are done; a bar shows it on a terminal.

    Until it is called, what is being waited for is what comes `before`.
    """
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task(before or what, total=None)
        yield lambda done, total: bar.update(task, description=what, completed=done, total=total)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Spare the garbage collector what loading makes: millions of objects, and all of them stay.

    It took an eighth of the time of `jecite ask`.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _build_default(path: Path, console: Console) -> None:
    prepare_libraries(BUNDLED)
    begun = "First use: building" if current_generation(path) is None else "Building"
    say(console, f"{begun} the index of the shipped articles in {path}")
    with progress_bar(console, "Indexing articles", before="Loading the model") as progress:
        from retrieval.api import build_default  # noqa: PLC0415 - takes seconds

        build_default(path, progress=progress)
