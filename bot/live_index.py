"""One retriever for as long as the program runs, however often its index is rebuilt."""

import contextlib
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

from embeddings import Encoder, JeCiteError, load_encoder
from retrieval import Retriever, StoreError
from retrieval.index.generations import current_generation
from retrieval.index.manifest import read_manifest
from retrieval.reader import PassageReader, ReaderName

logger = logging.getLogger(__name__)


class LiveIndex:
    """Lends the retriever of an index's current generation, to any number of threads.

    The encoder is loaded as the index names it, unless the right one is given. The reader of
    passages is given, or named and loaded once.

    `refresh` takes up a new generation: whoever asks from then on gets it, and the old one is
    closed once its last borrower has given it back.
    """

    def __init__(
        self,
        root: Path,
        *,
        encoder: Encoder | None = None,
        reader: PassageReader | ReaderName = "bundled",
    ) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._encoder = encoder
        self._reader = reader
        self._complained_of: Path | None = None
        self._generation, self._retriever = self._open()
        self._borrowers = {self._retriever: 0}

    @contextlib.contextmanager
    def lease(self) -> Iterator[Retriever]:
        """Lend the current retriever; it stays open inside the block."""
        with self._lock:
            retriever = self._retriever
            self._borrowers[retriever] += 1
        try:
            yield retriever
        finally:
            with self._lock:
                if retriever in self._borrowers:  # else everything was closed meanwhile
                    self._borrowers[retriever] -= 1
            self._close_unused()

    def refresh(self) -> bool:
        """Take up the current generation where it is another; tell whether it was.

        A generation that cannot be opened is logged once, and the one before stays in use.
        """
        generation = None
        try:
            generation = current_generation(self._root)
            if generation in (None, self._generation):
                return False
            opened, retriever = self._open()
        except (JeCiteError, OSError) as error:
            if generation != self._complained_of or generation is None:
                logger.error("The index's new generation is not used: %s", error)  # noqa: TRY400
                self._complained_of = generation
            return False
        with self._lock:
            self._generation, self._retriever = opened, retriever
            self._borrowers[retriever] = 0
        self._close_unused()
        logger.info("The index's new generation %s is in use", opened.name)
        return True

    def close(self) -> None:
        """Close every retriever, borrowed or not."""
        with self._lock:
            retrievers, self._borrowers = list(self._borrowers), {}
        for retriever in retrievers:
            retriever.close()

    def _open(self) -> tuple[Path, Retriever]:
        """Open the current generation, and tell which one it is.

        Raises:
            JeCiteError: As `Retriever.open`.
        """
        while True:
            generation = current_generation(self._root)
            if generation is None:
                raise StoreError(
                    f"There is no index at {self._root}. "
                    f"Build one: jecite index PATH… --out {self._root}"
                )
            model = read_manifest(generation).model
            if self._encoder is None or self._encoder.identity != model:
                self._encoder = load_encoder(model.model)
            retriever = Retriever.open(self._root, encoder=self._encoder, reader=self._reader)
            self._reader = retriever.reader or self._reader
            # A builder may have published another one meanwhile: then this one is unnamed.
            if current_generation(self._root) == generation:
                return generation, retriever
            retriever.close()

    def _close_unused(self) -> None:
        with self._lock:
            unused = [
                retriever
                for retriever, borrowers in self._borrowers.items()
                if not borrowers and retriever is not self._retriever
            ]
            for retriever in unused:
                del self._borrowers[retriever]
        for retriever in unused:
            retriever.close()
