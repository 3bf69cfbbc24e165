"""An encoder and a reader that remember: an evaluation gives them the same texts several times."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from embeddings import Encoder
from retrieval.reader import PassageReader, ReaderJudgement
from retrieval.records import Headed

REMEMBERED = 50_000
"""The most vectors kept of each sort: 75 MiB of 384 columns."""

REMEMBERED_JUDGEMENTS = 50_000
"""The most judgements kept, about 2 KB each with the passage's text."""

_Vectors = dict[str, NDArray[np.float32]]


class RememberingEncoder(Encoder):
    """Gives what another encoder gives, and encodes no text a second time.

    The paragraphs and sentences of a set are the same for its unsplit and its split index, and
    its questions are asked of both.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.model = encoder.model
        self.identity = encoder.identity
        self._queries: _Vectors = {}
        self._passages: _Vectors = {}

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Encoder.encode_queries`."""
        return self._recall(texts, self._queries, self._encoder.encode_queries)

    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """See `Encoder.encode_passages`; `progress` is called once."""
        vectors = self._recall(texts, self._passages, self._encoder.encode_passages)
        if progress is not None:
            progress(len(texts))
        return vectors

    def _recall(
        self,
        texts: Sequence[str],
        known: _Vectors,
        encode: Callable[[Sequence[str]], NDArray[np.float32]],
    ) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        found = dict(zip(new, encode(new), strict=True))
        room = max(0, REMEMBERED - len(known))
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = found[text] if text in found else known[text]
        known.update(islice(found.items(), room))
        return vectors


class RememberingReader:
    """Gives what another reader gives, and reads no passage a second time for the same question.

    One that was left half read is read again where it is to be read to the end.

    A question is asked with the whole corpus and with some of it removed, and its passages are
    ranked as well as answered from. The judgements that were asked for last are kept. Not for
    several threads.
    """

    def __init__(self, reader: PassageReader, *, most: int = REMEMBERED_JUDGEMENTS) -> None:
        self._reader = reader
        self._most = most
        self._known: OrderedDict[tuple[str, Headed, bool], ReaderJudgement] = OrderedDict()

    @property
    def digest(self) -> str:
        """See `PassageReader.digest`."""
        return self._reader.digest

    def read(
        self, question: str, passages: Sequence[Headed], *, whole: bool = False
    ) -> list[ReaderJudgement]:
        """See `PassageReader.read`."""
        texts = dict.fromkeys(passages)
        keys = {text: (question, text, whole) for text in texts}
        found = {text: self._known[key] for text, key in keys.items() if key in self._known}
        new = [text for text in texts if text not in found]
        if new:
            found |= zip(new, self._reader.read(question, new, whole=whole), strict=True)
        for text, key in keys.items():
            self._known[key] = found[text]
            self._known.move_to_end(key)
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        return [found[text] for text in passages]
