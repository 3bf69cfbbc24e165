"""Whatever happens to a build, the former index opens, and the next build mends everything."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pytest
from forks import KILLED, Forks
from small import SmallEncoder, corpus, generations, vector

from retrieval.errors import StoreError
from retrieval.french import analyze
from retrieval.index.build import build_store
from retrieval.index.manifest import FORMAT_VERSION
from retrieval.index.store import open_store, verify

SIZES = [0, 500, 3000, 12_000, 24_000, 36_000]


@pytest.fixture(scope="module")
def forks():
    server = Forks()
    yield server
    server.close()


@pytest.fixture(scope="module")
def former(forks, tmp_path_factory):
    """An index of edition a, to copy."""
    out = tmp_path_factory.mktemp("former") / "index"
    assert forks.run("build", out, "a") == (0, None)
    return out


@pytest.fixture
def out(former, tmp_path):
    shutil.copytree(former, tmp_path / "index")
    return tmp_path / "index"


def check_mended(forks, out):
    """The next build succeeds, and leaves nothing of those that did not."""
    assert forks.run("build", out, "c") == (0, None)
    assert forks.run("read", out) == (0, "0c")
    assert len(generations(out)) == 2
    assert sorted(path.name for path in out.iterdir()) == [".lock", "CURRENT", *generations(out)]


def is_one_line_with_remedy(message, out):
    return str(out) in message and "--out" in message and "\n" not in message


def test_a_kill_at_any_write_or_rename(forks, former, tmp_path):
    counted = tmp_path / "counted"
    shutil.copytree(former, counted)
    status, events = forks.run("count_events", counted, "b")
    assert status == 0
    assert events > 20
    editions = []
    for number in range(1, events + 1):
        out = tmp_path / str(number)
        shutil.copytree(former, out)
        assert forks.run("build_and_die_at", out, "b", number) == (KILLED, None)
        status, edition = forks.run("read", out)
        assert (status, edition) in ((0, "0a"), (0, "0b")), number
        editions.append(edition)
        check_mended(forks, out)
        shutil.rmtree(out)
    # Before the one rename that publishes it is the former index, after it the new one.
    assert editions == sorted(editions)
    assert set(editions) == {"0a", "0b"}


def test_a_kill_before_there_was_an_index(forks, tmp_path):
    _, events = forks.run("count_events", tmp_path / "counted", "b")
    for number in range(1, events + 1, 3):
        out = tmp_path / str(number)
        assert forks.run("build_and_die_at", out, "b", number) == (KILLED, None)
        status, found = forks.run("read", out)
        assert status == 0
        assert found == "0b" or "There is no index" in found
        assert forks.run("build", out, "c") == (0, None)
        assert forks.run("read", out) == (0, "0c")


@pytest.mark.parametrize("size", SIZES)
def test_a_kill_within_a_write(forks, out, size):
    status, result = forks.run("build_and_die_at_size", out, "b", size)
    assert status == -signal.SIGXFSZ or (status, result) == (0, None)
    assert forks.run("read", out) == (0, "0b" if status == 0 else "0a")
    check_mended(forks, out)


@pytest.mark.parametrize("size", SIZES)
def test_files_that_may_not_grow(forks, out, size):
    status, message = forks.run("build_with_small_files", out, "b", size)
    assert status == 0
    if message is not None:
        assert is_one_line_with_remedy(message, out)
        assert generations(out) == ["gen-000001"]
    assert forks.run("read", out) == (0, "0a" if message else "0b")
    check_mended(forks, out)


def test_some_of_these_sizes_are_too_small_and_some_are_not(forks, former, tmp_path):
    results = []
    for size in (SIZES[0], SIZES[-1] * 10):
        shutil.copytree(former, tmp_path / str(size))
        results.append(forks.run("build_with_small_files", tmp_path / str(size), "b", size)[1])
    assert results[0] is not None
    assert results[1] is None


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root may mount")
@pytest.mark.parametrize("free_kilobytes", [0, 8, 24, 48, 64])
def test_a_full_disk(forks, former, tmp_path, free_kilobytes):
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", tmp_path], check=False
    )
    if mounted.returncode:
        pytest.skip("this system lets nobody mount")
    try:
        out = tmp_path / "index"
        shutil.copytree(former, out)
        free = shutil.disk_usage(tmp_path).free
        (tmp_path / "filler").write_bytes(bytes(free - free_kilobytes * 1024))
        status, message = forks.run("build", out, "b", 40)
        assert status == 0
        assert is_one_line_with_remedy(message, out)
        assert "No space left on device" in message or "full" in message
        assert "Free some space" in message
        assert generations(out) == ["gen-000001"]
        (tmp_path / "filler").unlink()
        assert forks.run("read", out) == (0, "0a")
        check_mended(forks, out)
    finally:
        subprocess.run(["umount", tmp_path], check=True)


@pytest.fixture
def public_out(former):
    """A copy of the former index where nobody may read and only its owner may write."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        out = Path(folder) / "index"
        shutil.copytree(former, out)
        for path in [*out.rglob("*"), out]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        yield out
        for path in [out, *out.rglob("*")]:
            path.chmod(0o755)


def test_a_folder_that_may_not_be_written(forks, public_out):
    status, message = forks.run("without_rights", "build", public_out, "b")
    assert status == 0
    assert is_one_line_with_remedy(message, public_out)
    assert "Permission denied" in message
    assert "Choose another folder with --out or JECITE_INDEX" in message
    assert "space" not in message
    assert forks.run("without_rights", "read", public_out) == (0, "0a")


def test_what_one_user_built_another_may_read(forks, former):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        out = Path(folder) / "index"
        shutil.copytree(former, out)
        assert forks.run("without_rights", "read", out) == (0, "0a")


