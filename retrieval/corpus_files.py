"""Files -> drafts of articles, one reader for each kind of file."""

import json
import re
import tomllib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import yaml

from retrieval.corpus_decoding import BAD_BYTE, as_windows, decode
from retrieval.corpus_markdown import render
from retrieval.metadata import UNKNOWN, Metadata, is_storable, parse_metadata, shown

_FRONT_MATTER = re.compile(
    r"\s*^(?:---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)|\+\+\+[ \t]*\n(?P<toml>.*?)^\+\+\+)"
    r"[ \t]*(?:\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
_COLON_IN_VALUE = re.compile(
    r"""^(\w[\w-]*[ \t]*:[ \t]+)([^\s\[{"'&*|>!%@`#].*:(?:[ \t].*)?)$""", re.MULTILINE
)

_YAML_NULL = "tag:yaml.org,2002:null"
_WINDOWS = "is not UTF-8, and was read as Windows-1252: save the file as UTF-8"


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

    The suffix must be one of `READERS`. Line ends become `\n` and a byte order mark goes, and
    Markdown is rendered; the text is otherwise what the file holds, since quotations are slices
    of it: Unicode normalisation is left to the search.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        yield Flaw(f"cannot be read: {error.strerror}")
        return
    if not data.strip():
        yield Flaw("is empty")
        return
    text = decode(data)
    if text is None:
        yield Flaw("is not text: it is binary, or in an encoding that nothing recognises")
        return
    yield from READERS[path.suffix.lower()](text.replace("\r\n", "\n").replace("\r", "\n"))


def _mended(text: str) -> Generator[Flaw, None, str]:
    """Tell of the bytes that aren't UTF-8, and return the text with what they are read as."""
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if not BAD_BYTE.search(line):
            continue
        read = as_windows(line)
        if read is not None:
            yield Flaw(_WINDOWS, number)
        else:
            read = BAD_BYTE.sub("\ufffd", line)
            yield Flaw(
                "holds a byte that is not UTF-8, read as \ufffd: save the file as UTF-8", number
            )
        lines[number - 1] = read
    return "\n".join(lines)


def _read_text(text: str) -> Iterator[Draft | Flaw]:
    yield Draft((yield from _mended(text)))


def _read_markdown(text: str) -> Iterator[Draft | Flaw]:
    text = yield from _mended(text)
    metadata = UNKNOWN
    if match := _FRONT_MATTER.match(text):
        values = _load_front_matter(match)
        if isinstance(values, Flaw):
            yield values
        elif isinstance(values, dict):
            metadata, reasons = parse_metadata({str(key).lower(): values[key] for key in values})
            yield from map(Flaw, reasons)
        elif values:
            yield Flaw("the front matter has no `key: value` lines and was left out")
        text = text[match.end() :]
    text, title = render(text)
    yield Draft(text, Metadata(title=title).corrected_by(metadata))


def _load_front_matter(match: re.Match[str]) -> object:
    """Read what stands between the rules of a front matter, or say what is wrong with it."""
    kind = "yaml" if match["toml"] is None else "toml"
    # Under as many lines as in the file, so that an error's line is the file's.
    text = "\n" * match.string.count("\n", 0, match.start(kind)) + match[kind].rstrip()
    try:
        return _load_yaml(text) if kind == "yaml" else tomllib.loads(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = f"the front matter is not {kind.upper()} and was left out: {_first_line(error)}"
        mark = getattr(error, "problem_mark", None)
        return Flaw(f"{reason}: put the value in quotes", mark.line + 1) if mark else Flaw(reason)


class _Loader(yaml.BaseLoader):
    """Makes nothing but strings, `date: 2021-01-12` as it is written, and of a null None."""


_Loader.add_implicit_resolver(_YAML_NULL, re.compile(r"(?:~|null|Null|NULL)\Z"), list("~nN"))
_Loader.add_constructor(_YAML_NULL, lambda *_: None)


def _load_yaml(text: str) -> object:
    """Read the values of a front matter; « title: Mairie : horaires » is meant as one.

    Raises:
        yaml.YAMLError: It isn't YAML, and putting such values in quotes doesn't make it so.
    """
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506
    except yaml.YAMLError:
        quoted = _COLON_IN_VALUE.sub(_put_in_quotes, text)
        if quoted == text:
            raise
        return yaml.load(quoted, Loader=_Loader)  # noqa: S506


def _put_in_quotes(line: re.Match[str]) -> str:
    value = line[2].rstrip().replace("'", "''")
    return f"{line[1]}'{value}'"


def _read_json_lines(text: str) -> Iterator[Draft | Flaw]:
    for number, line in enumerate(text.split("\n"), start=1):
        is_bad = BAD_BYTE.search(line)
        read = as_windows(line) if is_bad else line
        if read is None:
            yield Flaw(
                "was left out: it holds a byte that is not UTF-8. Save the file as UTF-8", number
            )
            continue
        if is_bad:
            yield Flaw(_WINDOWS, number)
        if read.strip():
            yield from _read_json_line(read, number)


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
            f"_id is {shown(identifier)}, which is not a name: the line's number stands in", number
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
