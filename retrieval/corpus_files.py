"""Files -> drafts of articles, one reader for each kind of file."""

import codecs
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import yaml
from charset_normalizer import from_bytes

from retrieval.metadata import UNKNOWN, Metadata, is_storable, parse_metadata

# Enough to recognise an encoding by; the whole file is then decoded with it.
_SAMPLE_BYTES = 100_000
# How often characters of UTF-8 must outnumber the bytes that aren't, to be damage to UTF-8.
_UTF8_SHARE = 2
# A byte that isn't UTF-8, as `surrogateescape` decodes it.
_BAD_BYTE = re.compile(r"[\udc80-\udcff]")
_WIDE_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)

_FRONT_MATTER = re.compile(
    r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_COLON_IN_VALUE = re.compile(
    r"""^(\w[\w-]*[ \t]*:[ \t]+)([^\s\[{"'&*|>!%@`#].*:(?:[ \t].*)?)$""", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as its file gives it, not yet cleaned.

    `id` is the id that the file supplies; `line` is where the article stands in a file of many,
    and None in a file of one.
    """

    text: str
    metadata: Metadata = UNKNOWN
    id: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong in a file, at a line where that is known."""

    reason: str
    line: int | None = None


Reader: TypeAlias = Callable[[str], Iterator[Draft | Flaw]]
"""Reads a file's text, in which bytes that damage its UTF-8 are as `surrogateescape` has them."""


def read_file(path: Path) -> Iterator[Draft | Flaw]:
    r"""Read the articles of a file, with what is wrong in it.

    The suffix must be one of `READERS`. Line ends become `\n` and a byte order mark goes; the
    text is otherwise what the file holds, since quotations are slices of it: Unicode
    normalisation is left to the search.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        yield Flaw(f"cannot be read: {error.strerror}")
        return
    if not data.strip():
        yield Flaw("is empty")
        return
    text = _decode(data)
    if text is None:
        yield Flaw("is not text: it is binary, or in an encoding that nothing recognises")
        return
    yield from READERS[path.suffix.lower()](text.replace("\r\n", "\n").replace("\r", "\n"))


def _decode(data: bytes) -> str | None:
    """Decode UTF-8, damaged or not, and anything else by its looks; None for binary data."""
    if b"\0" in data and not data.startswith(_WIDE_BOMS):
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    text = data.decode("utf-8-sig", errors="surrogateescape")
    if not data.startswith(_WIDE_BOMS) and _is_damaged_utf8(text):
        return text
    encoding = _guess_encoding(data)
    if encoding is None:
        return None
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        return None


def _is_damaged_utf8(text: str) -> bool:
    # Other encodings make a character of UTF-8 by chance only.
    bad = len(_BAD_BYTE.findall(text))
    characters = len(text) - len(text.encode("ascii", errors="ignore")) - bad
    return characters >= _UTF8_SHARE * bad


def _guess_encoding(data: bytes) -> str | None:
    matches = from_bytes(data[:_SAMPLE_BYTES])
    best = matches.best()
    # Of a short text in Latin-1 the library makes Polish or Chinese as gladly as French. Windows'
    # Latin-1 decoded all of 58 French samples of 300 characters; the library's first choice, 44.
    if best is not None and any(
        "cp1252" in (match.encoding, *match.could_be_from_charset) for match in matches
    ):
        return "cp1252"
    return best.encoding if best is not None else None


def _bad_lines(text: str) -> Iterator[Flaw]:
    for number, line in enumerate(text.split("\n"), start=1):
        if _BAD_BYTE.search(line):
            yield Flaw(
                "holds a byte that is not UTF-8, read as \ufffd: save the file as UTF-8", number
            )


def _read_text(text: str) -> Iterator[Draft | Flaw]:
    yield from _bad_lines(text)
    yield Draft(_BAD_BYTE.sub("\ufffd", text))


def _read_markdown(text: str) -> Iterator[Draft | Flaw]:
    yield from _bad_lines(text)
    text = _BAD_BYTE.sub("\ufffd", text)
    match = _FRONT_MATTER.match(text)
    if match is None:
        yield Draft(text)
        return
    metadata = UNKNOWN
    try:
        values = _load_yaml(match[1].rstrip())
    except (yaml.YAMLError, RecursionError) as error:
        reason = f"the front matter is not YAML and was left out: {_first_line(error)}"
        mark = getattr(error, "problem_mark", None)
        # A file's lines count from 1, and the first is the rule above the front matter.
        yield Flaw(f"{reason}: put the value in quotes", mark.line + 2) if mark else Flaw(reason)
    else:
        if isinstance(values, dict):
            metadata, reasons = parse_metadata(values)
            yield from map(Flaw, reasons)
        elif values:
            yield Flaw("the front matter has no `key: value` lines and was left out")
    yield Draft(text[match.end() :], metadata)


def _load_yaml(text: str) -> object:
    """Read the values of a front matter as strings; « title: Mairie : horaires » is meant as one.

    Raises:
        yaml.YAMLError: It isn't YAML, and putting such values in quotes doesn't make it so.
    """
    # BaseLoader makes nothing but strings: `date: 2021-01-12` stays as it is written.
    try:
        return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
    except yaml.YAMLError:
        quoted = _COLON_IN_VALUE.sub(_put_in_quotes, text)
        if quoted == text:
            raise
        return yaml.load(quoted, Loader=yaml.BaseLoader)  # noqa: S506


def _put_in_quotes(line: re.Match[str]) -> str:
    value = line[2].rstrip().replace("'", "''")
    return f"{line[1]}'{value}'"


def _read_json_lines(text: str) -> Iterator[Draft | Flaw]:
    for number, line in enumerate(text.split("\n"), start=1):
        if _BAD_BYTE.search(line):
            yield Flaw(
                "was left out: it holds a byte that is not UTF-8. Save the file as UTF-8", number
            )
        elif line.strip():
            yield from _read_json_line(line, number)


def _read_json_line(line: str, number: int) -> Iterator[Draft | Flaw]:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        yield Flaw(f"is not JSON: {_first_line(error)}", number)
        return
    text = values.get("text") if isinstance(values, dict) else None
    if not isinstance(text, str):
        yield Flaw('has no "text": each line must be an object with its article\'s text', number)
        return
    if not is_storable(text):
        yield Flaw("holds half of a surrogate pair, which is no character", number)
        return
    metadata, reasons = parse_metadata(values)
    for reason in reasons:
        yield Flaw(reason, number)
    identifier = values.get("_id")
    if isinstance(identifier, int) and not isinstance(identifier, bool):
        identifier = str(identifier)
    if identifier is not None and not (
        isinstance(identifier, str) and identifier.strip() and is_storable(identifier)
    ):
        yield Flaw(
            f"_id is {identifier!r}, which is not a name: the line's number stands in", number
        )
        identifier = None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    yield Draft(text, metadata, identifier, number)


def _first_line(error: Exception) -> str:
    return str(error).split("\n", maxsplit=1)[0]


# A new kind of file (HTML, feeds) is one more reader here.
READERS: dict[str, Reader] = {
    ".txt": _read_text,
    ".md": _read_markdown,
    ".jsonl": _read_json_lines,
}
