"""The records that the Bot API test server keeps and that tests read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .entities import Entity

if TYPE_CHECKING:
    from .chats import Chat


class ApiError(Exception):
    """A refusal as the Bot API words it."""

    def __init__(
        self, code: int, description: str, *, parameters: Mapping[str, int] | None = None
    ) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters

    def to_api(self) -> dict[str, object]:
        """Returns the body of the answer."""
        body: dict[str, object] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            body["parameters"] = dict(self.parameters)
        return body


def bad_request(reason: str) -> ApiError:
    """Makes the 400 that Telegram answers with."""
    return ApiError(400, f"Bad Request: {reason}")


@dataclass(frozen=True, slots=True)
class User:
    """A person or the bot."""

    user_id: int
    name: str
    is_bot: bool = False
    username: str | None = None

    def to_api(self) -> dict[str, object]:
        """Returns the Bot API's User object."""
        user = {"id": self.user_id, "is_bot": self.is_bot, "first_name": self.name}
        return user if self.username is None else {**user, "username": self.username}


@dataclass(frozen=True, slots=True)
class Button:
    """A button of an inline keyboard."""

    text: str
    callback_data: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands in a chat at the time it was read; an edit makes another record.

    `text` is what a person reads (a caption for a photo); `kind` is "text", or the medium, or
    "service". `extra` holds the parts of the Bot API object that tests seldom look at.
    """

    message_id: int
    chat: "Chat" = field(repr=False, compare=False)
    sender: User
    date: int
    text: str = ""
    entities: tuple[Entity, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    reply_to: int | None = None
    topic: int | None = None
    kind: str = "text"
    link_preview: bool = True
    edits: int = 0
    extra: Mapping[str, object] = field(default_factory=dict, repr=False)

    @property
    def from_bot(self) -> bool:
        """True for the bot's own messages."""
        return self.sender.is_bot

    @property
    def quotes(self) -> tuple[str, ...]:
        """The visible texts of its quotations, in order, expandable ones included."""
        return self.spans("blockquote", "expandable_blockquote")

    @property
    def button_texts(self) -> tuple[str, ...]:
        """The labels of its buttons, row after row."""
        return tuple(button.text for row in self.buttons for button in row)

    def spans(self, *kinds: str) -> tuple[str, ...]:
        """Returns the visible texts of the entities of these kinds, in order."""
        return tuple(self.text[e.start : e.end] for e in self.entities if e.kind in kinds)

    def button(self, label: str) -> Button:
        """Returns the button with this text.

        Raises:
            LookupError: There is none.
        """
        found = next((each for row in self.buttons for each in row if each.text == label), None)
        if found is None:
            raise LookupError(f"No button {label!r} among {self.button_texts}")
        return found


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What a person sees after pressing a button; no text means that it just stops spinning."""

    text: str = ""
    show_alert: bool = False


@dataclass(frozen=True, slots=True)
class ChatAction:
    """A « typing… » that the bot sent; Telegram shows it for five seconds."""

    action: str
    at_s: float
    topic: int | None = None


@dataclass(slots=True)
class Call:
    """One call of the bot, taken or not.

    `accepted` is True once it took effect, even where its response was then lost; `fault` names
    the fault injected.
    """

    method: str
    params: Mapping[str, str]
    at_s: float
    accepted: bool = False
    fault: str | None = None

    @property
    def chat_id(self) -> int | None:
        """The chat it names, where it names one by its number."""
        given = self.params.get("chat_id", "")
        return int(given) if re.fullmatch(r"-?\d+", given) else None