def test_a_folder_that_may_not_be_made(forks, public_out):
    status, message = forks.run("without_rights", "build", public_out / "sous" / "dossier", "b")
    assert status == 0
    assert is_one_line_with_remedy(message, public_out)


@pytest.mark.parametrize(
    "name",
    ["manifest.json", "texts.sqlite", "passages.faiss", "sentences.f16", "lexical", "../CURRENT"],
)
def test_a_file_that_may_not_be_read(forks, public_out, name):
    (public_out / "gen-000001" / name).resolve().chmod(0)
    status, message = forks.run("without_rights", "read", public_out)
    assert status == 0
    assert str(public_out) in message
    assert "Give yourself the right to read it" in message
    assert "\n" not in message


def test_a_file_where_the_folder_should_be(forks, tmp_path):
    out = tmp_path / "index"
    out.write_text("je suis un fichier")
    status, message = forks.run("build", out, "b")
    assert status == 0
    assert is_one_line_with_remedy(message, out)
    assert out.read_text() == "je suis un fichier"


def every_file(test):
    """Run a test for each file of an index, whatever tantivy calls its own."""
    names = ["manifest.json", "texts.sqlite", "passages.faiss", "sentences.f16", "sentences.i64"]
    lexical = ["meta.json", ".managed.json", "idx", "term", "fast", "store", "fieldnorm"]
    return pytest.mark.parametrize("name", names + [f"lexical/{each}" for each in lexical])(test)


def find(out, name):
    folder, _, end = name.rpartition("/")
    (path,) = (p for p in (out / "gen-000001" / folder).iterdir() if p.name.endswith(end))
    return path


def check_refused(out):
    with pytest.raises(StoreError) as error, open_store(out):
        pass
    assert str(out) in str(error.value)
    assert "jecite index PATH… --out" in str(error.value)
    assert "\n" not in str(error.value)


def check_rebuilt(out):
    build_store(corpus(edition="c"), out, encoder=SmallEncoder())
    with open_store(out) as store:
        assert verify(store) == []


@every_file
@pytest.mark.parametrize("share", [0, 0.5])
def test_a_truncated_file(out, name, share):
    path = find(out, name)
    os.truncate(path, int(path.stat().st_size * share))
    check_refused(out)
    check_rebuilt(out)


@every_file
def test_a_missing_file(out, name):
    find(out, name).unlink()
    check_refused(out)
    check_rebuilt(out)


@every_file
@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.999])
def test_a_flipped_byte_is_found(out, name, share):
    path = find(out, name)
    data = bytearray(path.read_bytes())
    data[int(len(data) * share)] ^= 0x20
    path.write_bytes(data)
    try:
        with open_store(out) as store:
            faults = verify(store)
    except StoreError as error:
        faults = [str(error)]
    if name == "manifest.json" and not faults:
        pytest.skip("the manifest cannot hold its own digest")
    assert faults
    assert all("\n" not in fault for fault in faults)
    check_rebuilt(out)


def overwrite(path, place, content):
    data = bytearray(path.read_bytes())
    place %= len(data)
    data[place : place + len(content)] = content
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("name", "place", "content"),
    [
        ("lexical/fast", -140, b"\xff"),  # Tantivy panics.
        ("sentences.i64", 0, bytes([1])),
        ("sentences.i64", 8, bytes([255] * 6)),
        ("sentences.i64", 8, bytes(8)),
        ("sentences.i64", -8, bytes([255] * 6)),
    ],
)
def test_damage_that_is_found_at_opening(out, name, place, content):
    overwrite(find(out, name), place, content)
    check_refused(out)
    check_rebuilt(out)


@pytest.mark.parametrize(
    ("name", "place", "content"),
    [
        ("lexical/fast", 13, b"\xff"),  # Tantivy panics.
        ("lexical/fast", 0, b"\xff"),  # It names passages that there are not.
        ("lexical/term", 0, b"\xff"),
        ("passages.faiss", -4, np.float32(np.nan).tobytes()),
        ("sentences.f16", 0, np.float16(np.nan).tobytes()),
    ],
)
def test_damage_that_is_found_at_a_question(out, name, place, content):
    overwrite(find(out, name), place, content)

    def ask(store):
        store.document_frequencies(analyze("phrase"))
        lexical = store.lexical(analyze("phrase sujet"), 10)
        store.lexical(analyze("phrase sujet"), 10, among=lexical.numbers)
        store.dense(vector("question")[None, :], 10)
        store.similarity(vector("question"), lexical.numbers)

    with open_store(out) as store, pytest.raises(StoreError) as error:
        ask(store)
    assert str(out) in str(error.value)
    assert "jecite doctor --full" in str(error.value)
    assert "\n" not in str(error.value)
    check_rebuilt(out)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"gen-000009\n", b"../gen-000001\n", b"n'importe quoi"],
    ids=["empty", "binary", "missing", "elsewhere", "words"],
)
def test_a_damaged_current(out, content):
    (out / "CURRENT").write_bytes(content)
    check_refused(out)
    check_rebuilt(out)


def test_a_folder_in_the_place_of_current(out):
    (out / "CURRENT").unlink()
    (out / "CURRENT").mkdir()
    check_refused(out)
    with pytest.raises(StoreError, match=r"CURRENT is a folder\. Remove CURRENT"):
        check_rebuilt(out)
    (out / "CURRENT").rmdir()
    check_rebuilt(out)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "3",
        '"texte"',
        "{}",
        pytest.param("[" * 100_000, id="nested"),
        '{"format_version": 1}',
        f'{{"format_version": {FORMAT_VERSION}}}',
    ],
)
def test_a_manifest_of_something_else(out, text):
    (out / "gen-000001" / "manifest.json").write_text(text)
    check_refused(out)
    check_rebuilt(out)
