"""What the evaluation's tests share: the public sets, where they are at hand."""

import json
import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def shared_data():
    folder = Path(os.environ.get("JECITE_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the public data sets are not at {folder}: set JECITE_SHARED_DATA")
    return folder


@pytest.fixture
def write_squad(tmp_path):
    """Write a SQuAD file from (title, [(context, [question object])]) pairs."""

    def write(*articles, name="set.json"):
        data = [
            {
                "title": title,
                "paragraphs": [{"context": context, "qas": qas} for context, qas in paragraphs],
            }
            for title, paragraphs in articles
        ]
        path = tmp_path / name
        path.write_text(json.dumps({"version": "1", "data": data}), encoding="utf-8")
        return path

    return write
