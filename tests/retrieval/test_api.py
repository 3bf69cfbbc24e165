"""`build_index`, `search` and `answer` in one line, and what they say of a bad corpus."""

import gc
import json
import os
import shutil
import weakref
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

import retrieval
from retrieval import CorpusError, StoreError, answer, api, build_index, search
from retrieval.corpus import default_corpus
from retrieval.index.store import open_store, verify
from retrieval.locations import lacks_default


@pytest.fixture(autouse=True)
def loaded_once(encoder, monkeypatch):
    """The model is loaded once for all tests, and nothing is kept from one to the next."""
    monkeypatch.setattr("retrieval.api.load_encoder", lambda name: encoder)
    monkeypatch.setattr("retrieval.retriever.load_encoder", lambda name: encoder)
    monkeypatch.setattr(api, "_retrievers", {})
    yield
    for _, retriever in api._retrievers.values():
        retriever.close()


@pytest.fixture
def default(tmp_path, monkeypatch):
    monkeypatch.setenv("JECITE_INDEX", str(tmp_path / "défaut"))
    return tmp_path / "défaut"


def articles(out):
    with open_store(out) as store:
        assert verify(store) == []
        return {each.article_id: store.article(each.article_id).text for each in store.articles()}


def test_one_line_answers_from_the_shipped_articles(default):
    citations = answer("Combien d'utilisateurs Telegram a-t-il gagnés ?").citations
    assert any("25 millions" in citation.text for citation in citations)
    assert len(search("Telegram", k=5)) == 5
    assert len(articles(default)) == 5
    assert api.default_retriever().manifest.is_shipped
    followed = answer("Et Signal ?", previous="Qui a fondé WhatsApp ?")
    assert followed.understood == "Qui a fondé Signal ?"


def test_the_default_index_is_in_the_users_folder(monkeypatch):
    monkeypatch.delenv("JECITE_INDEX", raising=False)
    assert api.default_index().parts[-2:] == ("jecite", "index")
    monkeypatch.setenv("JECITE_INDEX", "")
    assert api.default_index().parts[-2:] == ("jecite", "index")


def test_a_tilde_in_the_name_of_the_default_index_is_the_home(monkeypatch):
    monkeypatch.setenv("HOME", "/home/alice")
    for named, meant in (("~/index ", "/home/alice/index"), ("~no-such-user/i", "~no-such-user/i")):
        monkeypatch.setenv("JECITE_INDEX", named)
        assert api.default_index() == Path(meant)


def test_what_is_loaded_late_is_listed():
    assert set(retrieval.__all__) <= set(dir(retrieval))


@pytest.mark.parametrize(
    ("roots", "is_shipped", "is_lacking"),
    [
        (["/elsewhere/articles"], True, True),
        ([str(default_corpus())], False, True),
        (["/gone/seeds"], False, True),
        (["/gone/articles"], False, False),
        (["/gone/seeds", "/gone/articles"], False, False),
    ],
)
def test_an_outdated_index_of_the_shipped_articles_counts_as_none(
    default, roots, is_shipped, is_lacking
):
    folder = default / "gen-000001"
    folder.mkdir(parents=True)
    (default / "CURRENT").write_text("gen-000001\n", encoding="utf-8")
    manifest = {"format_version": 0, "roots": roots, "is_shipped": is_shipped}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert lacks_default(default) is is_lacking


def test_a_first_use_waits_for_another_process_that_builds(default, monkeypatch):
    default.mkdir()
    lock = FileLock(default / ".lock")
    lock.acquire()

    def build_elsewhere(root):
        lock.release()
        build_index(out=root)

    monkeypatch.setattr(api, "wait_for_builder", build_elsewhere)
    assert answer("Qui a fondé Telegram ?").citations
    assert sorted(path.name for path in default.glob("gen-*")) == ["gen-000001"]


@pytest.mark.parametrize("is_removed_first", [False, True])
def test_an_index_that_was_rebuilt_is_opened_again(default, tmp_path, is_removed_first):
    path = tmp_path / "a.txt"
    for text in ("Le chien court.", "Le chat dort."):
        path.write_text(text, encoding="utf-8")
        if is_removed_first:
            shutil.rmtree(default, ignore_errors=True)
        build_index([path])
        assert [hit.passage.text for hit in search("Qui dort ?")] == [text]


