"""The `jecite` command: its outcomes, its exit codes, and what it says of bad input."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from bot import messages
from bot.cli import app
from bot.doctor import _check_disk
from retrieval.confidence import load_calibration
from retrieval.corpus import default_corpus, read_corpus
from retrieval.index.build import Origin, build_store
from retrieval.index.generations import current_generation
from retrieval.index.manifest import MANIFEST_FILE, FileEntry, read_manifest
from retrieval.locations import lacks_default
from retrieval.modes import MODES

ANSWERABLE = "Qui a fondé Telegram ?"
OFF_TOPIC = "Quelle est la recette de la tarte aux pommes ?"
ARTICLE = "Le chat dort sur le tapis. Il rêve de souris grises et de fromage frais."
JECITE = [sys.executable, "-m", "bot.cli"]


@pytest.fixture(autouse=True)
def own_data(tmp_path, monkeypatch):
    """No test touches the user's index, nor leaves variables behind."""
    monkeypatch.setenv("JECITE_INDEX", str(tmp_path / "default-index"))
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


def jecite(*arguments, stdin=None):
    return CliRunner().invoke(app, [str(each) for each in arguments], input=stdin)


def complaint(result):
    """The one line on standard error of a command that failed as it should."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("jecite: ")
    return line


@pytest.fixture
def own_index(seeds_index, tmp_path):
    """A copy of the seeds' index, to damage."""
    return Path(shutil.copytree(seeds_index, tmp_path / "index"))


def generation(index):
    return index / (index / "CURRENT").read_text().strip()


def test_version_and_help():
    assert jecite("--version").stdout == "jecite 0.1.0\n"
    for command in ("ask", "search", "index", "sources", "doctor"):
        assert command in jecite("--help").stdout
        result = jecite(command, "--help")
        assert result.exit_code == 0
        assert "jecite" in result.stdout.split("Example")[1]


def test_the_help_explains_every_mode():
    shown = jecite("search", "--help").stdout
    for mode in MODES:
        assert re.search(rf"\b{mode}\b", shown)


def test_the_reader_can_be_turned_off(seeds_index):
    result = jecite("ask", ANSWERABLE, "--index", seeds_index, "--json", "--reader", "none")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["answers"] == []


def test_ask_answers_with_a_quotation_and_its_source(seeds_index):
    result = jecite("ask", ANSWERABLE, "--index", seeds_index, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    (line,) = result.stdout.splitlines()
    answer = json.loads(line)
    assert answer["status"] == "answered"
    assert re.search("Dou?rov", answer["citations"][0]["text"])
    assert 1 <= len(answer["citations"]) <= 3


def test_ask_reads_questions_from_standard_input(seeds_index):
    lines = f"\ufeff{ANSWERABLE}\n\n   \n{OFF_TOPIC}\n"
    result = jecite("ask", "--index", seeds_index, "--json", "--k", 1, stdin=lines)
    assert (result.exit_code, result.stderr) == (0, "")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["question"] for answer in answers] == [ANSWERABLE, OFF_TOPIC]
    assert [answer["status"] for answer in answers] == ["answered", "none"]
    assert len(answers[0]["citations"]) == 1


def test_a_line_that_cannot_be_asked_is_reported_and_the_rest_answered(seeds_index):
    lines = f"{'mot ' * 1000}\n{OFF_TOPIC}\n"
    result = jecite("ask", "--index", seeds_index, stdin=lines)
    assert result.exit_code == 2
    assert result.stderr.startswith("jecite: line 1: The question has 3999 characters")
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == (f"Question\u00a0: {OFF_TOPIC}\n\n{messages.TERMINAL_NONE}\n\n")


def test_no_questions_on_standard_input_is_no_error(seeds_index):
    result = jecite("ask", "--index", seeds_index, stdin="")
    assert (result.exit_code, result.output) == (0, "")


def test_ask_exits_1_where_the_corpus_does_not_answer(seeds_index):
    result = jecite("ask", OFF_TOPIC, "--index", seeds_index)
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout == f"{messages.TERMINAL_NONE}\n"


