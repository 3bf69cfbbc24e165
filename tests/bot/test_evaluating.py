"""`jecite eval`, in this process, on a small set of our own."""

import errno
import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.writing import check_writable, replacing
from retrieval.modes import MODES

sys.path.append(str(Path(__file__).parents[1] / "retrieval" / "evaluation"))
from small_set import write_small_set


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the set, and beside it the cache that all tests share."""
    folder = tmp_path_factory.mktemp("eval")
    write_small_set(folder / "small.json")
    return folder


@pytest.fixture
def run(folder, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments):
        given = [str(each) for each in arguments]
        monkeypatch.setattr(sys, "argv", ["jecite", "eval", *given])
        return CliRunner().invoke(app, ["eval", *given])

    return run


def test_everything_at_once(run, folder):
    done = run(
        folder / "small.json",
        *("--run", folder / "o.trec", "--questions", folder / "o.jsonl", "--k", 2),
        *("--report", folder / "o.html", "--json"),
    )

    assert done.exit_code == 0, done.stderr
    data = json.loads(done.stdout)
    assert {"dataset", "index", "retrieval", "answers", "abstention", "command", "commit"} <= set(
        data
    )
    assert list(data["retrieval"]) == list(MODES)
    assert data["retrieval"]["hybrid"]["R@100"]["value"] == 1.0
    assert data["unsplit"]["retrieval"]["hybrid"]["R@100"]["value"] == 1.0
    assert {"exact match", "F1", "short answer right"} <= set(data["answers"])
    assert set(data["reading"]) == {"exact match", "F1"}
    assert data["command"].startswith("jecite eval ")
    lines = (folder / "o.trec").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 14  # two articles for each of seven questions
    assert lines[0].split()[0] == "b1"
    assert lines[0].split()[3:6:2] == ["1", "jecite-hybrid"]
    questions = [
        json.loads(line) for line in (folder / "o.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert [each["id"] for each in questions] == ["b1", "b2", "b3", "q1", "q2", "k1", "k2"]
    assert questions[0]["answers"] == ["Achille Morvan"]
    assert "<h2>Latency</h2>" in (folder / "o.html").read_text(encoding="utf-8")


def test_tables_and_a_baseline(run, folder):
    before = run(folder / "small.json", "--mode", "hybrid", "--reader", "none", "--json")
    (folder / "before.json").write_text(before.stdout, encoding="utf-8")

    done = run(
        folder / "small.json",
        *("--mode", "hybrid", "--reader", "none", "--baseline", folder / "before.json"),
    )

    assert done.exit_code == 0, done.stderr
    for heading in ("Retrieval, paragraphs unsplit", "Answers", "Abstention", "baseline"):
        assert heading in done.stdout
    # The same system differs from itself in nothing.
    assert "+0.000 [+0.000, +0.000]   1.000" in done.stdout


def test_a_baseline_of_another_set_is_told_before_anything_is_measured(
    run, folder, tmp_path, monkeypatch
):
    monkeypatch.setattr("bot.evaluation.load_encoder", lambda _: pytest.fail("it was measured"))
    other = {"dataset": {"name": "other", "sha256": "0" * 64}, "per_question": {"id": []}}
    (tmp_path / "other.json").write_text(json.dumps(other), encoding="utf-8")

    done = run(folder / "small.json", "--baseline", tmp_path / "other.json")

    assert done.exit_code == 2
    assert "The baseline was measured on other" in done.stderr


def test_figures_are_shown_though_nothing_can_be_compared(run, folder, tmp_path):
    (folder / "theirs.json").write_text('{"b2": "1874"}', encoding="utf-8")
    given = (folder / "small.json", "--predictions", folder / "theirs.json")
    before = json.loads(run(*given, "--json").stdout)
    before["per_question"]["id"] = [f"{each}'" for each in before["per_question"]["id"]]
    (tmp_path / "before.json").write_text(json.dumps(before), encoding="utf-8")

    done = run(*given, "--baseline", tmp_path / "before.json", "--questions", tmp_path / "q.jsonl")

    assert done.exit_code == 2
    assert "exact match" in done.stdout
    assert "no measure of any question in common" in done.stderr
    assert (tmp_path / "q.jsonl").read_text(encoding="utf-8").count("\n") == 7


def test_a_set_of_one_article_has_no_intervals(run, folder, tmp_path):
    one = json.loads((folder / "small.json").read_text(encoding="utf-8"))
    one["data"] = one["data"][:1]
    (tmp_path / "one.json").write_text(json.dumps(one), encoding="utf-8")
    given = (tmp_path / "one.json", "--mode", "lexical", "--reader", "none")
    (tmp_path / "before.json").write_text(run(*given, "--json").stdout, encoding="utf-8")

    done = run(*given, "--baseline", tmp_path / "before.json")

    assert done.exit_code == 0, done.stderr
    assert "+0.000" in done.stdout
    assert "nan" not in done.stdout


def test_tables_with_the_reader(run, folder):
    done = run(folder / "small.json")

    assert done.exit_code == 0, done.stderr
    for words in ("reader sha256", "reranked", "short answer right", "The right paragraph read"):
        assert words in done.stdout


def test_a_sample(run, folder):
    done = run(
        folder / "small.json",
        *("--sample", 2, "--seed", 3, "--mode", "lexical", "--reader", "none", "--json"),
    )

    assert done.exit_code == 0, done.stderr
    assert len(json.loads(done.stdout)["per_question"]["id"]) == 2


def test_an_index_built_elsewhere(run, seeds_index, tmp_path):
    line = {
        "id": "a",
        "question": "Qui est le patron de Facebook ?",
        "answers": ["Mark Zuckerberg"],
        "articles": ["000_dc54b1ce9699cce9.txt"],
    }
    (tmp_path / "own.jsonl").write_text(json.dumps(line), encoding="utf-8")

    done = run(tmp_path / "own.jsonl", "--index", seeds_index, "--reader", "none", "--json")

    assert done.exit_code == 0, done.stderr
    data = json.loads(done.stdout)
    assert data["index"]["articles"] == 5
    assert data["index"]["reader"] is None
    assert "reranked" not in data["retrieval"]
    assert data["unsplit"] is None
    assert data["retrieval"]["hybrid"]["Success@5"]["value"] == 1.0


def test_others_results_need_no_model(run, folder):
    (folder / "theirs.json").write_text('{"b2": "1874"}', encoding="utf-8")
    (folder / "theirs.trec").write_text("b1 Q0 Le_pont_de_Brenval#0 1 2.5 x\n", encoding="utf-8")

    answers = run(folder / "small.json", "--predictions", folder / "theirs.json")
    ranking = run(folder / "small.json", "--predictions", folder / "theirs.trec", "--json")

    assert answers.exit_code == 0, answers.stderr
    assert "exact match   0.143" in answers.stdout  # one of seven
    assert "6 questions without a prediction" in answers.stderr
    assert ranking.exit_code == 0, ranking.stderr
    data = json.loads(ranking.stdout)
    assert data["retrieval"]["predictions"]["Success@1"]["value"] == pytest.approx(1 / 7, abs=1e-6)


def test_what_is_wrong_is_said_in_a_line(run, folder, tmp_path):
    (tmp_path / "broken.json").write_text('{"data": [{}]}', encoding="utf-8")
    (tmp_path / "line.jsonl").write_text('{"question": "?", "answers": ["a"]}\n{', encoding="utf-8")
    (tmp_path / "empty.json").write_text('{"data": []}', encoding="utf-8")
    (tmp_path / "twice.trec").write_text("b1 Q0 a 1 2 x\nb1 Q0 a 2 1 x\n", encoding="utf-8")
    (tmp_path / "only.jsonl").write_text(
        '{"question": "?", "articles": ["a.txt"]}', encoding="utf-8"
    )
    small = folder / "small.json"
    for arguments, message in (
        ((tmp_path / "none.json",), "does not exist"),
        ((tmp_path / "broken.json",), "data.0.paragraphs"),
        ((tmp_path / "line.jsonl",), "line 2"),
        ((tmp_path / "empty.json",), "no question"),
        ((tmp_path / "only.jsonl",), "--index"),
        ((small, "--index", tmp_path / "nowhere"), "no index"),
        ((small, "--mode", "magic"), ", ".join(MODES)),
        ((small, "--baseline", tmp_path / "broken.json"), "A baseline is what"),
        ((small, "--predictions", tmp_path / "twice.trec"), "line 2"),
        ((small, "--predictions", tmp_path / "none.json"), "cannot be read"),
    ):
        done = run(*arguments)
        assert done.exit_code == 2, arguments
        assert done.stdout == ""
        (said,) = done.stderr.splitlines()
        assert message in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--predictions", "x.json", "--mode", "dense"], "--mode"),
        (["--predictions", "x.json", "--reader", "none"], "--reader"),
        (["--reader", "none", "--mode", "reranked"], "--reader none"),
        (["--reader", "magic"], "--reader"),
        (["--index", "x", "--model", "y"], "--model"),
        (["--report", "/no/such/folder/r.html"], "no folder"),
        (["--sample", "0"], "--sample"),
        (["--sample", "2", "--seed", "-1"], "--seed"),
        (["--report", "."], "is a folder"),
        (["--questions", "a.jsonl", "--run", "./a.jsonl"], "overwrite"),
    ],
)
def test_options_that_make_no_sense_together(run, folder, arguments, message):
    done = run(folder / "small.json", *arguments)

    assert done.exit_code == 2
    assert message in done.stderr


@pytest.mark.parametrize("option", ["--report", "--run", "--questions"])
def test_what_cannot_be_written_is_told_first(run, folder, tmp_path, monkeypatch, option):
    def refuse(path, **_):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr("bot.evaluation.load_dataset", lambda _: pytest.fail("it was read"))
    monkeypatch.setattr(Path, "touch", refuse)  # Root may write anywhere.

    done = run(folder / "small.json", option, tmp_path / "new")

    assert done.exit_code == 2
    assert "Permission denied" in " ".join(done.stderr.replace("│", "").split())


@pytest.mark.parametrize("is_link", [False, True])
def test_a_file_that_cannot_be_finished_leaves_the_one_before(tmp_path, is_link):
    path = tmp_path / "report.html"
    path.write_text("before", encoding="utf-8")
    named = path
    if is_link:
        named = tmp_path / "link"
        named.symlink_to(path)

    def fill_the_disk():
        with replacing(named) as part:
            part.write_text("half", encoding="utf-8")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left") as raised:
        fill_the_disk()
    assert raised.value.filename == str(named)
    assert path.read_text(encoding="utf-8") == "before"
    with replacing(named) as part:
        part.write_text("after", encoding="utf-8")
    check_writable(named)

    assert path.read_text(encoding="utf-8") == "after"
    assert named.is_symlink() == is_link
    assert {each.name for each in tmp_path.iterdir()} == {"report.html", named.name}


def test_what_is_no_file_is_written_to_itself():
    null = Path("/dev/null")
    check_writable(null)
    with replacing(null) as part:
        assert part == null


@pytest.mark.parametrize("option", ["--report", "--questions"])
@pytest.mark.parametrize("read", ["dataset", "link", "--baseline", "--predictions"])
def test_what_is_read_is_never_overwritten(run, folder, tmp_path, option, read):
    path = tmp_path / "set.json"
    path.write_bytes((folder / "small.json").read_bytes())
    (tmp_path / "link.json").symlink_to(path)
    given = {
        "dataset": [path],
        "link": [tmp_path / "link.json"],
        "--baseline": [folder / "small.json", "--baseline", path],
        "--predictions": [folder / "small.json", "--predictions", path],
    }
    before = path.read_bytes()

    done = run(*given[read], option, tmp_path / ".." / tmp_path.name / "set.json")

    assert done.exit_code == 2
    assert "overwrite" in done.stderr
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["queries.jsonl", "qrels/test.tsv", "topics.txt", "qrels.txt"])
def test_no_file_of_a_folder_is_overwritten(run, tmp_path, name):
    (tmp_path / "qrels").mkdir()
    (tmp_path / name).touch()

    done = run(tmp_path, "--questions", tmp_path / name)

    assert done.exit_code == 2
    assert "overwrite" in done.stderr
