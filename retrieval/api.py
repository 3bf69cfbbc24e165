"""`search`, `answer` and `build_index` in one line, on the default index."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from embeddings import BUNDLED, load_encoder
from retrieval.corpus import default_corpus, read_corpus
from retrieval.corpus_walk import Problem
from retrieval.errors import BusyError, CorpusError, StoreError
from retrieval.index.build import Origin, Progress, build_store
from retrieval.index.generations import Generation, identify_current, wait_for_builder
from retrieval.index.manifest import Manifest
from retrieval.locations import default_index, index_folder, lacks_default
from retrieval.metadata import is_storable
from retrieval.modes import Mode
from retrieval.records import Answer, Hit
from retrieval.retriever import Retriever

_retrievers: dict[Path, tuple[Generation | None, Retriever]] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build made, where, and which files could not be read."""

    out: Path
    manifest: Manifest
    problems: tuple[Problem, ...]


def build_index(
    paths: Path | str | Sequence[Path | str] | None = None,
    out: Path | str | None = None,
    *,
    model: str = BUNDLED,
    progress: Progress | None = None,
) -> BuildReport:
    """Make an index hold exactly the articles of a file or folder, or of several.

    Without `paths`, the articles that ship with the project; without `out`, the default index.

    Raises:
        CorpusError: A path is missing or empty, `paths` names none, or no article could be read.
        EncoderError: The model cannot be loaded.
        StoreError: The index cannot be written.
    """
    is_shipped = paths is None
    if paths is None:
        paths = default_corpus()
    named = [paths] if isinstance(paths, Path | str) else list(paths)
    if "" in named:
        raise CorpusError("A path is empty: name a file or a folder of articles.")
    roots = [Path(path) for path in named]
    target = index_folder(out)
    if not is_storable(str(target)):
        raise StoreError(
            f"The index {target} has a name that is not UTF-8: rename it, or choose another folder "
            "with --out or JECITE_INDEX"
        )
    corpus = read_corpus(roots)
    manifest = build_store(
        corpus.articles,
        target,
        encoder=load_encoder(model),
        origin=Origin(
            tuple(str(root.absolute()) for root in roots), corpus.examples, is_shipped=is_shipped
        ),
        progress=progress,
    )
    return BuildReport(target, manifest, corpus.problems)


def build_default(path: Path, *, progress: Progress | None = None) -> None:
    """Build the default index at `path`, or wait for another process that does.

    Raises:
        StoreError: The index cannot be written.
    """
    while lacks_default(path):
        try:
            build_index(out=path, progress=progress)
        except BusyError:
            wait_for_builder(path)


def search(query: str, *, k: int = 5, mode: Mode = "hybrid") -> list[Hit]:
    """Search the default index, built from the shipped articles where it is missing.

    Raises:
        QueryError: See `Retriever.search`.
    """
    return default_retriever().search(query, k=k, mode=mode)


def answer(query: str, *, k: int = 3, previous: Answer | str | None = None) -> Answer:
    """Answer from the default index, built from the shipped articles where it is missing.

    `previous` is the question asked just before, or its answer.

    Raises:
        QueryError: See `Retriever.answer`.
    """
    return default_retriever().answer(query, k=k, previous=previous)


def default_retriever() -> Retriever:
    """Open the default index, built first where there is none.

    It is opened again once it was rebuilt, or closed.
    """
    path = default_index()
    with _lock:
        build_default(path)
        generation = identify_current(path)
        held = _retrievers.get(path)
        if held is None or held[0] != generation or held[1].is_closed:
            # The one before may still answer another thread: it closes once none holds it.
            held = _retrievers[path] = generation, Retriever.open(path)
        return held[1]
