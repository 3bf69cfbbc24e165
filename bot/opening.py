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
    from embeddings import BUNDLED  # noqa: PLC0415 - the command's help needs no model

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
    from retrieval.index.generations import current_generation  # noqa: PLC0415 - as above
    from retrieval.index.manifest import read_manifest  # noqa: PLC0415
    from retrieval.locations import lacks_default  # noqa: PLC0415

    path = index or default_path()
    if index is None and lacks_default(path):
        _build_default(path, console)
    elif generation := current_generation(path):
        prepare_libraries(read_manifest(generation).model.model)
    with waiting(console, "Loading the model"), _no_collection():
        from retrieval import Retriever  # noqa: PLC0415 - takes seconds

        return Retriever.open(path, reader=reader)


def default_path() -> Path:
    """Return the folder of the default index: `JECITE_INDEX`, else in the user's data folder."""
    from retrieval import default_index  # noqa: PLC0415 - the command's help needs no index

    return default_index()


@contextmanager
def waiting(console: Console, what: str) -> Iterator[None]:
    """Say on a terminal what is being waited for, until it is done."""
    if console.is_terminal:
        with console.status(f"{what}…"):
            yield
    else:
        yield


@contextmanager
def build_progress(console: Console) -> Iterator[Callable[[int, int], None]]:
    """Give what `build_index` calls as articles are done; a bar shows it on a terminal."""
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
        task = bar.add_task("Loading the model", total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, description="Indexing articles", completed=done, total=total)

        yield advance


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
    from embeddings import BUNDLED  # noqa: PLC0415 - as above

    prepare_libraries(BUNDLED)
    say(console, f"First use: building the index of the shipped articles in {path}")
    with build_progress(console) as progress:
        from retrieval import build_index  # noqa: PLC0415 - takes seconds

        build_index(out=path, progress=progress)
