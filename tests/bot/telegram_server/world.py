"""The state of the Bot API test server: one bot, its chats and its waiting updates."""

import itertools
import re
import threading
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from .chats import Chat
from .people import Press
from .records import User, bad_request


@dataclass(frozen=True, slots=True)
class Update:
    """An update as it waits to be fetched."""

    update_id: int
    body: Mapping[str, object]


@dataclass(slots=True)
class Profile:
    """What the bot said about itself: menus by scope and language, texts by language."""

    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)


class World:
    """Everything behind the API. Whoever reads or changes it holds `lock`."""

    def __init__(self, bot: User) -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.bot = bot
        self.chats: dict[int, Chat] = {}
        self.presses: dict[str, Press] = {}
        self.updates: deque[Update] = deque()
        self.profile = Profile()
        self.webhook_url = ""
        self.allowed_updates: frozenset[str] | None = None
        self.on_update: Callable[[], None] = lambda: None
        self._update_ids = itertools.count(820_000_001)
        self._message_ids = itertools.count(1)
        self._supergroup_message_ids: dict[int, itertools.count[int]] = {}
        self._press_ids = itertools.count(4_382_910_000_000_001)

    def add_chat(self, chat: Chat) -> Chat:
        """Registers a chat.

        Raises:
            ValueError: Its id is taken.
        """
        if chat.chat_id in self.chats:
            raise ValueError(f"There is already a chat {chat.chat_id}.")
        self.chats[chat.chat_id] = chat
        return chat

    def chat_for(self, given: str) -> Chat:
        """Returns the chat that a call names by its number.

        Raises:
            ApiError: There is none, or it takes nothing from the bot.
        """
        chat = self.chats.get(int(given)) if re.fullmatch(r"-?\d{1,19}", given) else None
        if chat is None:
            raise bad_request("chat not found")
        if chat.refusal is not None:
            raise chat.refusal
        return chat

    def add_press(self, chat: Chat) -> Press:
        """Registers a press of a button."""
        press = Press(str(next(self._press_ids)), chat)
        self.presses[press.press_id] = press
        return press

    def new_message_id(self, chat: Chat) -> int:
        """Numbers a message: supergroups each on their own, all other chats together."""
        if chat.kind != "supergroup":
            return next(self._message_ids)
        first = max(chat.topics or {1: ""}) + 1
        ids = self._supergroup_message_ids.setdefault(chat.chat_id, itertools.count(first))
        return next(ids)

    def push(self, kind: str, body: Mapping[str, object]) -> None:
        """Queues an update, unless the bot asked not to get its kind."""
        if self.allowed_updates is None or kind in self.allowed_updates:
            self.updates.append(Update(next(self._update_ids), {kind: body}))
            self.on_update()

    def confirm(self, offset: int) -> None:
        """Forgets the updates before `offset`; a negative one keeps that many of the last."""
        if offset < 0:
            offset = self.updates[offset].update_id if len(self.updates) > -offset else 0
        while self.updates and self.updates[0].update_id < offset:
            self.updates.popleft()
        self.changed.notify_all()

    def allow(self, kinds: Collection[str]) -> None:
        """Remembers which kinds of updates the bot asked for; none means the default."""
        self.allowed_updates = frozenset(kinds) or None
