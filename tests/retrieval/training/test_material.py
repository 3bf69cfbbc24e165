"""Which questions are learnt from, and from which passages they are to be told apart."""

import itertools

import pytest

from retrieval.errors import DatasetError
from retrieval.evaluation import is_held_out, is_test
from retrieval.training.__main__ import main
from retrieval.training.material import PIAF, SQUAD, XQUAD, read_material
from tests.retrieval.evaluation.small_set import write_set


def title(wanted):
    return next(t for t in (f"titre {n}" for n in itertools.count()) if wanted(t))


TEST = title(is_test)
HELD_OUT = title(is_held_out)
FIRST, SECOND = itertools.islice(
    (t for t in (f"page {n}" for n in itertools.count()) if not is_test(t) and not is_held_out(t)),
    2,
)


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "data"
    folder.mkdir()
    piaf = {
        FIRST: [
            ("Le roi dort à Rome.", [("p1", "Où dort le roi ?", "Rome")]),
            ("Rome est une ville du roi.", []),
            ("Le roi mange une pomme.", [("p2", "Que mange le roi ?", "une pomme")]),
        ],
        SECOND: [("La reine dort à Paris.", [("p3", "Où dort la reine ?", "Paris")])],
        TEST: [("Le chat dort à Lyon.", [("p4", "Où dort le chat ?", "Lyon")])],
        HELD_OUT: [("Le chien dort à Nice.", [("p5", "Où dort le chien ?", "Nice")])],
    }
    english = {
        "King": [
            ("The king sleeps.", [("s1", "Who sleeps?", "The king"), ("s2", "Who eats?", None)])
        ],
        # The very text of an article that is kept apart, under another title.
        "Cat": [("Le chat dort à Lyon.", [("s3", "What sleeps?", "Le chat")])],
    }
    write_set(folder / PIAF, piaf)
    write_set(folder / SQUAD, english)
    for name, text in zip(XQUAD, ("A cat.", "Un gato.", "Eine Katze."), strict=True):
        write_set(folder / name, {"X": [(text, [("x", "What?", text[:-1])])]})
    return folder


def test_what_is_learnt_from_and_what_is_kept_apart(data, encoder):
    material = read_material(data, encoder)
    texts = material.texts
    assert [each.question for each in material.piaf] == [
        "Où dort le roi ?",
        "Que mange le roi ?",
        "Où dort la reine ?",
    ]
    assert [each.question for each in material.held_out] == ["Où dort le chien ?"]
    assert [each.question for each in material.squad] == ["Who sleeps?", "Who eats?"]
    assert material.squad[1].spans == ()
    assert set(material.digests) == {PIAF, SQUAD, *XQUAD}

    first = material.piaf[0]
    assert texts[first.passage] == (f"{FIRST} : ", "Le roi dort à Rome.")
    assert [texts[first.passage].text[start:end] for start, end in first.spans] == ["Rome"]
    # « Rome est une ville du roi » holds the answer, and is nothing to tell apart.
    assert [texts[place] for place in first.neighbours] == [
        (f"{FIRST} : ", "Le roi mange une pomme.")
    ]
    # Nor are the passages of test and held-out articles, which training never sees.
    assert [texts[place] for place in first.others] == [(f"{SECOND} : ", "La reine dort à Paris.")]
    learnt = [*material.piaf, *material.squad, *itertools.chain(*material.xquad)]
    seen = {place for each in learnt for place in (each.passage, *each.neighbours, *each.others)}
    apart = {"Le chat dort à Lyon.", "Le chien dort à Nice."}
    assert not apart & {texts[place].text for place in seen}


def test_each_question_in_another_language_is_asked_of_each_passage(data, encoder):
    (versions,) = read_material(data, encoder).xquad
    assert len(versions) == 9
    texts = read_material(data, encoder).texts
    assert {texts[each.passage].text for each in versions} == {"A cat.", "Un gato.", "Eine Katze."}


def test_what_is_missing_is_named(data, encoder):
    (data / SQUAD).unlink()
    with pytest.raises(DatasetError, match=r"squad.*--data"):
        read_material(data, encoder)


def test_the_command_says_so_in_one_line(tmp_path, capsys):
    assert main(["--data", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
