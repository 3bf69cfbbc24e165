"""Build an index: articles to one new generation."""

import errno
import hashlib
import itertools
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings import Encoder
from retrieval import french
from retrieval.errors import CorpusError, OutdatedError, StoreError
from retrieval.index.dense import DenseWriter
from retrieval.index.generations import current_generation, new_generation, remove_unused
from retrieval.index.lexical import LexicalWriter
from retrieval.index.manifest import FORMAT_VERSION, FileEntry, Manifest, list_files
from retrieval.index.store import LEXICAL_FOLDER, TEXTS_FILE, Store, changed_files, open_store
from retrieval.index.texts import TextsWriter, passage_digest
from retrieval.passages import Splitting, split_article
from retrieval.records import Article, Passage

logger = logging.getLogger(__name__)

BLOCK_ARTICLES = 64
BLOCK_CHARACTERS = 200_000
"""After so many articles or characters, what is read is encoded and written, and told of."""

Progress = Callable[[int, int], None]
"""Called with how many articles are done and how many there are."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an index's articles came from: recorded, and offered again by `doctor`."""

    roots: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    is_shipped: bool = False


@dataclass(frozen=True, slots=True)
class _Job:
    """What goes into a new generation, and how."""

    articles: Sequence[Article]
    plan: Manifest
    encoder: Encoder
    splitting: Splitting
    progress: Progress | None


def default_splitting(encoder: Encoder) -> Splitting:
    """The product's splitting, in passages no longer than the model reads."""
    return Splitting(max_tokens=min(Splitting().max_tokens, encoder.max_tokens))


def build_store(  # noqa: PLR0913 - all but two are options with a name
    articles: Sequence[Article],
    out: Path,
    *,
    encoder: Encoder,
    origin: Origin | None = None,
    splitting: Splitting | None = None,
    progress: Progress | None = None,
) -> Manifest:
    """Make the index at `out` hold exactly these articles, and return its manifest.

    The new generation is published in one step at the end: whatever happens before leaves the
    former one as it was. Passages that the former generation holds under the same model are not
    encoded again, and when nothing changed at all nothing is written.

    Raises:
        CorpusError: There is no article, or none has any text.
        StoreError: The folder cannot be written, or another process is building there.
    """
    splitting = splitting or default_splitting(encoder)
    origin = origin or Origin()
    plan = Manifest(
        format_version=FORMAT_VERSION,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        model=encoder.identity,
        splitting=splitting.identity,
        analysis=french.ANALYSIS,
        roots=origin.roots,
        corpus=_corpus_digest(articles),
        examples=origin.examples,
        articles=len(articles),
        passages=0,
        sentences=0,
        files=(),
        is_shipped=origin.is_shipped,
    )
    try:
        former = _open_former(out)
        try:
            if former is not None and _is_same(former.manifest, plan):
                remove_unused(out)
                return former.manifest
            job = _Job(articles, plan, encoder, splitting, progress)
            with new_generation(out) as folder:
                return _fill(folder, job, former)
        finally:
            if former is not None:
                former.close()
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        # What the index's own libraries report has no number.
        is_full = getattr(error, "errno", None) in (None, errno.ENOSPC, errno.EDQUOT)
        remedy = "Free some space, or choose" if is_full else "Choose"
        raise StoreError(
            f"The index {out} cannot be written: {reason}. The former index, if there was one, "
            f"still opens. {remedy} another folder with --out or JECITE_INDEX"
        ) from error


def _open_former(out: Path) -> Store | None:
    """Open the index to reuse, unless it is damaged: building again is what mends it."""
    try:
        if current_generation(out) is None:
            return None
        store = open_store(out)
    except OutdatedError:
        return None
    except StoreError as error:
        logger.warning("The former index is not reused: %s", error)
        return None
    faults = changed_files(store)
    if faults:
        logger.warning("The former index is not reused: %s", "; ".join(faults))
        store.close()
        return None
    return store


def _is_same(former: Manifest, plan: Manifest) -> bool:
    same = replace(
        plan,
        created=former.created,
        passages=former.passages,
        sentences=former.sentences,
        files=former.files,
    )
    return same == former


