"""One door to every format of evaluation set."""

from pathlib import Path

from retrieval.errors import DatasetError
from retrieval.evaluation.beir import CORPUS, QUERIES, load_beir
from retrieval.evaluation.dataset import Dataset
from retrieval.evaluation.jsonl import load_jsonl
from retrieval.evaluation.parsing import read_text
from retrieval.evaluation.squad import load_squad
from retrieval.evaluation.trec import load_trec


def load_dataset(path: Path, *, split: str = "test") -> Dataset:
    """Read an evaluation set, whose format follows from what `path` is.

    A `.json` file is SQuAD v1 or v2, a `.jsonl` file the project's own; a folder with
    `corpus.jsonl` or `queries.jsonl` is BEIR's, of which `split` is read; any other folder or
    file holds TREC topics, with their qrels beside them.

    Raises:
        DatasetError: Nothing is there, it is malformed, or it has no question.
    """
    if not path.exists():
        raise DatasetError(f"{path} does not exist: name a file or a folder of questions.")
    if path.is_dir():
        beir = (path / CORPUS).exists() or (path / QUERIES).exists()
        return load_beir(path, split=split) if beir else load_trec(path)
    match path.suffix.lower():
        case ".json":
            return load_squad(path)
        case ".jsonl":
            return load_jsonl(path)
        case ".gz":
            read_text(path)  # It says what a compressed file needs.
    return load_trec(path)
