"""One thread that encodes for all: concurrent queries share a batch."""

import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder
from embeddings.errors import EncoderError

MAX_BATCH = 64

_Request = tuple[list[str], "Future[NDArray[np.float32]]"]


class QueryBatcher:
    """Encodes queries for any number of threads.

    A fast tokenizer is not re-entrant, and one batch of ten queries costs less than ten of one:
    a single worker thread takes whatever is waiting, up to `MAX_BATCH` texts, and encodes it
    together. It starts with the first query and ends with `close`.
    """

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self._requests: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._worker: threading.Thread | None = None
        self._closed = False

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors of shape (len(texts), dim), in order.

        Raises:
            TextTooLongError: One of these texts has more tokens than the model reads.
            EncoderError: The batcher is closed.
        """
        future: Future[NDArray[np.float32]] = Future()
        with self._lock:
            if self._closed:
                raise EncoderError("The encoder is closed: open the retriever again")
            # A forked process has no thread but the one that forked.
            if self._worker is None or not self._worker.is_alive():
                self._worker = threading.Thread(target=self._work, name="encoder", daemon=True)
                self._worker.start()
            self._requests.put((list(texts), future))
        return future.result()

    def close(self) -> None:
        """Finish what is waiting, then stop the worker; closing twice is allowed."""
        with self._lock:
            already, self._closed = self._closed, True
            worker = self._worker
        if worker is not None and not already:
            self._requests.put(None)
            if worker is not threading.current_thread():  # Where a collector runs in it.
                worker.join()

    @property
    def is_closed(self) -> bool:
        """Whether it was closed."""
        return self._closed

    def _work(self) -> None:
        while (request := self._requests.get()) is not None:
            batch = [request]
            is_last = False
            while sum(len(texts) for texts, _ in batch) < MAX_BATCH:
                try:
                    following = self._requests.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    is_last = True
                    break
                batch.append(following)
            self._encode(batch)
            if is_last:
                return

    def _encode(self, batch: list[_Request]) -> None:
        try:
            vectors = self.encoder.encode_queries([text for texts, _ in batch for text in texts])
        except Exception as error:  # noqa: BLE001 - it goes to whoever asked; the worker lives on.
            if len(batch) == 1:
                batch[0][1].set_exception(error)
                return
            for request in batch:  # One text that cannot be encoded must not fail the others.
                self._encode([request])
            return
        start = 0
        for texts, future in batch:
            future.set_result(vectors[start : start + len(texts)])
            start += len(texts)
