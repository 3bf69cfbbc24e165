"""What the bot remembers of people: how long, and that it is forgotten at once where they ask."""

import pytest

from bot.telegram.remembering import (
    BUTTONS_S,
    FOLLOW_UP_S,
    TAPPED_TWICE_WITHIN_S,
    Memory,
    Speaker,
)
from bot.telegram.sending import Place

ALICE, BRUNO = 42, 43
GROUP = Place(-7)


def known(memory: Memory, person: int) -> list[bool]:
    return [
        memory.last_question(Speaker(GROUP, person)) is not None,
        memory.question_behind(GROUP.chat_id, person) is not None,
        memory.was_tapped(person, "exemple"),
    ]


@pytest.fixture
def now():
    return [0.0]


@pytest.fixture
def memory(now):
    memory = Memory(clock=lambda: now[0])
    for person in (ALICE, BRUNO):
        memory.remember_question(Speaker(GROUP, person), "Quoi ?")
        memory.remember_answered(person, "Quoi ?", [(GROUP.chat_id, person)])
        memory.remember_tap(person, "exemple")
    return memory


def test_one_person_is_forgotten(memory):
    memory.forget(ALICE)
    assert known(memory, ALICE) == [False, False, False]
    assert known(memory, BRUNO) == [True, True, True]


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (TAPPED_TWICE_WITHIN_S - 1, [True, True, True]),
        (TAPPED_TWICE_WITHIN_S, [True, True, False]),
        (FOLLOW_UP_S, [False, False, False]),
    ],
)
def test_each_thing_is_forgotten_after_its_time(memory, now, seconds, expected):
    now[0] = seconds
    assert known(memory, ALICE) == expected


def test_what_is_too_old_goes_though_nobody_asks(memory, now):
    now[0] = BUTTONS_S
    memory.expire()
    assert not any(map(len, vars(memory).values()))
