"""The index as the running bot holds it, while others rebuild it."""

import shutil
import sys
from pathlib import Path

from bot.live_index import LiveIndex
from retrieval.confidence import load_calibration
from retrieval.index.build import build_store

sys.path.append(str(Path(__file__).parents[1] / "retrieval" / "index"))
from small import SmallEncoder, corpus


class Silent:
    """A reader that is never asked."""

    def __init__(self, digest):
        self.digest = digest

    def read(self, question, passages, *, whole=False):
        raise AssertionError("nothing is read here")


def test_a_new_generation_is_opened_with_the_encoder_and_the_reader_that_are_loaded(tmp_path):
    encoder, reader = SmallEncoder(), Silent(load_calibration().reader.digest)
    build_store(corpus(), tmp_path, encoder=encoder)
    live = LiveIndex(tmp_path, encoder=encoder, reader=reader)
    with live.lease() as before:
        assert before.reader is reader
    assert not live.refresh()
    build_store(corpus(edition="b"), tmp_path, encoder=encoder)
    assert live.refresh()
    with live.lease() as after:
        assert after is not before
        assert after.reader is reader
    live.close()


def test_a_reader_that_was_left_out_stays_so(tmp_path):
    encoder = SmallEncoder()
    build_store(corpus(), tmp_path, encoder=encoder)
    live = LiveIndex(tmp_path, encoder=encoder, reader="none")
    build_store(corpus(edition="b"), tmp_path, encoder=encoder)
    assert live.refresh()
    with live.lease() as after:
        assert after.reader is None
    live.close()


def test_an_index_removed_and_built_anew_is_taken_up(tmp_path):
    encoder, root = SmallEncoder(), tmp_path / "index"
    build_store(corpus(), root, encoder=encoder)
    live = LiveIndex(root, encoder=encoder, reader="none")
    shutil.rmtree(root)
    assert not live.refresh()
    build_store(corpus(edition="b"), root, encoder=encoder)
    assert live.refresh()
    assert not live.refresh()
    live.close()


def test_a_damaged_current_file_is_complained_of_once(tmp_path, caplog):
    encoder = SmallEncoder()
    build_store(corpus(), tmp_path, encoder=encoder)
    live = LiveIndex(tmp_path, encoder=encoder, reader="none")
    (tmp_path / "CURRENT").write_text("nonsense\n")
    assert not any(live.refresh() for _ in range(3))
    assert len(caplog.records) == 1
    live.close()
