"""Generations: what a rebuild reuses, keeps, removes and refuses."""

import multiprocessing
import os
import shlex
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from small import SmallEncoder, article, corpus, generations, vector

from retrieval.errors import MismatchError, OutdatedError, StoreError
from retrieval.index import generations as generations_module
from retrieval.index import manifest as manifest_module
from retrieval.index.build import Origin, build_store
from retrieval.index.generations import current_generation, new_generation
from retrieval.index.store import open_store, verify
from retrieval.index.texts import passage_digest
from retrieval.passages import Splitting


def build(articles, out, encoder=None, **options):
    return build_store(articles, out, encoder=encoder or SmallEncoder(), **options)


def snapshot(out):
    return {
        path: (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in out.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


def test_an_unchanged_corpus_writes_nothing(tmp_path):
    first = build(corpus(), tmp_path)
    before = snapshot(tmp_path)
    encoder = SmallEncoder()
    assert build(corpus(), tmp_path, encoder) == first
    assert snapshot(tmp_path) == before
    assert encoder.encoded == []


def test_what_a_killed_build_left_goes_though_the_corpus_is_unchanged(tmp_path):
    build(corpus(), tmp_path)
    left = tmp_path / "gen-000002" / "lexical"
    left.mkdir(parents=True)
    with FileLock(tmp_path / ".lock"):
        build(corpus(), tmp_path)
        assert left.exists()
    build(corpus(), tmp_path)
    assert generations(tmp_path) == ["gen-000001"]


@pytest.mark.parametrize(
    ("options", "encoder"),
    [
        ({"origin": Origin(examples=("Qui ?",))}, SmallEncoder()),
        ({"splitting": Splitting(max_tokens=20)}, SmallEncoder()),
        ({}, SmallEncoder("autre")),
    ],
    ids=["examples", "splitting", "model"],
)
def test_whatever_else_changed_makes_a_new_generation(tmp_path, options, encoder):
    build(corpus(), tmp_path)
    build(corpus(), tmp_path, encoder, **options)
    assert generations(tmp_path) == ["gen-000001", "gen-000002"]


def test_a_change_of_metadata_encodes_nothing(tmp_path):
    build(corpus(), tmp_path)
    first, *others = corpus()
    encoder = SmallEncoder()
    sourced = replace(first, reference=replace(first.reference, source="Le Monde"))
    build([sourced, *others], tmp_path, encoder)
    assert encoder.encoded == []
    with open_store(tmp_path) as store:
        assert store.article("0.txt").reference.source == "Le Monde"
        assert verify(store) == []


def test_only_new_passages_are_encoded(tmp_path):
    build(corpus(), tmp_path)
    added = article("neuf.txt", "Une phrase neuve. Et une autre.")
    encoder = SmallEncoder()
    build([added, *corpus()], tmp_path, encoder)
    assert sorted(encoder.encoded) == sorted([added.text, "Une phrase neuve.", "Et une autre."])
    with open_store(tmp_path) as store:
        # Every vector is its own text's, though all numbers have moved.
        passages = [p for p, _ in store.passages(np.arange(store.manifest.passages))]
        query = vector("question")
        (ranking,) = store.dense(query[None, :], len(passages))
        by_number = dict(zip(ranking.numbers.tolist(), ranking.scores.tolist(), strict=True))
        for number, passage in enumerate(passages):
            best = max(vector(passage.words(sentence)) @ query for sentence in passage.sentences)
            own = vector(passage.text) @ query
            assert by_number[number] == pytest.approx(0.5 * own + 0.5 * best, abs=1e-3)


def test_another_model_reuses_nothing(tmp_path):
    build(corpus(), tmp_path)
    encoder = SmallEncoder("autre")
    build(corpus(), tmp_path, encoder)
    assert len(encoder.encoded) > 3


def test_a_removed_article_is_gone(tmp_path):
    build(corpus(), tmp_path)
    encoder = SmallEncoder()
    build(corpus()[:2], tmp_path, encoder)
    assert encoder.encoded == []
    with open_store(tmp_path) as store:
        assert [r.article_id for r in store.articles()] == ["0.txt", "1.txt"]


def test_the_same_text_cut_otherwise_is_encoded_again(tmp_path):
    # By a former version's rules the same passage may have had other sentences.
    text = "Un deux trois. Quatre cinq six."
    build([article("a.txt", text)], tmp_path)
    with open_store(tmp_path) as store:
        (passage, _), *_ = store.passages(np.array([0]))
        whole = replace(passage, sentences=((passage.start, passage.end),))
        assert len(store.known_vectors([passage_digest(passage, "")])) == 1
        assert store.known_vectors([passage_digest(whole, "")]) == {}


def test_files_that_did_not_change_are_hard_links(tmp_path):
    build(corpus(), tmp_path)
    first, *others = corpus()
    sourced = replace(first, reference=replace(first.reference, source="Le Monde"))
    build([sourced, *others], tmp_path)
    old, new = (tmp_path / name for name in generations(tmp_path))
    for name in ("passages.faiss", "sentences.f16", "sentences.i64"):
        assert (old / name).samefile(new / name)
    assert not (old / "texts.sqlite").samefile(new / "texts.sqlite")
    assert not list(tmp_path.rglob("*.link"))


def test_where_links_are_impossible_copies_stay(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    build(corpus(), tmp_path)
    build([*corpus(), article("neuf.txt", "Neuf.")], tmp_path)
    with open_store(tmp_path) as store:
        assert verify(store) == []


def test_the_generation_before_is_kept_and_older_ones_go(tmp_path):
    for edition in "abcd":
        build(corpus(edition=edition), tmp_path)
    assert generations(tmp_path) == ["gen-000003", "gen-000004"]
    # Rolling back is a change of one line.
    (tmp_path / "CURRENT").write_text("gen-000003\n")
    with open_store(tmp_path) as store:
        assert "articlec" in store.article("0.txt").text.replace(" 0", "")


def _hold(out, opened, leave):
    with open_store(out) as store:
        opened.set()
        leave.wait(60)
        assert store.article("0.txt") is not None
        assert len(store.lexical(["phras"], 3).numbers) == 3


def test_a_generation_that_another_process_reads_stays(tmp_path):
    build(corpus(edition="a"), tmp_path)
    context = multiprocessing.get_context("spawn")
    opened, leave = context.Event(), context.Event()
    reader = context.Process(target=_hold, args=(tmp_path, opened, leave))
    reader.start()
    try:
        assert opened.wait(120)
        for edition in "bcd":
            build(corpus(edition=edition), tmp_path)
        assert generations(tmp_path) == ["gen-000001", "gen-000003", "gen-000004"]
    finally:
        leave.set()
        reader.join(60)
    assert reader.exitcode == 0
    build(corpus(edition="e"), tmp_path)
    assert generations(tmp_path) == ["gen-000004", "gen-000005"]


def test_an_open_index_goes_on_with_its_generation(tmp_path):
    build(corpus(edition="a"), tmp_path)
    with open_store(tmp_path) as old:
        for edition in "bcd":
            build(corpus(edition=edition), tmp_path)
        assert "article 0a" in old.article("0.txt").text
        assert len(old.dense(vector("x")[None, :], 3)[0].numbers) == 3
        with open_store(tmp_path) as new:
            assert "article 0d" in new.article("0.txt").text


def test_two_builders_are_kept_apart(tmp_path):
    build(corpus(), tmp_path)
    with (
        FileLock(tmp_path / ".lock"),
        pytest.raises(StoreError, match=f"Another process is building the index {tmp_path}"),
    ):
        build(corpus(edition="b"), tmp_path)
    assert generations(tmp_path) == ["gen-000001"]
    build(corpus(edition="b"), tmp_path)


def test_what_fails_midway_leaves_nothing(tmp_path):
    build(corpus(), tmp_path)
    before = snapshot(tmp_path)

    class Failing(SmallEncoder):
        def encode_passages(self, texts):
            raise MemoryError

    with pytest.raises(MemoryError):
        build(corpus(edition="b"), tmp_path, Failing())
    assert snapshot(tmp_path) == before
    assert generations(tmp_path) == ["gen-000001"]


def test_a_generation_is_published_whole_or_not_at_all(tmp_path):
    with pytest.raises(KeyboardInterrupt), new_generation(tmp_path) as folder:  # noqa: PT012
        (folder / "half").touch()
        assert current_generation(tmp_path) is None
        raise KeyboardInterrupt
    assert current_generation(tmp_path) is None
    assert generations(tmp_path) == []


def test_a_failed_generation_is_removed_though_a_thread_writes_its_last_file(tmp_path, monkeypatch):
    remove, calls = shutil.rmtree, []

    def remove_beside_a_writer(folder, **options):
        calls.append(folder)
        remove(folder, **options)
        if len(calls) == 1:
            folder.mkdir()
            (folder / "late").touch()

    monkeypatch.setattr(generations_module.shutil, "rmtree", remove_beside_a_writer)
    with pytest.raises(OSError, match="full"), new_generation(tmp_path):
        raise OSError("full")
    assert generations(tmp_path) == []


def test_no_index_is_told_with_the_command(tmp_path):
    for path in (tmp_path, tmp_path / "nulle part", tmp_path / "fichier" / "index"):
        with pytest.raises(StoreError, match=r"There is no index at .*: jecite index PATH… --out"):
            open_store(path)


def test_another_format_is_told_with_both_versions(tmp_path, monkeypatch):
    build(corpus(), tmp_path)
    monkeypatch.setattr(manifest_module, "FORMAT_VERSION", 99)
    with pytest.raises(OutdatedError, match=r"version 3.* reads version 99.*jecite index PATH…"):
        open_store(tmp_path)
    monkeypatch.chdir(tmp_path)
    roots, out = ("/articles", "/les miens"), Path("l'index b")
    build(corpus(), out, SmallEncoder("autre modèle"), origin=Origin(roots))
    monkeypatch.setattr(manifest_module, "FORMAT_VERSION", 100)
    with pytest.raises(OutdatedError) as caught:
        open_store(out)
    assert caught.value.roots == roots
    command = str(caught.value).partition("Rebuild it: ")[2]
    assert shlex.split(command) == [
        *("jecite", "index", *roots),
        *("--out", str(tmp_path / out), "--model", "autre modèle"),
    ]


def test_an_index_of_the_shipped_articles_is_rebuilt_without_a_path(tmp_path, monkeypatch):
    build(corpus(), tmp_path, origin=Origin(("/seeds",), is_shipped=True))
    monkeypatch.setattr(manifest_module, "FORMAT_VERSION", 99)
    with pytest.raises(OutdatedError, match=r"Rebuild it: jecite index --out") as caught:
        open_store(tmp_path)
    assert caught.value.is_shipped


def test_another_analysis_is_told_with_both_names(tmp_path, monkeypatch):
    build(corpus(), tmp_path)
    monkeypatch.setattr("retrieval.french.ANALYSIS", "french-99")
    with pytest.raises(MismatchError, match=r"'french-2 .*'french-99'.*jecite index"):
        open_store(tmp_path)
