"""Files that take the place of those before them only once they are whole."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def check_writable(path: Path) -> None:
    """See to it that `replacing` could write a file, and leave what is there as it is.

    Raises:
        OSError: It couldn't.
    """
    part = _part(path)
    if part == path:  # Whoever reads a pipe would notice that it was opened.
        return
    if path.exists():
        path.open("ab").close()
    part.touch()
    part.unlink()


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a file beside `path` to write to, which takes its place at the end.

    Where writing fails, what was there stays. A link stays a link, and what is no file (a pipe, a
    device) is written to itself.

    Raises:
        OSError: It cannot be written; the error names `path`.
    """
    part = _part(path)
    is_other = part != path
    try:
        yield part
        if is_other:
            part.replace(path.resolve())
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        if is_other:
            part.unlink(missing_ok=True)


def _part(path: Path) -> Path:
    if path.exists() and not path.is_file():
        return path
    target = path.resolve()
    return target.with_name(f".{target.name}.{os.getpid()}.part")
