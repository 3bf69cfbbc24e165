"""Where the default index is, and whether it is there."""

import contextlib
import os
from pathlib import Path

import platformdirs

from retrieval.corpus import default_corpus
from retrieval.errors import OutdatedError
from retrieval.index.generations import current_generation
from retrieval.index.manifest import read_manifest

INDEX_VARIABLE = "JECITE_INDEX"


def default_index() -> Path:
    """The folder of the default index: `JECITE_INDEX`, else in the user's data folder."""
    named = os.environ.get(INDEX_VARIABLE, "").strip()
    if not named:
        return Path(platformdirs.user_data_dir("jecite")) / "index"
    return expand_home(Path(named))


def expand_home(path: Path) -> Path:
    """The path with its `~` read as the home, unless there is nobody of that name."""
    with contextlib.suppress(RuntimeError):
        return path.expanduser()
    return path


def lacks_default(root: Path) -> bool:
    """Whether the shipped articles are to be indexed at `root`.

    That is where there is no index, or one of these very articles that another version built.

    Raises:
        StoreError: What is there cannot be read.
    """
    generation = current_generation(root)
    if generation is None:
        return True
    try:
        read_manifest(generation)
    except OutdatedError as error:
        return error.roots == (str(default_corpus()),)
    return False
