"""`manifest.json`: what an index was built from, and the files that make it up."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from embeddings import BUNDLED, ModelIdentity
from retrieval.errors import OutdatedError, StoreError
from retrieval.index.generations import HELD_FILE
from retrieval.index.remedies import build_command, unreadable

FORMAT_VERSION = 3
MANIFEST_FILE = "manifest.json"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of a generation: its size in bytes and SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that an index must agree on with the code that opens it.

    `splitting` and `analysis` name the passage splitter and the text analysis with their
    settings; `roots` are the corpus's paths, and `is_shipped` tells the articles that ship with the
    project, wherever they were; `corpus` digests the articles.
    """

    format_version: int
    created: str
    model: ModelIdentity
    splitting: str
    analysis: str
    roots: tuple[str, ...]
    corpus: str
    examples: tuple[str, ...]
    articles: int
    passages: int
    sentences: int
    files: tuple[FileEntry, ...]
    is_shipped: bool = False

    def command(self, out: Path, *, model: str | None = None) -> str:
        """Return the line that builds this index again at `out`, with another model if given."""
        roots = () if self.is_shipped else self.roots or None
        return build_command(out, roots, model=model or self.model.model)

    def write(self, folder: Path) -> None:
        """Write `manifest.json` into a generation's folder."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2)
        (folder / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Read a generation's manifest.

    Raises:
        StoreError: The manifest is missing or malformed, or may not be read.
        OutdatedError: It is of another format version.
    """
    path = folder / MANIFEST_FILE
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        version = data["format_version"]
    except PermissionError as error:
        raise StoreError(unreadable(folder.parent, error)) from error
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise StoreError(_damaged(path)) from error
    if version != FORMAT_VERSION:
        raise _outdated(folder.parent, data)
    try:
        return TypeAdapter(Manifest).validate_python(data)
    except ValidationError as error:
        raise StoreError(_damaged(path)) from error


def list_files(folder: Path) -> tuple[FileEntry, ...]:
    """Read and digest every file of a generation but the manifest and the locks."""
    return tuple(
        FileEntry(path.relative_to(folder).as_posix(), path.stat().st_size, _sha256(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in (MANIFEST_FILE, HELD_FILE) and path.suffix != ".lock"
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _outdated(root: Path, data: dict[str, Any]) -> OutdatedError:
    roots = tuple(map(str, data.get("roots", ())))
    model = data.get("model")
    is_shipped = data.get("is_shipped") is True
    command = build_command(
        root,
        () if is_shipped else roots or None,
        model=str(model.get("model", BUNDLED)) if isinstance(model, dict) else BUNDLED,
    )
    return OutdatedError(
        f"The index {root} has format version {data['format_version']}, and this version of "
        f"jecite reads version {FORMAT_VERSION}. Rebuild it: {command}",
        roots=roots,
        is_shipped=is_shipped,
    )


def _damaged(path: Path) -> str:
    return (
        f"The index's manifest {path} is missing or damaged. "
        f"Rebuild the index: {build_command(path.parent.parent)}"
    )
