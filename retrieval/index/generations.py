"""The folder of an index: immutable generations, one of them current.

    CURRENT        the name of the current generation
    gen-000007/    one whole index, never changed once published
    .lock          held by the one process that builds

Readers hold a shared lock on their generation, so that a builder removes only what nobody reads.
"""

import contextlib
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from filelock import FileLock, Timeout

from retrieval.errors import BusyError, StoreError
from retrieval.index.remedies import build_command, unreadable

try:
    import fcntl
except ImportError:  # Windows refuses to remove what is open, which serves as well.
    fcntl = None  # type: ignore[assignment]

CURRENT_FILE = "CURRENT"
HELD_FILE = "held"
_PREFIX = "gen-"


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation of an index: its folder, and which file its readers hold there.

    An index that was removed and built anew has the same folders. Not the same file: what is
    held open keeps its number.
    """

    folder: Path
    device: int = 0
    number: int = 0


def is_index(names: Iterable[str]) -> bool:
    """Tell by the names of what a folder holds whether it is an index."""
    names = list(names)
    return CURRENT_FILE in names and any(name.startswith(_PREFIX) for name in names)


def current_generation(root: Path) -> Path | None:
    """Return the folder of the current generation, or None if nothing was published.

    Raises:
        StoreError: `CURRENT` cannot be read or names no generation.
    """
    try:
        name = _current_name(root)
    except PermissionError as error:
        raise StoreError(unreadable(root, error)) from error
    except OSError as error:
        raise StoreError(
            f"{root / CURRENT_FILE} cannot be read: {error.strerror}. "
            f"Rebuild the index: {build_command(root)}"
        ) from error
    if name is None:
        return None
    if not name.startswith(_PREFIX) or not (root / name).is_dir():
        raise StoreError(
            f"{root / CURRENT_FILE} names the generation {name!r}, which {root} does not hold. "
            f"Rebuild the index: {build_command(root)}"
        )
    return root / name


def identify_current(root: Path) -> Generation | None:
    """Tell which generation is the current one, or None if nothing was published.

    Raises:
        StoreError: As `current_generation`.
    """
    folder = current_generation(root)
    if folder is None:
        return None
    try:
        held = (folder / HELD_FILE).stat()
    except OSError:  # Opening it tells what is wrong.
        return Generation(folder)
    return Generation(folder, held.st_dev, held.st_ino)


def _current_name(root: Path) -> str | None:
    try:
        # Whatever else it holds is no generation's name.
        return (root / CURRENT_FILE).read_text(encoding="utf-8", errors="replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except IsADirectoryError as error:  # Building again could not replace it.
        raise StoreError(
            f"{root / CURRENT_FILE} is a folder. Remove {CURRENT_FILE}, and rebuild the index: "
            f"{build_command(root)}"
        ) from error


def hold(folder: Path) -> IO[bytes]:
    """Take the shared lock that keeps a generation from being removed, until closed.

    Raises:
        FileNotFoundError: The generation is gone: look up the current one again.
    """
    held = (folder / HELD_FILE).open("rb")
    if fcntl is not None:
        try:
            fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError as error:
            held.close()
            raise FileNotFoundError(f"{folder} is being removed") from error
    return held


@contextlib.contextmanager
def new_generation(root: Path) -> Iterator[Path]:
    """Give an empty folder to fill; publish it when the block ends well, else remove it.

    Raises:
        BusyError: Another process is building here.
        StoreError: `CURRENT` is a folder.
    """
    root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(root / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BusyError(
            f"Another process is building the index {root}. Wait until it has finished"
        ) from error
    try:
        _remove_unused(root)
        folder = root / f"{_PREFIX}{_last_number(root) + 1:06d}"
        draft = root / f"{CURRENT_FILE}.new"
        try:
            folder.mkdir()
            (folder / HELD_FILE).touch()
            yield folder
            _sync(folder)
            draft.write_text(folder.name + "\n", encoding="utf-8")
            _flush(draft)
        except BaseException:
            _remove_draft(folder)
            raise
        draft.replace(root / CURRENT_FILE)
        _sync_folder(root)
        _remove_unused(root)
    finally:
        lock.release()


def remove_unused(root: Path) -> None:
    """Remove what a killed build left, and generations that nobody reads any more.

    Nothing is done where another process builds, or where nothing may be written.
    """
    with contextlib.suppress(OSError), FileLock(root / ".lock", timeout=0):
        _remove_unused(root)


def wait_for_builder(root: Path) -> None:
    """Wait until no other process builds here."""
    with FileLock(root / ".lock"):
        pass


def _remove_draft(folder: Path) -> None:
    """Remove a generation that failed, in which the lexical index's threads may still write."""
    for pause in (0.0, 0.05, 0.2, 1.0):
        time.sleep(pause)
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return


def _remove_unused(root: Path) -> None:
    """Remove all generations but the current one, the one before it, and those that are read."""
    current = _current_name(root) or ""
    older = sorted(name for name in _names(root) if name < current)
    keep = {current, *older[-1:]}
    for name in _names(root):
        if name not in keep:
            _remove_unheld(root / name)


def _remove_unheld(folder: Path) -> None:
    """Remove a generation that nobody reads, keeping readers out meanwhile."""
    if fcntl is None or not (folder / HELD_FILE).exists():
        shutil.rmtree(folder, ignore_errors=True)
        return
    with (folder / HELD_FILE).open("rb") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return
        shutil.rmtree(folder, ignore_errors=True)


def _names(root: Path) -> list[str]:
    return sorted(p.name for p in root.iterdir() if p.name.startswith(_PREFIX) and p.is_dir())


def _last_number(root: Path) -> int:
    numbers = [name.removeprefix(_PREFIX) for name in _names(root)]
    return max((int(number) for number in numbers if number.isdigit()), default=0)


def _sync(folder: Path) -> None:
    """Make sure that everything in a folder has reached the disk."""
    for path in folder.rglob("*"):
        if path.is_file():
            _flush(path)
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    if os.name != "nt":
        _flush(folder)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
