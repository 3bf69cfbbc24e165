"""Many people at once: what the load tests send, and what came back."""

import itertools
import json
import statistics
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from telegram_server import (
    INTERNAL_ERROR,
    Call,
    DropAfter,
    DropBefore,
    Person,
    Rule,
    TelegramServer,
    TooManyRequests,
)

QUESTIONS = Path(__file__).parents[1] / "data" / "seeds-questions.jsonl"
FAILING = (
    (TooManyRequests(1), 0.007),
    (INTERNAL_ERROR, 0.007),
    (DropAfter(), 0.004),
    (DropBefore(), 0.002),
)
"""Two messages in a hundred fail: refused twice as often as lost."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One round: how often each person was answered, how often a request was lost, and delays."""

    answers: dict[int, int]
    lost: dict[int, int]
    delays_s: tuple[float, ...]
    seconds: float

    def report(self) -> str:
        """Say how fast it went, for people."""
        ordered = sorted(self.delays_s)
        p95 = ordered[int(0.95 * (len(ordered) - 1))]
        return (
            f"{len(ordered)} questions of {len(self.answers)} people in {self.seconds:.1f} s "
            f"({len(ordered) / self.seconds:.0f}/s): p50 {statistics.median(ordered):.2f} s, "
            f"p95 {p95:.2f} s"
        )


def fail_at_random(server: TelegramServer) -> list[Rule]:
    """Make two messages in a hundred fail from now on."""
    return [
        server.fail("sendMessage", fault, probability=probability, seed=seed)
        for seed, (fault, probability) in enumerate(FAILING)
    ]


def ask_all(
    server: TelegramServer, people: list[Person], *, each: int, timeout_s: float
) -> Outcome:
    """Let everybody ask at once, several questions each, and wait for every answer.

    Raises:
        TimeoutError: Somebody waits in vain.
    """
    questions = _questions()
    first_call = len(server.calls)
    started = time.monotonic()
    asked_at = {}
    for person in people:
        asked_at[person.user.user_id] = started_here = []
        for _ in range(each):
            started_here.append(time.monotonic())
            person.sends(person.private, next(questions))

    def settled() -> tuple[dict[int, list[float]], dict[int, int]]:
        return _count_answers(server.calls[first_call:], asked_at)

    deadline = time.monotonic() + timeout_s
    while True:
        answered, lost = settled()
        if all(len(answered[who]) + lost[who] >= each for who in answered):
            break
        if time.monotonic() > deadline:
            waiting = sum(len(answered[who]) + lost[who] < each for who in answered)
            raise TimeoutError(f"After {timeout_s} s, {waiting} people still wait for an answer")
        time.sleep(0.25)
    seconds = max(at for times in answered.values() for at in times) - started
    time.sleep(1.0)  # whatever comes twice comes now
    answered, lost = settled()
    delays = [
        at - asked
        for who, times in answered.items()
        if not lost[who]
        for asked, at in zip(asked_at[who], times, strict=False)
    ]
    counts = {who: len(times) for who, times in answered.items()}
    return Outcome(counts, lost, tuple(delays), seconds)


def _questions() -> Iterator[str]:
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    return itertools.cycle(row["question"] for row in rows)


def _count_answers(
    calls: Iterable[Call], people: Iterable[int]
) -> tuple[dict[int, list[float]], dict[int, int]]:
    """Return when each person was answered, and how many requests got lost on their way."""
    answered: dict[int, list[float]] = {who: [] for who in people}
    lost = dict.fromkeys(answered, 0)
    for call in calls:
        if call.method == "sendMessage" and call.chat_id in answered:
            if call.accepted:
                answered[call.chat_id].append(call.at_s)
            elif call.fault == "DropBefore":
                lost[call.chat_id] += 1
    return answered, lost


def check(outcome: Outcome, *, each: int) -> None:
    """Every question has one answer; none only where the request itself was lost."""
    for who, count in outcome.answers.items():
        assert count == each - outcome.lost[who], (
            f"{who}: {count} answers, {outcome.lost[who]} lost"
        )
