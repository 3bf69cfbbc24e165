"""Who is answered when: fair turns, bounded numbers, a limit for each person."""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from enum import Enum
from typing import Protocol

WINDOW_S = 60.0


class Job(Protocol):
    """Something to do for a person."""

    @property
    def person(self) -> int:
        """Whose turn it takes."""

    async def run(self) -> None:
        """Do it."""

    async def tell(self, sentence: str) -> None:
        """Say a sentence in place of doing it; nothing where it may be done already."""


class FairQueue:
    """Runs jobs a bounded number at a time, one of each person, people in turn.

    So one person's jobs keep their order, and however many there are, another's job waits for at
    most one of them. `on_error` hears of every job that fails.
    """

    def __init__(
        self, *, running: int, capacity: int, on_error: Callable[[Job, BaseException], None]
    ) -> None:
        self._on_error = on_error
        self._running_limit = running
        self._capacity = capacity
        self._size = 0
        self._waiting: dict[int, deque[Job]] = {}
        self._turns: deque[int] = deque()
        self._running: dict[asyncio.Task[None], Job] = {}
        self._is_open = True

    @property
    def is_open(self) -> bool:
        """False once it takes no more jobs."""
        return self._is_open

    def has_waiting(self, person: int) -> bool:
        """Tell whether a person has jobs that have not begun."""
        return bool(self._waiting.get(person))

    def put(self, job: Job) -> bool:
        """Queue a job; False where the queue is full or closed."""
        if not self._is_open or self._size >= self._capacity:
            return False
        if job.person in self._waiting:
            self._waiting[job.person].append(job)
        else:
            self._waiting[job.person] = deque([job])
            self._turns.append(job.person)
        self._size += 1
        self._start_jobs()
        return True

    async def close(self, farewell: str, *, patience_s: float, farewell_s: float) -> None:
        """Take no more jobs, work on for a while, then cancel the rest and tell them farewell."""
        self._is_open = False
        deadline = time.monotonic() + patience_s
        while self._running and time.monotonic() < deadline:
            await asyncio.wait(
                self._running,
                timeout=deadline - time.monotonic(),
                return_when=asyncio.FIRST_COMPLETED,
            )
        left = [job for jobs in self._waiting.values() for job in jobs]
        self._waiting.clear()
        self._turns.clear()
        self._size = 0
        late = dict(self._running)
        for task in late:
            task.cancel()
        goodbyes = [asyncio.ensure_future(job.tell(farewell)) for job in (*late.values(), *left)]
        if goodbyes or late:
            _, unfinished = await asyncio.wait([*goodbyes, *late], timeout=farewell_s)
            for task in unfinished:
                task.cancel()

    def _start_jobs(self) -> None:
        while self._turns and len(self._running) < self._running_limit:
            person = self._turns.popleft()
            job = self._waiting[person].popleft()
            self._size -= 1
            task = asyncio.ensure_future(job.run())
            self._running[task] = job
            task.add_done_callback(self._finish)

    def _finish(self, task: asyncio.Task[None]) -> None:
        job = self._running.pop(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._on_error(job, error)
        person = job.person
        if self._waiting.get(person):
            self._turns.append(person)
        else:
            self._waiting.pop(person, None)
        self._start_jobs()


class Verdict(Enum):
    """What the limit says to one more message."""

    GO = "go"
    WARN = "warn"
    SILENCE = "silence"


class RateLimit:
    """At most so many events a minute for each person; the first one past it earns a warning."""

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._events: OrderedDict[int, deque[float]] = OrderedDict()
        self._warned: set[int] = set()

    def judge(self, person: int) -> Verdict:
        """Count an event, unless it is past the limit."""
        now = self._clock()
        self._forget_before(now - WINDOW_S)
        events = self._events.setdefault(person, deque())
        while events and events[0] <= now - WINDOW_S:
            events.popleft()
        if len(events) < self._per_minute:
            events.append(now)
            self._events.move_to_end(person)
            self._warned.discard(person)
            return Verdict.GO
        if person in self._warned:
            return Verdict.SILENCE
        self._warned.add(person)
        return Verdict.WARN

    def _forget_before(self, time_s: float) -> None:
        # In the order of their last event: the first who stays ends it.
        while self._events:
            person, events = next(iter(self._events.items()))
            if events and events[-1] > time_s:
                return
            del self._events[person]
            self._warned.discard(person)
