"""What has to be known to get the same figures again."""

import hashlib
import json
import subprocess
from dataclasses import asdict
from pathlib import Path

import torch

from retrieval.confidence import Calibration

REPOSITORY = Path(__file__).resolve().parents[2]


def commit() -> str | None:
    """The git commit of this code, with `+` where files were changed since; None without git."""
    head = _git("rev-parse", "HEAD")
    if head is None:
        return None
    return head + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")


def threads() -> int:
    """The number of threads that the encoder computes with."""
    return torch.get_num_threads()


def calibration_digest(calibration: Calibration) -> str:
    """The SHA-256 of all that was fitted, without the account of how."""
    data = asdict(calibration)
    del data["fitted"]
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def _git(*arguments: str) -> str | None:
    if not (REPOSITORY / ".git").exists():
        return None
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments
            ["git", "-C", str(REPOSITORY), *arguments],  # noqa: S607 - git is where PATH says
            capture_output=True,
            check=True,
            text=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
