"""One worker encodes for many threads."""

import multiprocessing
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from embeddings import EncoderError, TextTooLongError
from embeddings.batching import MAX_BATCH, QueryBatcher


class LengthEncoder:
    """Encodes a text as its length, and keeps what it was asked."""

    def __init__(self):
        self.batches = []
        self.entered = threading.Event()
        self.go = threading.Event()
        self.go.set()

    def encode_queries(self, texts):
        self.entered.set()
        self.go.wait(10)
        self.batches.append(list(texts))
        if any(len(text) > 100 for text in texts):
            raise TextTooLongError("too long")
        if "bug" in texts:
            raise TypeError("not a text")
        return np.array([[len(text)] for text in texts], dtype=np.float32)


@pytest.fixture
def slow():
    """A batcher whose first batch is held until `go` is set."""
    encoder = LengthEncoder()
    encoder.go.clear()
    batcher = QueryBatcher(encoder)
    yield encoder, batcher
    encoder.go.set()
    batcher.close()


def lengths(batcher, texts):
    return batcher.encode(texts)[:, 0].tolist()


def wait_until(condition):
    for _ in range(1000):
        if condition():
            return
        threading.Event().wait(0.005)
    pytest.fail("the condition never came true")


def test_each_gets_its_own_rows():
    batcher = QueryBatcher(LengthEncoder())
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda n: lengths(batcher, ["x" * n, "y"]), range(100)))
    assert found == [[n, 1] for n in range(100)]
    batcher.close()


def test_those_who_wait_share_a_batch(slow):
    encoder, batcher = slow
    with ThreadPoolExecutor(11) as pool:
        first = pool.submit(lengths, batcher, ["premier"])
        assert encoder.entered.wait(10)
        others = [pool.submit(lengths, batcher, ["x" * n]) for n in range(10)]
        wait_until(lambda: batcher._requests.qsize() == 10)
        encoder.go.set()
        assert [future.result(10) for future in others] == [[n] for n in range(10)]
        assert first.result(10) == [7]
    assert sorted(map(len, encoder.batches)) == [1, 10]


def test_a_batch_has_a_bound(slow):
    encoder, batcher = slow
    with ThreadPoolExecutor(MAX_BATCH + 11) as pool:
        pool.submit(lengths, batcher, ["premier"])
        assert encoder.entered.wait(10)
        others = [pool.submit(lengths, batcher, ["x"]) for _ in range(MAX_BATCH + 10)]
        wait_until(lambda: batcher._requests.qsize() == MAX_BATCH + 10)
        encoder.go.set()
        assert [future.result(10) for future in others] == [[1]] * (MAX_BATCH + 10)
    assert list(map(len, encoder.batches)) == [1, MAX_BATCH, 10]


@pytest.mark.parametrize(
    ("bad", "error"), [("x" * 101, TextTooLongError), ("bug", TypeError)], ids=["too long", "bug"]
)
def test_a_bad_text_fails_alone(slow, bad, error):
    encoder, batcher = slow
    with ThreadPoolExecutor(4) as pool:
        pool.submit(lengths, batcher, ["premier"])
        assert encoder.entered.wait(10)
        good = [pool.submit(lengths, batcher, ["ab"])]
        failing = pool.submit(lengths, batcher, [bad])
        good.append(pool.submit(lengths, batcher, ["abc"]))
        wait_until(lambda: batcher._requests.qsize() == 3)
        encoder.go.set()
        with pytest.raises(error):
            failing.result(10)
        assert [future.result(10) for future in good] == [[2], [3]]
    assert lengths(batcher, ["encore"]) == [6]


def test_close_finishes_what_waits_then_refuses(slow):
    encoder, batcher = slow
    with ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(lengths, batcher, [text]) for text in ("un", "deux")]
        wait_until(lambda: batcher._worker is not None)
        closing = pool.submit(batcher.close)
        encoder.go.set()
        closing.result(10)
        assert sorted(future.result(10)[0] for future in waiting) == [2, 4]
    worker = batcher._worker
    assert not worker.is_alive()
    with pytest.raises(EncoderError, match="closed"):
        batcher.encode(["trop tard"])
    batcher.close()


def test_closing_what_never_started_is_allowed():
    batcher = QueryBatcher(LengthEncoder())
    batcher.close()
    batcher.close()
    assert batcher._worker is None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_process_encodes_with_a_thread_of_its_own():
    batcher = QueryBatcher(LengthEncoder())
    assert lengths(batcher, ["un"]) == [2]
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe(duplex=False)
    child = fork.Process(target=lambda: theirs.send(lengths(batcher, ["deux"])))
    child.start()
    try:
        assert ours.poll(20)
        assert ours.recv() == [4]
    finally:
        child.kill()
        child.join()
    assert lengths(batcher, ["trois"]) == [5]
    batcher.close()
