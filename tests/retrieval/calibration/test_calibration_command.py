"""`python -m retrieval.calibration`, with nothing fitted."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from retrieval import DatasetError
from retrieval.calibration import __main__ as command
from retrieval.calibration.__main__ import main
from retrieval.calibration.asking import draw
from retrieval.confidence import load_calibration, parse_calibration
from retrieval.evaluation import Dataset, GoldAnswer, Question
from retrieval.records import Article, Reference


def dataset(*paragraphs):
    """A question on each article, which have so many paragraphs."""
    groups = [f"g{number}" for number, count in enumerate(paragraphs) for _ in range(count)]
    return Dataset(
        name="small",
        digest="0" * 64,
        articles=tuple(
            Article(Reference(f"a{n}", "small.json", "Un."), "Un.") for n in range(len(groups))
        ),
        groups=tuple(groups),
        questions=tuple(
            Question(f"q{n}", "Qui ?", f"g{n}", (GoldAnswer("Un", 0),), {f"a{n}": 1})
            for n in range(len(paragraphs))
        ),
    )


@pytest.fixture
def fitted(tmp_path, monkeypatch):
    """What would be fitted, in order."""
    begun = []
    monkeypatch.chdir(tmp_path)

    def plain(_set, _encoder, start, **_options):
        begun.append("plain")
        return replace(start, reader=None), {}

    def reader(*_arguments, **_options):
        begun.append("reader")
        return load_calibration().reader, {}

    monkeypatch.setattr(command, "load_dataset", lambda _path: dataset(2))
    monkeypatch.setattr(
        command, "load_encoder", lambda name: SimpleNamespace(identity=SimpleNamespace(model=name))
    )
    monkeypatch.setattr(command, "load_reader", lambda **_options: object())
    monkeypatch.setattr(command, "fit_plain", plain)
    monkeypatch.setattr(command, "fit_reader", reader)
    return begun


def test_all_is_written_at_once(tmp_path, fitted):
    out = tmp_path / "calibration.json"
    assert main(["set.json", "--out", str(out)]) == 0
    assert fitted == ["plain", "reader"]
    found = parse_calibration(out.read_text(encoding="utf-8"))
    assert found.reader == load_calibration().reader
    assert found.fitted["dataset"] == "small"
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--out", "nowhere/calibration.json"], "--out nowhere/calibration.json must be a file"),
        (["--out", "."], "--out . must be a file"),
        (["--reader", "none"], "--reader none is no file"),
        (["--questions", "0"], "--questions must be at least 1"),
        (["--part", "reader", "--model", "autre"], "fit both parts for autre"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_fitted(fitted, capsys, arguments, message):
    with pytest.raises(SystemExit) as stopped:
        main(["set.json", "--out", "calibration.json", *arguments])
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err
    assert fitted == []


def test_the_part_without_the_reader_needs_none(tmp_path, fitted):
    out = tmp_path / "calibration.json"
    assert main(["set.json", "--part", "plain", "--reader", "none", "--out", str(out)]) == 0
    assert fitted == ["plain"]


def test_questions_are_drawn_by_the_seed():
    some = dataset(*[2] * 30)
    drawn = draw(some, some.questions, 20, seed=1)
    assert len(drawn) == 20
    assert drawn == draw(some, some.questions, 20, seed=1) != draw(some, some.questions, 20, seed=2)


@pytest.mark.parametrize(
    ("paragraphs", "count"), [([], 9), ([1] * 9, 9), ([2] * 4 + [1] * 9, 99), ([2] * 9, 4)]
)
def test_too_few_articles_to_fit_on_are_told(paragraphs, count):
    some = dataset(*paragraphs)
    with pytest.raises(DatasetError, match=r"several paragraphs.* 5 are needed.*--questions"):
        draw(some, some.questions, count, seed=0)
