"""The buttons under messages: what they say, and the opaque data that they carry."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot import messages
from bot.telegram.remembering import Shown
from bot.telegram.rendering import SOURCES_PER_PAGE


class Action(StrEnum):
    """What a button does; its letter opens the callback data."""

    CONTEXT = "c"
    OTHERS = "o"
    BACK = "b"
    SOURCES = "s"
    EXAMPLE = "q"


@dataclass(frozen=True, slots=True)
class Press:
    """What a pressed button asks for: an action on a target, from some position on."""

    action: Action
    target: str = ""
    position: int = 0

    def data(self) -> str:
        """Return the callback data: ASCII, at most 64 bytes."""
        return f"{self.action}:{self.target}:{self.position}"


def parse_press(data: str | None) -> Press | None:
    """Read callback data; None where it is none of ours."""
    parts = (data or "").split(":")
    if len(parts) != 3 or parts[0] not in set(Action) or not parts[2].isdecimal():
        return None
    return Press(Action(parts[0]), parts[1], int(parts[2]))


def under_answer(answer_id: str, shown: Shown) -> InlineKeyboardMarkup | None:
    """Offer the context and the other passages, where there are any."""
    row = []
    if shown.has_context:
        row.append(_button(messages.CONTEXT_BUTTON, Press(Action.CONTEXT, answer_id)))
    if len(shown.answer.citations) > shown.in_view:
        row.append(_button(messages.OTHERS_BUTTON, Press(Action.OTHERS, answer_id, shown.in_view)))
    return InlineKeyboardMarkup([row]) if row else None


def under_more(answer_id: str, *, following: int | None = None) -> InlineKeyboardMarkup:
    """Offer the way back, and the passages from the one that follows on, if any."""
    row = [_button(messages.BACK_BUTTON, Press(Action.BACK, answer_id))]
    if following is not None:
        row.append(_button(messages.NEXT_BUTTON, Press(Action.OTHERS, answer_id, following)))
    return InlineKeyboardMarkup([row])


def under_sources(page: int, *, total: int) -> InlineKeyboardMarkup | None:
    """Offer the pages before and after, if any."""
    row = []
    if page > 0:
        row.append(_button(messages.PREVIOUS_BUTTON, Press(Action.SOURCES, position=page - 1)))
    if (page + 1) * SOURCES_PER_PAGE < total:
        row.append(_button(messages.NEXT_BUTTON, Press(Action.SOURCES, position=page + 1)))
    return InlineKeyboardMarkup([row]) if row else None


def under_start(examples: Sequence[str]) -> InlineKeyboardMarkup | None:
    """Offer the corpus's examples, one a row."""
    rows = [
        [_button(example, Press(Action.EXAMPLE, example_id(example)))] for example in examples[:8]
    ]
    return InlineKeyboardMarkup(rows) if rows else None


def example_id(example: str) -> str:
    """Name an example so that its button outlives a restart: its text may not travel."""
    return hashlib.sha256(example.encode()).hexdigest()[:16]


def _button(text: str, press: Press) -> InlineKeyboardButton:
    return InlineKeyboardButton(text, callback_data=press.data())
