"""Reading a set's files: every error names the file, the line and the field."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from retrieval.errors import DatasetError

OPENING_WORDS = 8
_GZIP = b"\x1f\x8b"
"""What a file that gzip compressed begins with."""


class Schema(BaseModel):
    """What a JSON object of a set must hold; further keys are the set's own affair."""

    model_config = ConfigDict(coerce_numbers_to_str=True, extra="ignore", frozen=True)


Parsed = TypeVar("Parsed", bound=Schema)


def read_text(path: Path) -> str:
    """The file's text, as UTF-8 with or without a byte order mark.

    Raises:
        DatasetError: The file cannot be read, is compressed, or isn't UTF-8.
    """
    content = _read(path)
    if content.startswith(_GZIP):
        raise DatasetError(f"{path} is compressed: decompress it first.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise DatasetError(f"{path}, line {line}: not UTF-8. Save the file as UTF-8.") from error


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that hold something, with their number from 1, without their line end.

    Only line feeds end a line: JSON strings may hold the other separators of Unicode.

    Raises:
        DatasetError: The file cannot be read, or isn't UTF-8.
    """
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if line.strip():
            yield number, line.removesuffix("\r")


def parse(schema: type[Parsed], text: str, path: Path, *, line: int | None = None) -> Parsed:
    """The JSON text as `schema`; `line` is its number where it is but one line of the file.

    Raises:
        DatasetError: It is malformed or lacks a field.
    """
    try:
        return schema.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        message = f"{field}: {first['msg']}" if field else first["msg"]
        if line is None:
            raise DatasetError(f"{path}: {message}.") from error
        # The parser counts lines from the one that it was given.
        message = message.replace("at line 1 column", "at column")
        raise DatasetError(f"{path}, line {line}: {message}.") from error


def parse_lines(schema: type[Parsed], path: Path) -> Iterator[tuple[int, Parsed]]:
    """The objects of a JSON Lines file, with their line number.

    Raises:
        DatasetError: The file cannot be read, or a line is malformed or lacks a field.
    """
    for number, line in numbered_lines(path):
        yield number, parse(schema, line, path, line=number)


def digest(paths: Sequence[Path]) -> str:
    """The SHA-256, in hexadecimal, of the files' content in the order given.

    Raises:
        DatasetError: A file cannot be read.
    """
    whole = hashlib.sha256()
    for path in paths:
        content = _read(path)
        whole.update(hashlib.sha256(content).digest() if len(paths) > 1 else content)
    return whole.hexdigest()


def opening(text: str) -> str:
    """The first words of a text."""
    return " ".join(text.split(maxsplit=OPENING_WORDS)[:OPENING_WORDS])


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror}.") from error