def test_search_lists_passages_of_one_mode(seeds_index):
    result = jecite(
        "search", "Durov", "--mode", "lexical", "--k", 2, "--json", "--index", seeds_index
    )
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["mode"], [hit["rank"] for hit in found["hits"]]) == ("lexical", [1, 2])
    assert all("durov" in hit["text"].lower() for hit in found["hits"])


def test_search_exits_1_without_a_hit(seeds_index):
    result = jecite("search", "xylophone", "--mode", "lexical", "--index", seeds_index)
    assert result.exit_code == 1
    assert result.stdout == "Aucun passage ne correspond à cette recherche.\n"


def test_sources_before_and_after_the_first_build(seeds_index):
    before, after = jecite("sources"), jecite("sources", "--index", seeds_index)
    assert before.exit_code == after.exit_code == 0
    assert before.stdout == after.stdout
    assert before.stdout.startswith("5 articles\n\n1. Réseaux sociaux. Avis de tempête")


def test_index_holds_exactly_the_paths_given_and_reports_what_is_left_out(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "chat.txt").write_text(ARTICLE, encoding="utf-8")
    (folder / "image.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    (folder / "vide.txt").touch()
    out = tmp_path / "new"
    result = jecite("index", folder, "--out", out)
    assert result.exit_code == 1
    assert result.stdout.startswith(f"1 articles, 1 passages, 2 sentences in {out} (")
    binary, empty = result.stderr.splitlines()
    assert binary.startswith(f"jecite: {folder / 'image.txt'}: is not text")
    assert empty == f"jecite: {folder / 'vide.txt'}: is empty"
    assert "chat.txt" in jecite("sources", "--index", out).stdout
    result = jecite("doctor", "--full", "--index", out)
    assert result.exit_code == 0, result.output
    assert "✓ Contents: every checksum and every offset is right" in result.stdout


@pytest.mark.parametrize("question", ["", "  \t "])
def test_an_empty_question_is_refused_before_anything_is_loaded(question):
    assert "The question is empty" in complaint(jecite("ask", question))


@pytest.mark.parametrize(
    "arguments", [["--k", "0"], ["--k", "deux"], ["--nope"], ["--reader", "x"]]
)
def test_usage_errors(arguments):
    result = jecite("ask", ANSWERABLE, *arguments)
    assert result.exit_code == 2
    assert "Usage: jecite ask" in result.stderr.replace("root ask", "jecite ask")


def test_an_unknown_mode_names_the_known_ones_before_anything_is_opened(tmp_path):
    line = complaint(
        jecite("search", ANSWERABLE, "--mode", "magic", "--index", tmp_path / "nulle-part")
    )
    assert ", ".join(MODES) in line


def test_an_unknown_reader_in_the_environment_is_named(monkeypatch):
    monkeypatch.setenv("JECITE_READER", "magic")
    result = jecite("ask", ANSWERABLE)
    assert result.exit_code == 2
    assert "JECITE_READER" in result.stderr
    assert "bundled" in result.stderr


def test_a_missing_path(tmp_path):
    result = jecite("index", tmp_path / "nulle-part", "--out", tmp_path / "out")
    assert result.exit_code == 2
    # In a box, whose lines break where the path's length has it.
    assert "does not exist" in " ".join(result.stderr.replace("│", "").split())
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "arguments", [["index", ""], ["index", "--out", ""], ["sources", "--index", ""]]
)
def test_an_empty_path_is_not_the_current_folder(arguments):
    result = jecite(*arguments)
    assert result.exit_code == 2
    assert "The path is empty" in result.stderr


@pytest.mark.parametrize("content", [None, b"", b"\x00\x01\x02" * 100])
def test_a_folder_without_an_article(tmp_path, content):
    folder = tmp_path / "articles"
    folder.mkdir()
    if content is not None:
        (folder / "a.txt").write_bytes(content)
    line = complaint(jecite("index", folder, "--out", tmp_path / "out"))
    assert str(folder) in line
    assert ".txt, .md or .jsonl" in line


def test_a_missing_index(tmp_path):
    for command in (["ask", ANSWERABLE], ["search", ANSWERABLE], ["sources"]):
        line = complaint(jecite(*command, "--index", tmp_path / "no"))
        assert f"There is no index at {tmp_path / 'no'}" in line
        assert "jecite index" in line