def _fill(folder: Path, job: _Job, former: Store | None) -> Manifest:
    # A text's vectors depend on the model alone, however it came to be a passage.
    reusable = former if former is not None and former.manifest.model == job.plan.model else None
    texts = TextsWriter(folder / TEXTS_FILE)
    dense = DenseWriter(folder, dim=job.encoder.dim)
    lexical = LexicalWriter(folder / LEXICAL_FOLDER)
    with closing(texts), closing(dense):
        done = 0
        if job.progress is not None:
            job.progress(done, len(job.articles))
        for block in _blocks(job.articles):
            split = [
                split_article(
                    article, count_tokens=job.encoder.count_tokens, splitting=job.splitting
                )
                for article in block
            ]
            dense.add(*_encode(block, split, job.encoder, reusable))
            lexical.add(
                french.analyze(article.reference.heading + passage.text)
                for article, each in zip(block, split, strict=True)
                for passage in each
            )
            for article, each in zip(block, split, strict=True):
                texts.add(article, each)
            done += len(block)
            if job.progress is not None:
                job.progress(done, len(job.articles))
        if not texts.passages:
            raise CorpusError("The corpus holds no text to index. Check the paths given")
        texts.commit()
        dense.commit()
        lexical.commit()
    files = list_files(folder)
    if former is not None:
        _link_unchanged(folder, files, former)
    manifest = replace(job.plan, passages=texts.passages, sentences=texts.sentences, files=files)
    manifest.write(folder)
    return manifest


def _encode(
    articles: Sequence[Article],
    split: Sequence[Sequence[Passage]],
    encoder: Encoder,
    former: Store | None,
) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
    """Return the vectors of passages and those of their sentences, reusing the former ones."""
    found = [
        (article, passage, passage_digest(passage, article.reference.heading))
        for article, passages in zip(articles, split, strict=True)
        for passage in passages
    ]
    if not found:
        return np.empty((0, encoder.dim), np.float32), []
    known = former.known_vectors([digest for *_, digest in found]) if former is not None else {}
    new = {digest: (article, passage) for article, passage, digest in found if digest not in known}
    passages = _headed(list(new.values()), encoder)
    sentences = [
        [article.text[start:end] for start, end in passage.sentences]
        for article, passage in new.values()
    ]
    texts = list(dict.fromkeys([*passages, *itertools.chain.from_iterable(sentences)]))
    encoded = dict(zip(texts, encoder.encode_passages(texts), strict=True))
    known |= {
        digest: (encoded[text], np.stack([encoded[sentence] for sentence in own]))
        for digest, text, own in zip(new, passages, sentences, strict=True)
    }
    rows = [known[digest] for *_, digest in found]
    return np.stack([passage for passage, _ in rows]), [own for _, own in rows]


def _headed(found: Sequence[tuple[Article, Passage]], encoder: Encoder) -> list[str]:
    """Return what is encoded of passages: each under its heading, where that leaves it room."""
    texts = [article.reference.heading + passage.text for article, passage in found]
    return [
        text if count <= encoder.max_tokens else passage.text
        for text, count, (_, passage) in zip(texts, encoder.count_tokens(texts), found, strict=True)
    ]


def _blocks(articles: Sequence[Article]) -> Iterator[Sequence[Article]]:
    block: list[Article] = []
    characters = 0
    for article in articles:
        block.append(article)
        characters += len(article.text)
        if len(block) == BLOCK_ARTICLES or characters >= BLOCK_CHARACTERS:
            yield block
            block, characters = [], 0
    if block:
        yield block


def _link_unchanged(folder: Path, files: Sequence[FileEntry], former: Store) -> None:
    """Replace files that are equal to the former generation's by hard links to them."""
    same = {(entry.size, entry.sha256): entry.name for entry in former.manifest.files}
    for entry in files:
        name = same.get((entry.size, entry.sha256))
        if name is not None and entry.size:
            link = folder / f"{entry.name}.link"
            try:
                os.link(former.folder / name, link)
            except OSError:  # Some file systems have no hard links: the copy stays.
                return
            link.replace(folder / entry.name)


def _corpus_digest(articles: Sequence[Article]) -> str:
    digest = hashlib.sha256()
    for article in articles:
        digest.update(repr(astuple(article)).encode())
    return digest.hexdigest()
