"""Fair turns and limits, worked out by hand."""

import asyncio

import pytest

from bot.telegram.queueing import FairQueue, RateLimit, Verdict
from bot.telegram.remembering import Expiring


class FakeJob:
    def __init__(self, person, log, *, gate=None, fails=False):
        self.person = person
        self.log, self.gate, self.fails = log, gate, fails

    async def run(self):
        self.log.append(self.person)
        if self.gate is not None:
            await self.gate.wait()
        else:
            await asyncio.sleep(0)
        if self.fails:
            raise RuntimeError("broken")

    async def tell(self, sentence):
        self.log.append((self.person, sentence))


async def idle():
    for _ in range(50):
        await asyncio.sleep(0)


def queue(**options):
    errors = []
    given = {"running": 1, "capacity": 100, **options}
    made = FairQueue(on_error=lambda job, error: errors.append((job.person, str(error))), **given)
    return made, errors


def test_people_take_turns_and_keep_their_own_order():
    async def main():
        turns, _ = queue()
        log = []
        for person in (1, 1, 1, 2, 2, 3):
            assert turns.put(FakeJob(person, log))
        await idle()
        assert log == [1, 2, 3, 1, 2, 1]

    asyncio.run(main())


def test_one_person_runs_one_job_at_a_time():
    async def main():
        turns, _ = queue(running=10)
        gate, log = asyncio.Event(), []
        for person in (1, 1, 2):
            turns.put(FakeJob(person, log, gate=gate))
        await idle()
        assert log == [1, 2]
        assert turns.has_waiting(1)
        assert not turns.has_waiting(2)
        gate.set()
        await idle()
        assert log == [1, 2, 1]

    asyncio.run(main())


def test_a_full_queue_refuses():
    async def main():
        turns, _ = queue(capacity=2)
        gate, log = asyncio.Event(), []
        taken = [turns.put(FakeJob(n, log, gate=gate)) for n in range(4)]
        # The first runs and waits no more.
        assert taken == [True, True, True, False]
        gate.set()
        await idle()
        assert log == [0, 1, 2]

    asyncio.run(main())


def test_a_job_that_fails_is_reported_and_the_next_runs():
    async def main():
        turns, errors = queue()
        log = []
        turns.put(FakeJob(1, log, fails=True))
        turns.put(FakeJob(1, log))
        await idle()
        assert errors == [(1, "broken")]
        assert log == [1, 1]

    asyncio.run(main())


def test_closing_finishes_what_runs_and_tells_the_rest():
    async def main():
        turns, _ = queue()
        gate, log = asyncio.Event(), []
        for person in (1, 2):
            turns.put(FakeJob(person, log, gate=gate))
        await idle()
        await turns.close("adieu", patience_s=0.05, farewell_s=0.5)
        assert log == [1, (1, "adieu"), (2, "adieu")]
        assert not turns.put(FakeJob(3, log))

    asyncio.run(main())


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_the_limit_slides_and_warns_once():
    clock = Clock()
    limit = RateLimit(2, clock=clock)
    assert [limit.judge(1) for _ in range(4)] == [
        Verdict.GO,
        Verdict.GO,
        Verdict.WARN,
        Verdict.SILENCE,
    ]
    assert limit.judge(2) is Verdict.GO
    clock.now = 30.0
    assert limit.judge(1) is Verdict.SILENCE
    clock.now = 60.0
    assert [limit.judge(1) for _ in range(3)] == [Verdict.GO, Verdict.GO, Verdict.WARN]


def test_what_expires_is_forgotten():
    clock = Clock()
    kept = Expiring(10.0, 2, clock=clock)
    kept.put("a", 1)
    clock.now = 5.0
    kept.put("b", 2)
    assert (kept.get("a"), kept.get("b")) == (1, 2)
    clock.now = 10.0
    assert (kept.get("a"), kept.get("b")) == (None, 2)
    kept.put("c", 3)
    kept.put("d", 4)
    assert [kept.get(key) for key in "bcd"] == [None, 3, 4]
    kept.drop(lambda key, value: value == 3)
    assert len(kept) == 1


@pytest.mark.parametrize("again", [0, 1])
def test_remembering_again_starts_anew(again):
    clock = Clock()
    kept = Expiring(10.0, 5, clock=clock)
    kept.put("a", 1)
    clock.now = 6.0
    if again:
        kept.put("a", 2)
    clock.now = 12.0
    assert kept.get("a") == (2 if again else None)
