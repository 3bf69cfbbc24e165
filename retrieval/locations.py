"""Where the default index is, and whether it is there."""

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

import platformdirs

from retrieval.corpus import default_corpus
from retrieval.errors import OutdatedError, StoreError
from retrieval.index.generations import current_generation
from retrieval.index.manifest import read_manifest

INDEX_VARIABLE = "JECITE_INDEX"


def default_index() -> Path:
    """The folder of the default index: `JECITE_INDEX`, else in the user's data folder."""
    named = os.environ.get(INDEX_VARIABLE, "").strip()
    if not named:
        return Path(platformdirs.user_data_dir("jecite")) / "index"
    return expand_home(Path(named))


def index_folder(path: Path | str | None) -> Path:
    """The folder of an index: the one named, else the default one.

    Raises:
        StoreError: The name is empty, which would be the current folder.
    """
    if path == "":
        raise StoreError("The index's folder is empty: name one, or leave it away")
    return default_index() if path is None else Path(path)


def expand_home(path: Path) -> Path:
    """The path with its `~` read as the home, unless there is nobody of that name."""
    with contextlib.suppress(RuntimeError):
        return path.expanduser()
    return path


def lacks_default(root: Path) -> bool:
    """Whether the shipped articles are to be indexed at `root`.

    That is where there is no index, or one of these very articles that another version built,
    maybe from where they no longer are.

    Raises:
        StoreError: What is there cannot be read.
    """
    generation = current_generation(root)
    if generation is None:
        return True
    try:
        read_manifest(generation)
    except OutdatedError as error:
        return error.is_shipped or _was_shipped(error.roots)
    return False


def _was_shipped(roots: Sequence[str]) -> bool:
    """Tell by its paths an index whose manifest doesn't say so yet."""
    shipped = default_corpus()
    if len(roots) != 1:
        return False
    root = Path(roots[0])
    return root == shipped or (root.name == shipped.name and not root.exists())
