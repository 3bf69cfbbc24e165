"""`jecite doctor`: is everything there that an answer needs, and if not, what mends it?"""

import importlib.metadata
import os
import platform
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.opening import prepare_libraries
from embeddings.errors import JeCiteError
from retrieval.locations import default_index, lacks_default

if TYPE_CHECKING:
    from retrieval.index.manifest import Manifest

PACKAGES = (
    "jecite",
    "torch",
    "transformers",
    "sentence-transformers",
    "tokenizers",
    "faiss-cpu",
    "tantivy",
    "numpy",
    "python-telegram-bot",
)
SPARE_BYTES = 200_000_000
"""What should stay free beside what a build needs."""

_ROOM = 2
"""How many times the current generation a next build may need.

It is as large or larger, and its postings are written again while they are merged.
"""


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, what was found, and what mends it (empty where nothing is wrong)."""

    name: str
    is_fine: bool
    finding: str
    remedy: str = ""


def run_checks(index: Path | None, *, full: bool) -> Iterator[Check]:
    """Yield the checks as they are made, the quick ones first.

    `full` also reads the whole index: checksums and every passage's offsets.
    """
    path = index or default_index()
    yield Check("Python", is_fine=True, finding=platform.python_version())
    yield _check_packages()
    stored, check = _check_index(path, is_default=index is None)
    yield _check_disk(path, stored)
    yield check
    yield _check_model(stored, path)
    if stored is not None:
        yield _check_calibration(stored.model.model)
    if full and stored is not None:
        yield _check_contents(path)


def _check_packages() -> Check:
    versions, missing = [], []
    for name in PACKAGES:
        try:
            versions.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        return Check(
            "Packages",
            is_fine=False,
            finding=f"not installed: {', '.join(missing)}",
            remedy="Install them: pip install jecite, or `make test` in a clone",
        )
    return Check("Packages", is_fine=True, finding=", ".join(versions))


def _check_disk(path: Path, stored: "Manifest | None") -> Check:
    folder = path
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    held = sum(file.size for file in stored.files) if stored is not None else 0
    needed = _ROOM * held + SPARE_BYTES
    found = f"{_megabytes(free)} free for {path}"
    elsewhere = "choose another folder with --out or JECITE_INDEX"
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        return Check(
            "Disk",
            is_fine=stored is not None,  # To be asked, it need not be written.
            finding=f"{folder} is not a folder that you may write to",
            remedy=f"To build the index, {elsewhere}",
        )
    if free < needed:
        return Check(
            "Disk",
            is_fine=False,
            finding=f"{found}, and building wants {_megabytes(needed)}",
            remedy=f"Free some space, or {elsewhere}",
        )
    return Check("Disk", is_fine=True, finding=found)


def _check_index(path: Path, *, is_default: bool) -> tuple["Manifest | None", Check]:
    """Return what the index was built from (None without an index), and the check."""
    from retrieval.index.store import open_store  # noqa: PLC0415 - for quick help

    try:
        if is_default and lacks_default(path):
            finding = f"none for this version yet at {path}: the first question builds it"
            return None, Check("Index", is_fine=True, finding=finding)
        with open_store(path) as store:
            manifest = store.manifest
    except JeCiteError as error:
        return None, Check("Index", is_fine=False, finding=str(error))
    finding = (
        f"{path}: {manifest.articles} articles, {manifest.passages} passages, built "
        f"{manifest.created} with the model {manifest.model.model}, from "
        f"{', '.join(manifest.roots)}"
    )
    return manifest, Check("Index", is_fine=True, finding=finding)


def _check_model(stored: "Manifest | None", path: Path) -> Check:
    from embeddings import BUNDLED, load_encoder  # noqa: PLC0415 - for quick help

    name = stored.model.model if stored is not None else BUNDLED
    prepare_libraries(name)
    started = time.monotonic()
    try:
        encoder = load_encoder(name)
    except JeCiteError as error:
        return Check("Model", is_fine=False, finding=str(error))
    if stored is not None and encoder.identity != stored.model:
        return Check(
            "Model",
            is_fine=False,
            finding=f"{name} is not the model of that name that the index was built with",
            remedy=f"Rebuild the index: {stored.command(path)}",
        )
    encoder.encode_queries(["Bonjour"])
    return Check(
        "Model",
        is_fine=True,
        finding=(
            f"{name}: {encoder.dim} dimensions, {encoder.max_tokens} tokens, prefixes "
            f"{encoder.identity.query_prefix!r} and {encoder.identity.passage_prefix!r}, weights "
            f"{encoder.identity.digest[:12]}…, ready in {time.monotonic() - started:.1f} s"
        ),
    )


def _check_calibration(model: str) -> Check:
    from retrieval.confidence import load_calibration  # noqa: PLC0415 - for quick help

    fitted = load_calibration().model
    is_fine = fitted == model
    return Check(
        "Calibration",
        is_fine=is_fine,
        finding=f"fitted for the model {fitted}" + ("" if is_fine else f", not for {model}"),
        remedy="" if is_fine else f"Fit it: python -m retrieval.calibration SET --model {model}",
    )


def _check_contents(path: Path) -> Check:
    from retrieval.index.store import open_store, verify  # noqa: PLC0415 - for quick help

    with open_store(path) as store:
        faults = verify(store)
        command = store.manifest.command(path)
    if faults:
        return Check(
            "Contents",
            is_fine=False,
            finding="; ".join(faults),
            remedy=f"Rebuild the index: {command}",
        )
    return Check("Contents", is_fine=True, finding="every checksum and every offset is right")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"
