"""Fit everything that is fitted but the reader's weights: `python -m retrieval.calibration SET`.

Needs a SQuAD-like set with several paragraphs an article, such as PIAF. Only the questions of
training articles are used (`retrieval.evaluation.is_test` says which are not). The reader's part
is fitted on held-out articles alone, and has to be fitted again whenever its weights change:
`--part reader` does that and leaves the rest as it is. Without `--out`, what ships with the
package is replaced.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from embeddings import BUNDLED, JeCiteError, load_encoder
from retrieval.calibration import fit_plain, fit_reader
from retrieval.confidence import CALIBRATION_FILE, load_calibration
from retrieval.evaluation import load_dataset
from retrieval.reader.reader import SHIPPED, WEIGHTS_FILE, load_reader
from retrieval.reader.weights import read_trained_on


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m retrieval.calibration",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("dataset", type=Path, help="a SQuAD file, such as PIAF")
    parser.add_argument("--part", choices=("both", "plain", "reader"), default="both")
    parser.add_argument("--model", default=BUNDLED)
    parser.add_argument(
        "--reader", type=Path, default=SHIPPED, metavar="FILE", help="the reader's weights"
    )
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).parents[1] / CALIBRATION_FILE, metavar="FILE"
    )
    parser.add_argument("--questions", type=int, default=2500, help="fitted on, of each part")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    if options.questions < 1:
        parser.error("--questions must be at least 1")
    out: Path = options.out
    if out.is_dir() or not out.absolute().parent.is_dir():
        parser.error(f"--out {out} must be a file in a folder that exists")
    needs_reader = options.part != "plain"
    if needs_reader and not options.reader.is_file():
        parser.error(
            f"--reader {options.reader} is no file: name a trained reader's {WEIGHTS_FILE}, or do "
            "without: --part plain"
        )
    try:
        dataset = load_dataset(options.dataset)
        encoder = load_encoder(options.model)
        calibration = load_calibration()
        if options.part == "reader" and encoder.identity.model != calibration.model:
            parser.error(
                f"--part reader goes on from what was fitted for the model {calibration.model}: "
                f"fit both parts for {encoder.identity.model}"
            )
        reader = load_reader(encoder=encoder, path=options.reader) if needs_reader else None
        fitted = {
            **calibration.fitted,
            "dataset": dataset.name,
            "dataset_digest": dataset.digest,
        }
        if options.part != "reader":
            calibration, fitted["plain"] = fit_plain(
                dataset, encoder, calibration, questions=options.questions, seed=options.seed
            )
        if reader is not None:
            rules, account = fit_reader(
                dataset,
                encoder,
                reader,
                calibration,
                questions=options.questions,
                seed=options.seed,
            )
            fitted["reader"] = {**account, "trained_on": read_trained_on(options.reader)}
            calibration = replace(calibration, reader=rules)
        calibration = replace(calibration, fitted=fitted)
        text = json.dumps(asdict(calibration), indent=2, ensure_ascii=False)
        partial = out.with_suffix(".partial")
        partial.write_text(f"{text}\n", encoding="utf-8")
        partial.replace(out)
    except (JeCiteError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
