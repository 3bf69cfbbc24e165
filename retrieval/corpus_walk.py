"""Paths -> the files of a corpus, with the rules of the `corpus.toml` files above each."""

import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from retrieval.corpus_files import READERS
from retrieval.corpus_toml import FILE_NAME, FolderRules, load_rules
from retrieval.errors import CorpusError
from retrieval.index.generations import is_index
from retrieval.metadata import is_storable

DOCUMENTS = frozenset(
    """
    .adoc .csv .doc .docx .epub .htm .html .json .markdown .mdx .odp .ods .odt .org .pdf .ppt .pptx
    .rst .rtf .tex .tsv .xhtml .xls .xlsx .xml
    """.split()  # noqa: SIM905
)
"""Kinds of files that have text but no reader: an operator is told that they weren't read."""

KINDS = 5
"""How many kinds of unread files are told of a root."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What was left out of a corpus, or looks wrong in it, by path and reason."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a corpus: `name` is its path from its root, made unique among the files.

    `rules` are those that hold for it, the outermost folder's first.
    """

    path: Path
    name: str
    rules: tuple[FolderRules, ...]


@dataclass(slots=True)
class Walk:
    """What was found under some paths.

    `folders` are the rules of the folders walked, `beside` those of single files' folders.
    `unread` counts the suffixes of the documents under a root that have no reader.
    """

    files: list[SourceFile] = field(default_factory=list)
    folders: list[FolderRules] = field(default_factory=list)
    beside: list[FolderRules] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unread: dict[Path, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def find_files(paths: Sequence[Path]) -> Walk:
    """Find the files of a corpus, those of a folder in the order of their names.

    Hidden files and folders, indexes, and whatever was reached before (twice named, or by a
    symbolic link) are passed over. So are files of a kind without a reader, which is a problem
    where they are documents.

    Raises:
        CorpusError: If no path is given, one doesn't exist or has a name that isn't UTF-8, or a
            `corpus.toml` is malformed.
    """
    if not paths:
        raise CorpusError("No corpus: name at least one file or folder.")
    walk = Walk()
    seen: set[str] = set()
    found: list[tuple[str, SourceFile]] = []
    labels: Counter[str] = Counter()
    for root in paths:
        if not root.exists():
            raise CorpusError(f"{root} does not exist: name a file or a folder of articles.")
        real = Path(os.path.realpath(root))
        folder = real if root.is_dir() else real.parent
        whole = root.absolute()  # An index records it.
        if not (is_storable(str(whole)) and is_storable(folder.name)):
            raise CorpusError(f"{whole} has a name that is not UTF-8: rename it.")
        labels[folder.name] += 1
        count = labels[folder.name]
        label = folder.name if count == 1 else f"{folder.name}-{count}"
        found.extend((label, file) for file in _root_files(root, walk, seen))
    walk.problems.extend(
        Problem(str(root), _unread(kinds)) for root, kinds in walk.unread.items() if kinds
    )
    shared = Counter(file.name for _, file in found)
    walk.files = [
        SourceFile(file.path, f"{label}/{file.name}", file.rules) if shared[file.name] > 1 else file
        for label, file in found
    ]
    return walk


def _root_files(root: Path, walk: Walk, seen: set[str]) -> Iterator[SourceFile]:
    if root.is_dir():
        yield from _folder_files(root, walk, seen)
    elif not root.is_file():
        walk.problems.append(Problem(str(root), "is neither a file nor a folder"))
    elif root.suffix.lower() not in READERS:
        kinds = ", ".join(sorted(READERS))
        walk.problems.append(Problem(str(root), f"is not of a kind that is read: {kinds}"))
    elif _is_new(root, seen):
        rules = load_rules(root.parent)
        if rules is None:
            yield SourceFile(root, root.name, ())
        else:
            walk.beside.append(rules)
            yield SourceFile(root, root.name, (rules,))


def _folder_files(root: Path, walk: Walk, seen: set[str]) -> Iterator[SourceFile]:
    # Not recursive, since folders may be deeper than calls. The last is the next.
    waiting: list[tuple[Path, bool, tuple[FolderRules, ...]]] = [(root, True, ())]
    while waiting:
        path, is_folder, rules = waiting.pop()
        if not is_storable(path.name):
            if is_folder or path.suffix.lower() in READERS:
                walk.problems.append(Problem(str(path), "its name is not UTF-8; rename it"))
        elif is_folder:
            if _is_new(path, seen):
                waiting.extend(reversed(_entries(path, rules, walk)))
        elif _is_new_file(path, seen) and _has_reader(path, walk.unread[root]):
            yield SourceFile(path, path.relative_to(root).as_posix(), rules)


def _entries(
    folder: Path, outer: tuple[FolderRules, ...], walk: Walk
) -> list[tuple[Path, bool, tuple[FolderRules, ...]]]:
    """List what a folder holds by name, each with whether it is a folder, and the rules for it."""
    try:
        entries = sorted((path.name, path.is_dir(), path) for path in folder.iterdir())
    except OSError as error:
        walk.problems.append(Problem(str(folder), f"cannot be read: {error.strerror}"))
        return []
    if is_index(name for name, *_ in entries):
        return []
    rules = load_rules(folder)
    if rules is not None:
        walk.folders.append(rules)
        outer = (*outer, rules)
    return [
        (path, is_folder, outer)
        for name, is_folder, path in entries
        if not name.startswith(".") and name != FILE_NAME
    ]


def _has_reader(path: Path, unread: Counter[str]) -> bool:
    """Whether a file is of a kind that is read; counts its suffix if it is another document."""
    suffix = path.suffix.lower()
    if suffix in READERS:
        return True
    if suffix in DOCUMENTS and path.is_file():  # A broken link is of no kind.
        unread[suffix] += 1
    return False


def _unread(kinds: Counter[str]) -> str:
    most = [f"{count} {suffix}" for suffix, count in kinds.most_common(KINDS)]
    more = ["…"] if len(kinds) > KINDS else []
    return f"holds files of kinds that are not read: {', '.join([*most, *more])}"


def _is_new_file(path: Path, seen: set[str]) -> bool:
    # A broken link is kept, so that reading it tells of it; a pipe would never end.
    return (path.is_file() or path.is_symlink()) and _is_new(path, seen)


def _is_new(path: Path, seen: set[str]) -> bool:
    real = os.path.realpath(path)  # Path.resolve refuses a link to itself.
    if real in seen:
        return False
    seen.add(real)
    return True
