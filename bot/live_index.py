"""One retriever for as long as the program runs, however often its index is rebuilt."""

import contextlib
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

from embeddings import Encoder, JeCiteError, load_encoder
from retrieval import Retriever, StoreError
from retrieval.index.generations import Generation, identify_current
from retrieval.index.manifest import read_manifest
from retrieval.index.remedies import build_command
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
        self._complaint = ""
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

        What keeps one from being opened is logged once, and the one before stays in use.
        """
        try:
            if identify_current(self._root) in (None, self._generation):
                return False
            generation, retriever = self._open()
        except (JeCiteError, OSError) as error:
            if str(error) != self._complaint:
                logger.error("The index's new generation is not used: %s", error)  # noqa: TRY400
                self._complaint = str(error)
            return False
        with self._lock:
            self._generation, self._retriever = generation, retriever
            self._borrowers[retriever] = 0
        self._complaint = ""
        self._close_unused()
        logger.info("The index's new generation %s is in use", generation.folder.name)
        return True

    def close(self) -> None:
        """Close every retriever, borrowed or not."""
        with self._lock:
            retrievers, self._borrowers = list(self._borrowers), {}
        for retriever in retrievers:
            retriever.close()

    def _open(self) -> tuple[Generation, Retriever]:
        """Open the current generation, and tell which one it is.

        Raises:
            JeCiteError: As `Retriever.open`.
        """
        while True:
            generation = identify_current(self._root)
            if generation is None:
                raise StoreError(
                    f"There is no index at {self._root}. Build one: {build_command(self._root)}"
                )
            model = read_manifest(generation.folder).model
            if self._encoder is None or self._encoder.identity != model:
                self._encoder = load_encoder(model.model)
            retriever = Retriever.open(self._root, encoder=self._encoder, reader=self._reader)
            self._reader = retriever.reader or self._reader
            # A builder may have published another one meanwhile: then this one is unnamed.
            if identify_current(self._root) == generation:
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
