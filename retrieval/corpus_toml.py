r"""`corpus.toml`: what a person says of the files beside it.

    examples = ["Une question à proposer ?"]    # questions that the corpus answers
    furniture = ['^Lire aussi.*$']              # in every file of the folder and below

    [defaults]                                  # metadata of every file that doesn't say otherwise
    lang = "fr"

    [articles."2021/panne.txt"]                 # a file, by its path from here
    title_line = true                           # its first line is its title (or: title = "…")
    date = "2021-01"                            # title, source, url, date, lang: corrects the file
    furniture = ['^Par$', ' \(Image : .*\)$']
    repairs = [{ find = "d'u00e9", replace = "d'é" }]

A piece of furniture is a regular expression, searched in the whole text: what it matches is not
the article and is taken out. `^` and `$` stand for the ends of a line, so that a pattern names
a line, a part of one, or several. A repair must find its damage exactly once. The text of a
Markdown file is what it is rendered to, as quotations show it: without its marks and tags.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias
from unicodedata import normalize

from retrieval.cleaning import Repair
from retrieval.errors import CorpusError
from retrieval.metadata import METADATA_KEYS, UNKNOWN, Metadata, parse_metadata

FILE_NAME = "corpus.toml"

Table: TypeAlias = Mapping[str, object]

_TOP_KEYS = frozenset({"examples", "furniture", "defaults", "articles"})
_ARTICLE_KEYS = METADATA_KEYS | {"title_line", "furniture", "repairs"}


@dataclass(frozen=True, slots=True)
class ArticleRules:
    """What is said of one file."""

    metadata: Metadata = UNKNOWN
    has_title_line: bool = False
    furniture: tuple[re.Pattern[str], ...] = ()
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True, slots=True)
class FolderRules:
    """What a `corpus.toml` says: of all files of its folder, and of some by their relative path.

    `reasons` tell which of its values were no good and left out.
    """

    path: Path
    examples: tuple[str, ...] = ()
    defaults: Metadata = UNKNOWN
    furniture: tuple[re.Pattern[str], ...] = ()
    articles: Mapping[str, ArticleRules] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()

    def key(self, path: Path) -> str:
        """The name under which `articles` speaks of a file: its path from this folder."""
        return composed(path.relative_to(self.path.parent))

    def has_file(self, name: str) -> bool:
        """Whether there is a file of a name that `articles` speaks of."""
        folder = self.path.parent
        return any((folder / each).is_file() for each in (name, normalize("NFD", name)))

    def of(self, path: Path) -> ArticleRules:
        """Find what is said of one file of this folder."""
        return self.articles.get(self.key(path), ArticleRules())


def composed(path: Path | str) -> str:
    """Write a path with composed accents: some systems' file names have them decomposed."""
    return normalize("NFC", Path(path).as_posix())


def load_rules(folder: Path) -> FolderRules | None:
    """Read the `corpus.toml` of a folder; None where there is none.

    Raises:
        CorpusError: If the file cannot be read, is not TOML, or holds a key, a type of value or
            a pattern that means nothing here: passing over it would leave furniture in answers.
    """
    path = folder / FILE_NAME
    if not (path.is_file() or path.is_symlink()):  # A broken link is told of.
        return None
    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise CorpusError(f"{path} is not TOML: {error}.") from error
    return _parse(path, table)


def _parse(path: Path, table: Table) -> FolderRules:
    _refuse_unknown(path, "at its top", table, _TOP_KEYS)
    defaults_table = _table(path, "defaults", table.get("defaults", {}))
    _refuse_unknown(path, "in [defaults]", defaults_table, METADATA_KEYS)
    defaults, reasons = parse_metadata(defaults_table)
    articles = {}
    for name, value in _table(path, "articles", table.get("articles", {})).items():
        rules, more = _parse_article(path, name, _table(path, f"articles.{name!r}", value))
        articles[normalize("NFC", name)] = rules
        reasons += more
    return FolderRules(
        path,
        examples=_strings(path, "examples", table.get("examples", [])),
        defaults=defaults,
        furniture=_patterns(path, "furniture", table.get("furniture", [])),
        articles=articles,
        reasons=tuple(reasons),
    )


def _parse_article(path: Path, name: str, table: Table) -> tuple[ArticleRules, list[str]]:
    _refuse_unknown(path, f"in [articles.{name!r}]", table, _ARTICLE_KEYS)
    metadata, reasons = parse_metadata(table)
    has_title_line = table.get("title_line", False)
    if not isinstance(has_title_line, bool):
        raise CorpusError(f"{path}: title_line of {name!r} must be true or false.")
    if has_title_line and metadata.title is not None:
        raise CorpusError(f"{path}: {name!r} has both title and title_line; keep one of them.")
    rules = ArticleRules(
        metadata,
        has_title_line=has_title_line,
        furniture=_patterns(path, f"furniture of {name!r}", table.get("furniture", [])),
        repairs=_repairs(path, name, table.get("repairs", [])),
    )
    return rules, [f"{name!r}: {reason}" for reason in reasons]


def _refuse_unknown(path: Path, where: str, table: Table, known: frozenset[str]) -> None:
    for key in table:
        if key not in known:
            raise CorpusError(
                f"{path} has an unknown key {key!r} {where}; known are {', '.join(sorted(known))}."
            )


def _table(path: Path, name: str, value: object) -> Table:
    if not isinstance(value, dict):
        raise CorpusError(f"{path}: {name} must be a table, not {value!r}.")
    return value


def _strings(path: Path, name: str, values: object) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise CorpusError(f"{path}: {name} must be a list of strings, not {values!r}.")
    if not all(value.strip() for value in values):
        raise CorpusError(f"{path}: one of the strings of {name} is blank. Remove it.")
    return tuple(values)


def _patterns(path: Path, name: str, values: object) -> tuple[re.Pattern[str], ...]:
    patterns = []
    for text in _strings(path, name, values):
        try:
            patterns.append(re.compile(text, re.MULTILINE))
        except (re.error, OverflowError, RecursionError) as error:
            raise CorpusError(
                f"{path}: {text!r} in {name} is not a regular expression: {error}."
            ) from error
    return tuple(patterns)


def _repairs(path: Path, name: str, values: object) -> tuple[Repair, ...]:
    repairs = []
    for value in values if isinstance(values, list) else [values]:
        match value:
            case {"find": str(find), "replace": str(replace), **others} if find and not others:
                repairs.append(Repair(find, replace))
            case _:
                raise CorpusError(
                    f'{path}: a repair of {name!r} must be {{ find = "…", replace = "…" }}, '
                    f"not {value!r}."
                )
    return tuple(repairs)