def test_a_truncated_file_in_the_index(own_index):
    vectors = generation(own_index) / "passages.faiss"
    vectors.write_bytes(vectors.read_bytes()[:-100])
    line = complaint(jecite("ask", ANSWERABLE, "--index", own_index))
    assert str(vectors) in line
    assert "jecite index" in line


def test_a_malformed_manifest_and_a_bad_current(own_index):
    manifest = generation(own_index) / "manifest.json"
    manifest.write_text("{", encoding="utf-8")
    assert str(manifest) in complaint(jecite("ask", ANSWERABLE, "--index", own_index))
    (own_index / "CURRENT").write_text("gen-000099\n", encoding="utf-8")
    assert "gen-000099" in complaint(jecite("ask", ANSWERABLE, "--index", own_index))


def test_an_index_of_another_format_version(own_index):
    change_manifest(own_index, format_version=99)
    line = complaint(jecite("ask", ANSWERABLE, "--index", own_index))
    assert "99" in line
    assert "jecite index" in line


def test_an_index_of_another_model(own_index):
    model = json.loads((generation(own_index) / "manifest.json").read_text())["model"]
    change_manifest(own_index, model={**model, "digest": "0" * 64})
    line = complaint(jecite("ask", ANSWERABLE, "--index", own_index))
    assert "000000000000" in line
    assert "1571fc982750" in line
    assert "jecite index" in line
    result = jecite("doctor", "--index", own_index)
    assert result.exit_code == 2
    assert "✗ Model: bundled is not the model of that name" in result.stdout


def change_manifest(index, **changes):
    path = generation(index) / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}), encoding="utf-8")


def test_doctor_finds_a_changed_byte_only_in_full(own_index):
    starts = generation(own_index) / "sentences.f16"
    data = bytearray(starts.read_bytes())
    data[10] ^= 1
    starts.write_bytes(data)
    result = jecite("doctor", "--full", "--index", own_index)
    assert result.exit_code == 2
    assert "✓ Index" in result.stdout
    assert "✗ Contents: sentences.f16 is not what was built" in result.stdout
    assert "→ Rebuild the index: jecite index" in result.stdout


def test_doctor_says_that_nothing_was_fitted_for_the_model(seeds_index, monkeypatch):
    other = replace(load_calibration(), model="autre")
    monkeypatch.setattr("retrieval.confidence.load_calibration", lambda: other)
    result = jecite("doctor", "--index", seeds_index)
    assert result.exit_code == 2
    assert "prefixes 'query: ' and 'passage: '" in " ".join(result.stdout.split())
    assert "✗ Calibration: fitted for the model autre, not for bundled" in result.stdout
    assert "retrieval.calibration SET --model bundled" in result.stdout


def test_doctor_without_an_index(tmp_path):
    result = jecite("doctor", "--index", tmp_path / "no")
    assert result.exit_code == 2
    assert "✗ Index: There is no index at" in result.stdout
    assert "✓ Model: bundled: 384 dimensions, 512 tokens" in result.stdout


@pytest.mark.parametrize(("free", "is_fine"), [(900, True), (700, False)])
def test_doctor_asks_for_room_for_one_more(seeds_index, monkeypatch, free, is_fine):
    stored = read_manifest(current_generation(seeds_index))
    large = replace(stored, files=(FileEntry("passages.faiss", 300_000_000, ""),))
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=free * 1_000_000))
    check = _check_disk(seeds_index, large)
    assert check.is_fine is is_fine
    assert check.finding.endswith("building wants 800 MB") is not is_fine


def test_doctor_asks_for_no_right_to_write_to_what_is_built(seeds_index, tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)
    stored = read_manifest(current_generation(seeds_index))
    built, missing = (_check_disk(tmp_path, each) for each in (stored, None))
    assert (built.is_fine, missing.is_fine) == (True, False)
    assert "choose another folder with --out or JECITE_INDEX" in missing.remedy


def test_an_index_cannot_be_written_where_a_file_stands(tmp_path):
    article = tmp_path / "a.txt"
    article.write_text(ARTICLE, encoding="utf-8")
    line = complaint(jecite("index", article, "--out", article / "index"))
    assert str(article / "index") in line
    assert "--out" in line


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root writes anywhere")
def test_a_read_only_folder(tmp_path):
    article = tmp_path / "a.txt"
    article.write_text(ARTICLE, encoding="utf-8")
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0o500)
    assert str(folder) in complaint(jecite("index", article, "--out", folder / "index"))


