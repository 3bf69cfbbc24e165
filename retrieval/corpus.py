"""Files -> articles: the texts of a corpus, cleaned, with what is known of each."""

import importlib.util
import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeAlias

from retrieval.cleaning import Cleaned, matches, remove
from retrieval.corpus_files import Draft, Flaw, read_file
from retrieval.corpus_toml import FILE_NAME, ArticleRules, FolderRules, composed
from retrieval.corpus_walk import Problem, SourceFile, find_files
from retrieval.errors import CorpusError
from retrieval.metadata import UNKNOWN, Metadata
from retrieval.records import Article, Reference, Span

OPENING_CHARACTERS = 60

# Of Markdown in a file of another kind.
_HEADING_MARK = re.compile(r"\A#+\s+(?=\S)")

_Uses: TypeAlias = Counter[tuple[Path, str, str]]
"""How often each piece of furniture and each repair was found: by `corpus.toml`, file, pattern."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """The articles of some files, in the order of the files, and what went wrong on the way.

    `examples` are questions to offer, from the `corpus.toml` of the folders.
    """

    articles: tuple[Article, ...]
    problems: tuple[Problem, ...]
    examples: tuple[str, ...]


def default_corpus() -> Path:
    """The folder of articles that ships with the project.

    Raises:
        CorpusError: If the installation lacks it.
    """
    # A folder without __init__.py is searched in several places, not all of them real: an
    # editable install adds one of its own.
    spec = importlib.util.find_spec("seeds")
    for location in (spec and spec.submodule_search_locations) or ():
        if Path(location, FILE_NAME).is_file():
            return Path(location)
    raise CorpusError("The articles that ship with jecite are missing. Install it again")


def read_corpus(paths: Sequence[Path]) -> Corpus:
    """Read the articles of files and folders, and clean them as their `corpus.toml` says.

    What can't be read is a problem, and the rest goes on. An article's id is the one that its
    file supplies, else its file's path from its root, with « #line » in a file of many; where
    several roots have a file of the same path, the roots' names come first. Articles of the same
    text are all kept: they are two sources. An id that was taken before is a problem.

    Raises:
        CorpusError: If no path is given, one doesn't exist, none has an article that can be
            read, or a `corpus.toml` is malformed.
    """
    walk = find_files(paths)
    problems = list(walk.problems)
    for rules in [*walk.folders, *walk.beside]:
        problems.extend(Problem(str(rules.path), reason) for reason in rules.reasons)
    articles: dict[str, Article] = {}
    uses: _Uses = Counter()
    read: set[str] = set()
    for file in walk.files:
        for item in _read(file, uses):
            if isinstance(item, Problem):
                problems.append(item)
                continue
            read.add(composed(file.path))
            identifier = item.reference.article_id
            if identifier in articles:
                first = articles[identifier].reference.path
                problems.append(
                    Problem(
                        str(file.path),
                        f"the article {identifier!r} was left out: {first} has one of that id",
                    )
                )
                continue
            articles[identifier] = item
    for rules in walk.folders:
        problems.extend(_unused_in_folder(rules, uses))
        problems.extend(_unread(rules, walk.files))
    for rules in [*walk.folders, *walk.beside]:
        problems.extend(_unused_in_articles(rules, uses, read))
    if not articles:
        raise CorpusError(_nothing_read(paths, problems))
    examples = dict.fromkeys(example for rules in walk.folders for example in rules.examples)
    return Corpus(tuple(articles.values()), tuple(dict.fromkeys(problems)), tuple(examples))


def _read(file: SourceFile, uses: _Uses) -> Iterator[Article | Problem]:
    rules = [folder.of(file.path) for folder in file.rules]
    for item in read_file(file.path):
        where = str(file.path) if item.line is None else f"{file.path}:{item.line}"
        if isinstance(item, Flaw):
            yield Problem(where, item.reason)
            continue
        cleaned = _clean(item.text, file, rules, uses)
        if any(character.isalnum() for character in cleaned.text):
            yield _article(file, item, rules, cleaned)
        else:
            yield Problem(where, "is empty, or holds nothing but furniture")


def _clean(text: str, file: SourceFile, rules: list[ArticleRules], uses: _Uses) -> Cleaned:
    for folder, own in zip(file.rules, rules, strict=True):
        for repair in own.repairs:
            count = text.count(repair.find)
            uses[folder.path, folder.key(file.path), repair.find] += count
            if count == 1:
                text = text.replace(repair.find, repair.replace)
    spans: list[Span] = []
    for folder, own in zip(file.rules, rules, strict=True):
        for key, patterns in ("", folder.furniture), (folder.key(file.path), own.furniture):
            for pattern in patterns:
                found = matches(pattern, text)
                uses[folder.path, key, pattern.pattern] += len(found)
                spans += found
    return remove(text, spans)


def _article(
    file: SourceFile, draft: Draft, rules: list[ArticleRules], cleaned: Cleaned
) -> Article:
    metadata = UNKNOWN
    for folder in file.rules:
        metadata = metadata.corrected_by(folder.defaults)
    metadata = metadata.corrected_by(draft.metadata)
    first_line = _HEADING_MARK.sub("", cleaned.text.split("\n", maxsplit=1)[0].strip())
    for own in rules:
        if own.has_title_line:
            metadata = metadata.corrected_by(Metadata(title=first_line))
        metadata = metadata.corrected_by(own.metadata)
    reference = Reference(
        article_id=draft.id or (file.name if draft.line is None else f"{file.name}#{draft.line}"),
        path=file.name,
        opening=_opening(first_line),
        **asdict(metadata),
    )
    return Article(reference, cleaned.text, cleaned.breaks)


def _opening(line: str) -> str:
    """Take the first words of a line, up to `OPENING_CHARACTERS`."""
    words = textwrap.shorten(line[: 4 * OPENING_CHARACTERS], OPENING_CHARACTERS, placeholder="")
    return (words or line[:OPENING_CHARACTERS]).rstrip(" .,;:!?…«“(–—-") or line


def _unused_in_folder(rules: FolderRules, uses: _Uses) -> Iterator[Problem]:
    """Tell of what a `corpus.toml` says in vain, so that it is mended when the files change."""
    for pattern in rules.furniture:
        if not uses[rules.path, "", pattern.pattern]:
            reason = f"furniture {pattern.pattern!r} matches nothing in the folder"
            yield Problem(str(rules.path), reason)


def _unread(rules: FolderRules, files: Sequence[SourceFile]) -> Iterator[Problem]:
    folder = rules.path.parent
    keys = {rules.key(file.path) for file in files if file.path.is_relative_to(folder)}
    for name in rules.articles:
        if name not in keys and rules.has_file(name):
            reason = (
                f"[articles.{name!r}] names no file that is read; write it as its path from here"
            )
            yield Problem(str(rules.path), reason)


def _unused_in_articles(rules: FolderRules, uses: _Uses, read: set[str]) -> Iterator[Problem]:
    toml, folder = str(rules.path), rules.path.parent
    for name, own in rules.articles.items():
        if not rules.has_file(name):
            yield Problem(toml, f"[articles.{name!r}] names a file that is not there")
        if composed(folder / name) not in read:
            continue
        for pattern in own.furniture:
            if not uses[rules.path, name, pattern.pattern]:
                yield Problem(toml, f"furniture {pattern.pattern!r} matches nothing in {name!r}")
        for repair in own.repairs:
            count = uses[rules.path, name, repair.find]
            if count != 1:
                reason = (
                    f"the repair of {repair.find!r} in {name!r} matches {count} times, not once"
                )
                yield Problem(toml, reason)


def _nothing_read(paths: Sequence[Path], problems: list[Problem]) -> str:
    names = ", ".join(map(str, paths))
    reasons = "; ".join(f"{problem.path} {problem.reason}" for problem in problems[:3])
    more = f" ({reasons})" if reasons else ""
    return f"No article could be read in {names}{more}: name .txt, .md or .jsonl files."
