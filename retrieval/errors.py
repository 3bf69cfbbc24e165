"""What can go wrong between files, index and question, under `JeCiteError`."""

from embeddings.errors import JeCiteError


class CorpusError(JeCiteError):
    """The corpus as a whole cannot be read: a missing path, no article, a bad `corpus.toml`."""


class StoreError(JeCiteError):
    """An index is missing, damaged, locked, or cannot be written."""


class BusyError(StoreError):
    """Another process is building the index."""


class MismatchError(StoreError):
    """An index was built with another model, format or analysis than the one at hand."""


class OutdatedError(MismatchError):
    """An index of the articles at `roots`, or of the shipped ones, that another version built."""

    def __init__(
        self, message: str, *, roots: tuple[str, ...] = (), is_shipped: bool = False
    ) -> None:
        super().__init__(message)
        self.roots = roots
        self.is_shipped = is_shipped


class QueryError(JeCiteError):
    """A question that cannot be searched for: empty, or too long."""


class DatasetError(JeCiteError):
    """An evaluation data set that is malformed, empty or inconsistent."""


class ReaderError(JeCiteError):
    """The trained reader's weights are missing, damaged, or not what was calibrated."""
