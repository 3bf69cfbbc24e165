"""Measures the project's own quality: `python -m retrieval.evaluation.quality`.

It writes docs/quality.json, and from it docs/QUALITY.md and the measures in the model card.

PIAF v1.1 is read from `--data`, else `JECITE_SHARED_DATA`, else `../shared/data`.
`--sample N --seed S` measures a sample only, which takes a minute, and prints its figures: the
tests check that those in docs/quality.json are still true.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tqdm import tqdm

from embeddings import Encoder, load_encoder
from embeddings.errors import JeCiteError
from retrieval.confidence import Calibration, load_calibration
from retrieval.corpus import default_corpus, read_corpus
from retrieval.errors import DatasetError
from retrieval.evaluation.dataset import Dataset
from retrieval.evaluation.export import figures
from retrieval.evaluation.indexing import index_dataset, unsplit
from retrieval.evaluation.loading import load_dataset
from retrieval.evaluation.memo import RememberingEncoder, RememberingReader
from retrieval.evaluation.provenance import REPOSITORY, commit, threads
from retrieval.evaluation.quality_page import render, render_card
from retrieval.evaluation.results import Evaluation, IndexFacts
from retrieval.evaluation.runner import evaluate
from retrieval.evaluation.sampling import only_test_articles, sample_articles, sample_questions
from retrieval.index.build import Progress, build_store
from retrieval.modes import MODES, Mode
from retrieval.passages import Splitting
from retrieval.reader import PassageReader
from retrieval.reader.reader import load_reader
from retrieval.retriever import Retriever

SHARED_DATA = "JECITE_SHARED_DATA"
PIAF = "piaf-v1.1.json"
SEEDS_QUESTIONS = REPOSITORY / "tests" / "data" / "seeds-questions.jsonl"
FIGURES = REPOSITORY / "docs" / "quality.json"
PAGE = REPOSITORY / "docs" / "QUALITY.md"
CARD = REPOSITORY / "retrieval" / "weights" / "MODEL_CARD.md"

SAMPLE = 40
"""How many questions of each set the tests measure again."""

SEED = 0


def data_folder() -> Path:
    """The folder in which PIAF is expected: `JECITE_SHARED_DATA`, else beside the repository."""
    folder = os.environ.get(SHARED_DATA)
    return Path(folder) if folder else REPOSITORY.parent / "shared" / "data"


def measure_seeds(
    encoder: Encoder,
    reader: PassageReader | None,
    *,
    sample: int | None = None,
    seed: int = SEED,
) -> Evaluation:
    """Ask the questions on the seeds, or a sample of them, of an index of the seeds."""
    dataset = load_dataset(SEEDS_QUESTIONS)
    if sample is not None:
        dataset = sample_questions(dataset, sample, seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        build_store(read_corpus([default_corpus()]).articles, Path(folder), encoder=encoder)
        return _evaluate(dataset, Path(folder), encoder, reader)


def measure_piaf(  # noqa: PLR0913 - each is one thing to ask with
    encoder: Encoder,
    reader: PassageReader | None,
    data: Path,
    splitting: Splitting,
    *,
    answering: bool = True,
    progress: Progress | None = None,
) -> Evaluation:
    """Ask PIAF's questions of an index of its paragraphs.

    Raises:
        DatasetError: PIAF isn't there.
    """
    dataset = load_dataset(data / PIAF)
    index = index_dataset(dataset, encoder, splitting=splitting, progress=progress)
    return _evaluate(dataset, index.path, encoder, reader, answering=answering, progress=progress)


def measure_piaf_sample(
    encoder: Encoder, reader: PassageReader, data: Path, n: int, *, seed: int = SEED
) -> Evaluation:
    """Ask `n` questions on some of PIAF's test articles of an index of these articles alone.

    Raises:
        DatasetError: PIAF isn't there.
    """
    dataset = sample_articles(only_test_articles(load_dataset(data / PIAF)), n, seed=seed)
    dataset = sample_questions(dataset, n, seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        build_store(dataset.articles, Path(folder), encoder=encoder)
        return _evaluate(dataset, Path(folder), encoder, reader)


def measure_samples(
    encoder: Encoder, reader: PassageReader, data: Path, n: int, *, seed: int = SEED
) -> dict[str, Any]:
    """The figures of both samples; PIAF's are None where PIAF isn't there."""
    return {
        "questions": n,
        "seed": seed,
        "seeds": figures(measure_seeds(encoder, reader, sample=n, seed=seed)),
        "piaf": figures(measure_piaf_sample(encoder, reader, data, n, seed=seed))
        if (data / PIAF).exists()
        else None,
    }


def identity(facts: IndexFacts) -> dict[str, str | None]:
    """What must be the same for the figures to hold: all that decides what is found."""
    return {
        "model": facts.model,
        "model_digest": facts.model_digest,
        "splitting": facts.splitting,
        "analysis": facts.analysis,
        "calibration": facts.calibration,
        "reader": facts.reader,
    }


def thresholds(calibration: Calibration) -> dict[str, dict[str, float]]:
    """The probabilities from which each rule says yes, with the reader and without."""
    return {
        name: {"answered": rules.answered.threshold, "related": rules.related.threshold}
        for name, rules in (("with", calibration.reader), ("without", calibration.plain))
        if rules is not None
    }


def measure_quality(encoder: Encoder, reader: PassageReader, data: Path) -> dict[str, Any]:
    """Every figure of docs/quality.json.

    Raises:
        DatasetError: PIAF isn't there.
    """
    started = time.monotonic()
    encoder = RememberingEncoder(encoder)
    seeds = measure_seeds(encoder, reader)
    whole = measure_piaf(
        encoder,
        reader,
        data,
        unsplit(encoder),
        answering=False,
        progress=_bar("PIAF, unsplit"),
    )
    split = measure_piaf(encoder, reader, data, Splitting(), progress=_bar("PIAF, split"))
    plain = measure_piaf(encoder, None, data, Splitting(), progress=_bar("PIAF, no reader"))
    if split.index is None or seeds.index is None:
        raise ValueError("an evaluation of a retriever names its index")
    calibration = load_calibration()
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "command": "make quality",
        "commit": commit(),
        "threads": threads(),
        "identity": identity(split.index),
        "thresholds": thresholds(calibration),
        "fitted": dict(calibration.fitted),
        "piaf": {
            "sha256": split.dataset.digest,
            "articles": len(set(split.dataset.groups)),
            "paragraphs": len(split.dataset.articles),
            "questions": len(split.dataset.questions),
            "passages": split.index.passages,
            "unsplit": figures(whole),
            "split": figures(split),
            "without": figures(plain),
        },
        "seeds": {
            "sha256": seeds.dataset.digest,
            "passages": seeds.index.passages,
            "with": figures(seeds),
            "without": figures(measure_seeds(encoder, None)),
        },
        "sample": measure_samples(encoder, reader, data, SAMPLE),
        "seconds": round(time.monotonic() - started),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and unless it was a sample write both files; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m retrieval.evaluation.quality",
        description="Measure and write docs/QUALITY.md.",
    )
    parser.add_argument(
        "--sample", type=int, metavar="N", help="measure N questions, print, write nothing"
    )
    parser.add_argument("--seed", type=int, default=SEED, metavar="S", help="which sample")
    parser.add_argument(
        "--data", type=Path, default=data_folder(), metavar="DIR", help=f"where {PIAF} is"
    )
    options = parser.parse_args(arguments)
    try:
        is_whole = options.sample is None
        if is_whole and not (options.data / PIAF).exists():
            raise DatasetError(f"{_absent(options.data)} docs/QUALITY.md is left as it is.")
        encoder = load_encoder()
        reader = RememberingReader(load_reader(encoder=encoder))
        if not is_whole:
            found = measure_samples(
                encoder, reader, options.data, options.sample, seed=options.seed
            )
            sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
            if found["piaf"] is None:
                sys.stderr.write(f"{_absent(options.data)}\n")
            return 0
        quality = measure_quality(encoder, reader, options.data)
    except JeCiteError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    FIGURES.parent.mkdir(exist_ok=True)
    text = json.dumps(quality, ensure_ascii=False, indent=1)
    FIGURES.write_text(f"{text}\n", encoding="utf-8")
    page = render(quality)
    PAGE.write_text(page, encoding="utf-8")
    card = render_card(CARD.read_text(encoding="utf-8"), quality)
    CARD.write_text(card, encoding="utf-8")
    sys.stdout.write(f"{page}\n")
    return 0


def _evaluate(  # noqa: PLR0913 - each is one thing to ask with
    dataset: Dataset,
    index: Path,
    encoder: Encoder,
    reader: PassageReader | None,
    *,
    answering: bool = True,
    progress: Progress | None = None,
) -> Evaluation:
    """Measure all with a reader; without one the answers alone, since rankings are the same."""
    modes: tuple[Mode, ...] = MODES if reader else ()
    with Retriever.open(index, encoder=encoder, reader=reader or "none") as retriever:
        return evaluate(retriever, dataset, modes=modes, answering=answering, progress=progress)


def _absent(data: Path) -> str:
    return f"PIAF v1.1 is not in {data}: get {PIAF} and name its folder in {SHARED_DATA}."


def _bar(what: str) -> Progress:
    bars: dict[int, tqdm[Any]] = {}

    def progress(done: int, total: int) -> None:
        # Articles are indexed first, then questions asked: each count has a bar of its own.
        bar = bars.setdefault(total, tqdm(total=total, desc=what, disable=None))
        bar.update(done - bar.n)
        if done >= total:
            bar.close()

    return progress


if __name__ == "__main__":
    sys.exit(main())
