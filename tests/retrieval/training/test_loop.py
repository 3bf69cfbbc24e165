"""Training: it learns, is the same every time, and goes on where it was stopped."""

import json
from dataclasses import asdict

import pytest
import torch

from retrieval.errors import DatasetError
from retrieval.training import loop
from retrieval.training.loop import Trainer
from retrieval.training.plan import Group
from retrieval.training.watching import Watched, watch
from tests.retrieval.reader.tiny import bare, tiny_network, tiny_tokenizer

THINGS = [("Jean", "dort"), ("Marie", "mange"), ("la reine", "chante"), ("le roi", "dort hier")]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(loop, "LEARNING_RATE", 3e-3)
    monkeypatch.setattr(loop, "HEAD_LEARNING_RATE", 1e-2)
    monkeypatch.setattr(loop, "WARM_UP", 5)
    monkeypatch.setattr(loop, "SAVE_EVERY", 10)
    monkeypatch.setattr(loop, "WATCH_EVERY", 10)


def groups(n):
    found = []
    for number in range(n):
        who, does = THINGS[number % len(THINGS)]
        other = THINGS[(number + 1) % len(THINGS)]
        passage = f"hier {who} {does} ."
        start = passage.index(who)
        answers = number % 5 != 4
        found.append(
            Group(
                question=f"qui {does} ?",
                passages=tuple(
                    bare([passage if answers else "la pomme .", f"{other[0]} {other[1]} ."])
                ),
                spans=((start, start + len(who)),) if answers else (),
            )
        )
    return found


WATCHED = [
    Watched(f"qui {does} ?", tuple(bare([f"hier {who} {does} .", "la pomme ."])), (who,))
    for who, does in THINGS
]


def trainer(folder, some=None, *, dropout=0.0, seed=0, steps=None):
    folder.mkdir(exist_ok=True)
    return Trainer(
        tiny_network(dropout=dropout),
        tiny_tokenizer(),
        some or groups((steps or 60) * loop.QUESTIONS),
        folder,
        seed=seed,
        steps=steps,
    )


def test_it_learns_to_find_answers_and_to_rank(tmp_path):
    worker = trainer(tmp_path)
    worker.train(WATCHED)
    entries = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [entry["step"] for entry in entries] == list(range(1, 61))
    assert entries[-1]["span"] < entries[0]["span"] / 3
    assert entries[-1]["relevance"] < entries[0]["relevance"] / 2
    measured = watch(worker._network.eval(), tiny_tokenizer(), WATCHED)
    assert measured.exact == measured.f1 == measured.first == 100
    assert entries[-1]["exact"] == 100
    assert "exact" not in entries[10]


def test_the_embeddings_stay_as_they_were_and_the_early_head_is_left_for_later(tmp_path):
    worker = trainer(tmp_path, steps=5)
    before = tiny_network().bert.embeddings.word_embeddings.weight
    state = worker.train([])
    assert torch.equal(worker._network.bert.embeddings.word_embeddings.weight, before)
    assert not any(name.startswith(("bert.embeddings", "early")) for name in state)
    assert all(tensor.dtype == torch.float32 for tensor in state.values())


def test_stopped_anywhere_it_ends_where_it_would_have(tmp_path, monkeypatch):
    whole = trainer(tmp_path / "whole", steps=30).train([])

    stopped = trainer(tmp_path / "stopped", steps=30)
    learn, done = stopped._learn, []

    def until_killed(groups):
        if len(done) == 17:
            raise KeyboardInterrupt
        done.append(groups)
        return learn(groups)

    monkeypatch.setattr(stopped, "_learn", until_killed)
    with pytest.raises(KeyboardInterrupt):
        stopped.train([])
    resumed = trainer(tmp_path / "stopped", steps=30).train([])
    assert whole.keys() == resumed.keys()
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
    log = (tmp_path / "stopped" / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["step"] for line in log] == list(range(1, 31))


@pytest.mark.parametrize(
    ("changed", "begun"),
    [
        ({"seed": 1}, "--seed 0"),
        ({"steps": 5}, "--steps 3"),
        ({"some": groups(5 * loop.QUESTIONS)[::-1]}, "material of sha256 "),
    ],
)
def test_a_run_of_other_settings_does_not_go_on(tmp_path, changed, begun):
    given = {"some": groups(5 * loop.QUESTIONS), "seed": 0, "steps": 3}
    trainer(tmp_path, **given).train([])
    with pytest.raises(DatasetError, match=f"was begun with {begun}.*another --out"):
        trainer(tmp_path, **{**given, **changed}).train([])


def test_the_log_of_a_run_that_was_never_saved_is_begun_again(tmp_path):
    worker = trainer(tmp_path, steps=3)
    (tmp_path / "log.jsonl").write_text('{"step": 1}\n', encoding="utf-8")
    worker.train([])
    assert len((tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()) == 3


def test_the_seed_decides_what_is_dropped_and_nothing_is_when_watched(tmp_path):
    def trained(name, seed):
        worker = trainer(tmp_path / name, dropout=0.3, seed=seed, steps=20)
        return worker.train(WATCHED), worker

    (one, worker), (again, _), (other, _) = trained("a", 1), trained("b", 1), trained("c", 2)
    assert all(torch.equal(one[name], again[name]) for name in one)
    assert not all(torch.equal(one[name], other[name]) for name in one)
    entries = [json.loads(line) for line in (tmp_path / "a" / "log.jsonl").read_text().splitlines()]
    measured = watch(worker._network.eval(), tiny_tokenizer(), WATCHED)
    assert asdict(measured).items() <= entries[-1].items()


@pytest.mark.parametrize(("dropout", "matters"), [(0.3, True), (0.0, False)])
def test_it_is_learnt_to_read_alike_whatever_is_dropped(tmp_path, monkeypatch, dropout, matters):
    def trained(consistency):
        monkeypatch.setattr(loop, "CONSISTENCY", consistency)
        return trainer(tmp_path / f"{consistency}", dropout=dropout, steps=3).train([])

    with_, without = trained(1.0), trained(0.0)
    assert matters != all(torch.equal(with_[name], without[name]) for name in with_)


def test_a_passage_is_tokenised_once(tmp_path, monkeypatch):
    asked = []
    tokenize = loop.tokenize

    def counted(tokenizer, passages):
        asked.extend(passages)
        return tokenize(tokenizer, passages)

    monkeypatch.setattr(loop, "tokenize", counted)
    trainer(tmp_path / "run", steps=3).train([])
    assert len(asked) == len(set(asked)) > 0


def test_a_step_is_a_step_of_questions_and_the_rest_is_left(tmp_path):
    trainer(tmp_path, groups(20), steps=99).train([])
    assert len((tmp_path / "log.jsonl").read_text().splitlines()) == 20 // loop.QUESTIONS
