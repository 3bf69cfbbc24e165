"""Fits all that is fitted but the reader's weights: `python -m retrieval.calibration`."""

from retrieval.calibration.plain import fit_plain
from retrieval.calibration.reader import fit_reader

__all__ = ["fit_plain", "fit_reader"]
