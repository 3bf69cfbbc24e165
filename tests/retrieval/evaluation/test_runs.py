import json
from itertools import pairwise

import ir_measures
import numpy as np
import pytest
from ir_measures import RR, R, Success, nDCG

from retrieval.errors import DatasetError
from retrieval.evaluation import Question
from retrieval.evaluation.ranking import score_rankings
from retrieval.evaluation.runs import read_predictions, read_run, write_run


def question(each, **relevant):
    return Question(id=each, text="?", group=each, answers=(), relevant=relevant)


def test_a_run_is_written_in_trecs_six_columns(tmp_path):
    write_run(tmp_path / "run.trec", {"q1": [("a", 2.5), ("mon article.txt", 0.25)], "q2": []})

    assert (tmp_path / "run.trec").read_text() == (
        "q1 Q0 a 1 2.5 jecite\nq1 Q0 mon%20article.txt 2 0.25 jecite\n"
    )


def test_a_run_comes_back_as_it_was(tmp_path):
    run = {"ma question": [("Jakob Böhme#0", 1.5), ("100%25 sûr\u00a0!", 0.5)], "q": [("a", -1.0)]}
    ids = ["ma question", "Jakob Böhme#0", "100%25 sûr\u00a0!", "q", "a", "autre"]
    write_run(tmp_path / "run.trec", run)

    back = read_run(tmp_path / "run.trec", ids=ids)

    assert {each: list(ranking) for each, ranking in back.items()} == run


def test_equal_scores_are_written_strictly_falling(tmp_path):
    articles = ["a", "z", "m", "b"]
    # The second is below the first in 64 bits but not in 32, which is what trec_eval reads.
    scores = [0.5, 0.5 - 1e-12, 0.5, 0.5]
    write_run(tmp_path / "run.trec", {"q": list(zip(articles, scores, strict=True))})

    rows = [line.split() for line in (tmp_path / "run.trec").read_text().splitlines()]
    written = [np.float32(row[4]) for row in rows]

    assert [row[2] for row in rows] == articles
    assert all(later < before for before, later in pairwise(written))
    assert written == pytest.approx([0.5] * 4, abs=1e-6)


def test_the_files_give_trec_eval_the_same_measures(tmp_path):
    rng = np.random.default_rng(7)
    names = [f"article {number}" for number in range(150)]
    questions, run = [], {}
    for number in range(20):
        graded = {str(each): int(rng.integers(1, 4)) for each in rng.choice(names, 6, False)}
        questions.append(question(f"q{number}", **graded))
        # Many ties, so that the order has to survive the file.
        scores = sorted(rng.integers(0, 5, size=120) / 10, reverse=True)
        run[f"q{number}"] = list(
            zip(map(str, rng.permutation(names)[:120]), map(float, scores), strict=True)
        )
    write_run(tmp_path / "run.trec", run)
    qrels = [
        f"{each.id} 0 {article.replace(' ', '%20')} {grade}\n"
        for each in questions
        for article, grade in each.relevant.items()
    ]
    (tmp_path / "qrels.trec").write_text("".join(qrels))

    measures = [nDCG @ 10, RR @ 10, Success @ 1, Success @ 3, Success @ 5, Success @ 10, R @ 100]
    theirs = ir_measures.calc_aggregate(
        measures,
        ir_measures.read_trec_qrels(str(tmp_path / "qrels.trec")),
        ir_measures.read_trec_run(str(tmp_path / "run.trec")),
    )

    ours = {each.measure: each.values.mean() for each in score_rankings(questions, run)}
    assert ours == pytest.approx({str(measure): value for measure, value in theirs.items()})
    assert 0 < ours["RR@10"] < 1


def test_a_run_is_read_by_score_then_rank(tmp_path):
    path = tmp_path / "run.trec"
    path.write_text("q Q0 low 1 0.1 x\nq Q0 second 3 0.9 x\n\nq\tQ0\tfirst\t2\t0.9\tx\n")

    assert list(read_run(path)["q"]) == [("first", 0.9), ("second", 0.9), ("low", 0.1)]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("q Q0 a 2 0.5 x", r"run\.trec, line 2: 'a' stands twice for question 'q'"),
        ("q Q0 a 2 0.5", r"run\.trec, line 2: 5 columns"),
        ("q Q0 b deux 0.5 x", r"run\.trec, line 2: rank 'deux' or score '0\.5' is not a number"),
        ("q Q0 b 2 nan x", r"run\.trec, line 2: the score is not a finite number"),
        ("q Q0 b 2 -inf x", r"run\.trec, line 2: the score is not a finite number"),
    ],
)
def test_a_bad_run_is_refused_with_its_line(tmp_path, row, message):
    path = tmp_path / "run.trec"
    path.write_text(f"q Q0 a 1 0.9 x\n{row}\n")

    with pytest.raises(DatasetError, match=message):
        read_run(path)


def test_an_empty_run_is_refused(tmp_path):
    (tmp_path / "run.trec").write_text("\n")

    with pytest.raises(DatasetError, match=r"run\.trec is empty"):
        read_run(tmp_path / "run.trec")


def test_predictions_are_read_as_they_are(tmp_path):
    predictions = {"q1": "l’été « chaud »", "q2": ""}
    (tmp_path / "theirs.json").write_text(json.dumps(predictions))

    assert read_predictions(tmp_path / "theirs.json") == predictions


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"q1": "a",\n "q2" "b"}', r"theirs\.json: Invalid JSON: .* at line 2"),
        ('{"q1": {"text": "a"}}', r"theirs\.json: question q1: Input should be a valid string"),
        ('["a"]', r"theirs\.json: .* one JSON object"),
    ],
)
def test_bad_predictions_are_refused(tmp_path, text, message):
    (tmp_path / "theirs.json").write_text(text)

    with pytest.raises(DatasetError, match=message):
        read_predictions(tmp_path / "theirs.json")
