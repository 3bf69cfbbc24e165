"""What mends an index, as errors say it."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from embeddings import BUNDLED


def build_command(
    out: Path, roots: Sequence[str | Path] | None = None, *, model: str = BUNDLED
) -> str:
    """Return the line that builds an index, whatever folder of a shell it is copied into.

    Without `roots`, it has PATH… for the articles; with none in them, it builds the shipped ones.
    """
    paths = ["PATH…"] if roots is None else [shlex.quote(str(root)) for root in roots]
    options = ["--out", str(out.absolute()), *(["--model", model] if model != BUNDLED else [])]
    return " ".join(["jecite index", *paths, shlex.join(options)])


def unreadable(root: Path, error: OSError) -> str:
    """Say that the system refuses to read an index, and what to do."""
    return (
        f"The index {root} cannot be read: {error.filename or root}: {error.strerror}. "
        "Give yourself the right to read it, or build another: jecite index PATH… --out DIR"
    )