def test_a_model_that_is_not_there(tmp_path):
    article = tmp_path / "a.txt"
    article.write_text(ARTICLE, encoding="utf-8")
    model = tmp_path / "no-model"
    line = complaint(jecite("index", article, "--out", tmp_path / "out", "--model", model))
    assert str(model) in line


def run(*arguments, **environment):
    return subprocess.run(
        [*JECITE, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        env={**os.environ, **environment},
        check=False,
    )


@pytest.mark.parametrize("arguments", [["--help"], ["sources"], ["ask", ""]])
def test_what_needs_no_model_does_not_import_it(arguments, seeds_index):
    code = (
        "import sys\n"
        "from bot.cli import main\n"
        f"sys.argv = {['jecite', *arguments]!r}\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "JECITE_INDEX": str(seeds_index)},
        timeout=60,
        check=True,
    )
    assert result.stdout.splitlines()[-1] == "set()"


def test_the_first_question_builds_the_default_index_of_the_shipped_articles(tmp_path):
    # ASCII has no « é »: the answer is still printed.
    result = run("ask", OFF_TOPIC, PYTHONIOENCODING="ascii:strict")
    index = tmp_path / "default-index"
    assert result.stderr == f"First use: building the index of the shipped articles in {index}\n"
    assert result.stdout.startswith("Je n\\u2019ai rien trouv\\xe9 dans les articles")
    assert result.returncode == 1
    assert (index / "CURRENT").is_file()


def test_the_default_index_of_another_version_is_built_again(seeds_index, tmp_path, encoder):
    index = tmp_path / "default-index"
    build_store(
        read_corpus([default_corpus()]).articles,
        index,
        encoder=encoder,
        origin=Origin((str(default_corpus()),)),
    )
    other = tmp_path / "other"
    shutil.copytree(seeds_index, other)
    for root in (index, other):
        path = current_generation(root) / MANIFEST_FILE
        path.write_text(json.dumps({**json.loads(path.read_text()), "format_version": 0}))
    assert [lacks_default(root) for root in (index, other, seeds_index)] == [True, False, False]
    result = run("ask", OFF_TOPIC)
    assert result.stderr == f"Building the index of the shipped articles in {index}\n"
    assert result.returncode == 1
    assert not lacks_default(index)
    # One of other articles is not: it may be all that is left of them.
    result = run("ask", "--index", str(other), OFF_TOPIC)
    assert result.returncode == 2
    assert "version 0" in result.stderr


def test_a_question_that_is_not_utf_8():
    result = subprocess.run(
        [*JECITE, "ask", b"caf\xe9 ?"], capture_output=True, timeout=60, check=False
    )
    assert result.returncode == 2
    assert result.stderr.startswith(b"jecite: The question is not UTF-8 text")
    assert b"Traceback" not in result.stderr


def test_a_closed_standard_input_is_one_line_and_exit_code_2():
    result = subprocess.run(
        ["sh", "-c", '"$0" -m bot.cli ask <&-', sys.executable],
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert result.returncode == 2
    assert result.stderr == (
        "jecite: There is no question, and standard input is closed. "
        'Ask one: jecite ask "Qui a fondé Telegram ?"\n'
    )


@pytest.fixture
def interruptible():
    """Let a child be interrupted, though the tests run where SIGINT is ignored, as under nohup."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.mark.usefixtures("interruptible")
def test_questions_are_answered_as_they_arrive_and_an_interrupt_is_quiet(seeds_index):
    with subprocess.Popen(
        [*JECITE, "ask", "--json", "--index", str(seeds_index)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        bufsize=1,
    ) as process:
        for question in (ANSWERABLE, OFF_TOPIC):
            process.stdin.write(f"{question}\n")
            # Standard input is still open: the answer must not wait for its end.
            assert json.loads(process.stdout.readline())["question"] == question
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert process.stderr.read() == ""


def test_a_reader_that_leaves_is_no_error(seeds_index):
    with subprocess.Popen(
        [*JECITE, "sources", "--index", str(seeds_index)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 1