def test_a_former_retriever_is_let_go(default, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("Le chien court.", encoding="utf-8")
    build_index([path])
    using = api.default_retriever()
    former, held, batcher = weakref.ref(using), using._index._held, using._batcher
    path.write_text("Le chat court.", encoding="utf-8")
    build_index([path])
    assert search("Qui court ?")
    assert using.search("Qui court ?")  # Whoever has it still may ask it.
    del using
    gc.collect()
    assert former() is None
    assert held.closed
    assert batcher.is_closed


def test_what_is_still_held_is_closed_at_exit(default):
    retriever = api.default_retriever()
    ends = [each for each in weakref.finalize._registry if each.peek()[0] is retriever]
    assert [each.atexit for each in ends] == [True]


def test_a_closed_one_is_opened_again(default):
    with api.default_retriever() as closed:
        assert closed.search("Telegram")
    assert search("Telegram")
    assert api.default_retriever() is api.default_retriever()


@pytest.mark.parametrize("kind", [str, Path])
def test_one_folder_needs_no_list(tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    Path("corpus").mkdir()
    Path("corpus", "a.txt").write_text("Le chien court.", encoding="utf-8")
    report = build_index(kind("corpus"), tmp_path / "index")
    assert report.manifest.roots == (str(tmp_path / "corpus"),)
    assert articles(tmp_path / "index") == {"a.txt": "Le chien court."}


def test_the_report_tells_what_was_made_and_what_was_left_out(tmp_path):
    corpus, out = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "bon.txt").write_text("Un article en français.", encoding="utf-8")
    (corpus / "latin.txt").write_bytes("L’été à Étampes coûte déjà très cher.".encode("cp1252"))
    (corpus / "vide.txt").write_bytes(b"")
    (corpus / "binaire.txt").write_bytes(bytes(range(256)) * 4)
    (corpus / "jumeau.txt").write_text("Un article en français.", encoding="utf-8")
    steps = []
    report = build_index([corpus], out, progress=lambda *step: steps.append(step))
    assert report.out == out
    assert (report.manifest.articles, report.manifest.passages) == (3, 3)
    assert report.manifest.roots == (str(corpus),)
    assert {problem.path: problem.reason for problem in report.problems} == {
        str(corpus / "vide.txt"): "is empty",
        str(
            corpus / "binaire.txt"
        ): "is not text: it is binary, or in an encoding that nothing recognises",
    }
    assert steps == [(0, 3), (3, 3)]
    assert articles(out) == {
        "bon.txt": "Un article en français.",
        "jumeau.txt": "Un article en français.",
        "latin.txt": "L’été à Étampes coûte déjà très cher.",
    }


@pytest.fixture
def former(tmp_path):
    (tmp_path / "bon.txt").write_text("Un article.", encoding="utf-8")
    build_index([tmp_path / "bon.txt"], tmp_path / "index")
    return tmp_path / "index"


@pytest.mark.parametrize("name", ["vide.txt", "nulle part"])
def test_a_corpus_without_an_article_leaves_the_former_index(name, former, tmp_path):
    (tmp_path / "vide.txt").touch()
    with pytest.raises(CorpusError) as error:
        build_index([tmp_path / name], former)
    assert str(tmp_path / name) in str(error.value)
    assert "\n" not in str(error.value)
    assert articles(former) == {"bon.txt": "Un article."}


@pytest.mark.parametrize("paths", [[], (), "", [""], ["bon.txt", ""]])
def test_no_path_is_no_corpus(paths, former, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CorpusError, match=r"name (a|at least one) file or"):
        build_index(paths, former)
    assert articles(former) == {"bon.txt": "Un article."}


def test_an_index_in_no_folder_is_refused(tmp_path):
    with pytest.raises(StoreError, match="folder is empty: name one"):
        build_index([tmp_path], "")


def test_an_index_whose_name_is_not_utf_8_is_refused_at_once(tmp_path):
    out = tmp_path / os.fsdecode(b"caf\xe9") / "index"
    with pytest.raises(StoreError, match="has a name that is not UTF-8: rename it"):
        build_index(out=out)
    assert not out.parent.exists()


def test_a_former_index_of_another_model_is_replaced(former, tmp_path, encoder, monkeypatch):
    monkeypatch.setattr(encoder, "identity", replace(encoder.identity, model="autre"))
    report = build_index([tmp_path / "bon.txt"], former)
    assert report.manifest.model.model == "autre"


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "bon.txt").write_text("Un article.", encoding="utf-8")
    with pytest.raises(StoreError, match=r"bon.txt cannot be written.*--out"):
        build_index([tmp_path / "bon.txt"], tmp_path / "bon.txt")
