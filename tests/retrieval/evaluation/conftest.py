"""What the evaluation's tests share: the public sets, where they are at hand."""

import json

import pytest


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
