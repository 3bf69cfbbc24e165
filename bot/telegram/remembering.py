"""What is remembered for a while, in memory only: questions, and answers shown."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.telegram.sending import Place
from retrieval.records import Answer

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

FOLLOW_UP_S = 600.0
BUTTONS_S = 3600.0
TAPPED_TWICE_WITHIN_S = 3.0
MAX_FOLLOW_UPS = 10_000
MAX_ANSWERS = 1_000
MAX_TAPS = 1_000


@dataclass(frozen=True, slots=True)
class Speaker:
    """Someone in a place: what a follow-up belongs to."""

    place: Place
    person: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was understood, and who asked it."""

    person: int
    question: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer in a chat: its last message, how many citations it shows, and all there are.

    The question stands nowhere in it.
    """

    person: int
    message: str
    answer: Answer
    in_view: int
    has_context: bool


class Expiring(Generic[Key, Value]):
    """A mapping that forgets: each entry after a while, the oldest ones past a number."""

    def __init__(
        self, lifetime_s: float, limit: int, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._lifetime_s = lifetime_s
        self._limit = limit
        self._clock = clock
        self._entries: OrderedDict[Key, tuple[float, Value]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, key: Key, value: Value) -> None:
        """Remember a value from now on."""
        self.expire()
        self._entries.pop(key, None)
        self._entries[key] = (self._clock(), value)
        if len(self._entries) > self._limit:
            self._entries.popitem(last=False)

    def get(self, key: Key) -> Value | None:
        """Return what is remembered, or None."""
        self.expire()
        entry = self._entries.get(key)
        return entry[1] if entry is not None else None

    def drop(self, matches: Callable[[Key, Value], bool]) -> None:
        """Forget every entry that matches, at once."""
        gone = [key for key, (_, value) in self._entries.items() if matches(key, value)]
        for key in gone:
            del self._entries[key]

    def expire(self) -> None:
        """Forget what is too old; every other method does so by itself."""
        oldest = self._clock() - self._lifetime_s
        while self._entries:
            key, (since, _) = next(iter(self._entries.items()))
            if since > oldest:
                return
            del self._entries[key]


class Memory:
    """Everything that the bot remembers of people."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._questions: Expiring[Speaker, str] = Expiring(FOLLOW_UP_S, MAX_FOLLOW_UPS, clock=clock)
        self._asked: Expiring[tuple[int, int], Asked] = Expiring(
            FOLLOW_UP_S, MAX_FOLLOW_UPS, clock=clock
        )
        self._answers: Expiring[str, Shown] = Expiring(BUTTONS_S, MAX_ANSWERS, clock=clock)
        self._taps: Expiring[tuple[int, str], bool] = Expiring(
            TAPPED_TWICE_WITHIN_S, MAX_TAPS, clock=clock
        )

    def last_question(self, speaker: Speaker) -> str | None:
        """Return what someone asked last, as it was understood."""
        return self._questions.get(speaker)

    def remember_question(self, speaker: Speaker, question: str) -> None:
        """Remember a question for its follow-ups."""
        self._questions.put(speaker, question)

    def question_behind(self, chat_id: int, message_id: int) -> str | None:
        """Return the question that a message of the bot answers, whoever asked it."""
        asked = self._asked.get((chat_id, message_id))
        return asked.question if asked is not None else None

    def remember_answered(
        self, person: int, question: str, messages: Iterable[tuple[int, int]]
    ) -> None:
        """Remember which messages, each by its chat and number, answer someone's question."""
        for message in messages:
            self._asked.put(message, Asked(person, question))

    def keep_answer(self, shown: Shown) -> str:
        """Keep what buttons need, and return the opaque id that they carry."""
        answer_id = secrets.token_urlsafe(9)
        self._answers.put(answer_id, shown)
        return answer_id

    def answer(self, answer_id: str) -> Shown | None:
        """Return a kept answer, unless it expired."""
        return self._answers.get(answer_id)

    def was_tapped(self, person: int, example: str) -> bool:
        """Tell whether someone tapped the button of an example a moment ago."""
        return self._taps.get((person, example)) is not None

    def remember_tap(self, person: int, example: str) -> None:
        """Remember that someone tapped the button of an example."""
        self._taps.put((person, example), value=True)

    def expire(self) -> None:
        """Forget what is too old, even where nobody asks for anything."""
        self._questions.expire()
        self._asked.expire()
        self._answers.expire()
        self._taps.expire()

    def forget(self, person: int) -> None:
        """Forget everything of a person."""
        self._questions.drop(lambda speaker, _: speaker.person == person)
        self._asked.drop(lambda _, asked: asked.person == person)
        self._answers.drop(lambda _, shown: shown.person == person)
        self._taps.drop(lambda tap, _: tap[0] == person)
