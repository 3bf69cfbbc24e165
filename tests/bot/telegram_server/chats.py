"""Chats and the people in them: what tests drive, and read as a person would."""

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, TypeVar

from .records import ApiError, ChatAction, Message, User

if TYPE_CHECKING:
    from .world import World

Found = TypeVar("Found")

TYPING_S = 5.0  # Telegram shows an action for five seconds, or until a message comes
TIMEOUT_S = 60.0  # of a machine that may have much else to do
NOT_STARTED = ApiError(403, "Forbidden: bot can't initiate conversation with a user")
ADMIN = User(1, "Admin")


class Chat:
    """A chat with the bot in it. Its methods may be called from any thread."""

    def __init__(
        self,
        world: "World",
        chat_id: int,
        kind: str,
        title: str,
        *,
        sees_everything: bool = True,
        topics: Mapping[int, str] | None = None,
        refusal: ApiError | None = None,
    ) -> None:
        self.chat_id = chat_id
        self.kind = kind
        self.title = title
        self.sees_everything = sees_everything
        self.topics = dict(topics) if topics is not None else None
        self.refusal = refusal
        self.actions: list[ChatAction] = []
        self.changed = threading.Condition(world.lock)
        self._world = world
        self._messages: dict[int, Message] = {}
        self._seen = 0
        self._last_message_at_s = 0.0
        for topic, name in (self.topics or {}).items():
            self._messages[topic] = Message(
                topic,
                self,
                ADMIN,
                int(time.time()),
                kind="service",
                topic=topic,
                extra={"forum_topic_created": {"name": name, "icon_color": 7322096}},
            )

    @property
    def messages(self) -> tuple[Message, ...]:
        """Everything that stands in the chat now, oldest first, edits applied."""
        with self._world.lock:
            return tuple(m for m in self._messages.values() if m.kind != "service")

    @property
    def bot_messages(self) -> tuple[Message, ...]:
        """The bot's messages, oldest first, edits applied."""
        return tuple(message for message in self.messages if message.from_bot)

    @property
    def bot_name(self) -> str:
        """The name of the bot, which heads its private chats."""
        return self._world.bot.name

    @property
    def is_typing(self) -> bool:
        """True while a person sees « typing… »."""
        with self._world.lock:
            last = next((a.at_s for a in reversed(self.actions) if a.action == "typing"), None)
            if last is None or last < self._last_message_at_s:
                return False
            return time.monotonic() - last < TYPING_S

    def message(self, message_id: int) -> Message:
        """Returns the message as it stands now.

        Raises:
            LookupError: It was never sent, or it was deleted.
        """
        with self._world.lock:
            if message_id not in self._messages:
                raise LookupError(f"No message {message_id} in chat {self.chat_id}.")
            return self._messages[message_id]

    def next_message(self, timeout_s: float = TIMEOUT_S) -> Message:
        """Waits for the bot's next message that this method hasn't returned yet.

        Raises:
            TimeoutError: None came; the error shows the chat.
        """
        with self._world.lock:
            message = self.wait_until(self._unseen, timeout_s, "the bot's next message")
            self._seen = message.message_id
            return message

    def next_edit(self, message: Message, timeout_s: float = TIMEOUT_S) -> Message:
        """Waits until the message differs from this reading of it, and returns it anew.

        Raises:
            TimeoutError: It was not edited; the error shows the chat.
        """

        def edited() -> Message | None:
            now = self._messages.get(message.message_id)
            return now if now is not None and now.edits > message.edits else None

        return self.wait_until(edited, timeout_s, f"an edit of message {message.message_id}")

    def stays_silent(self, for_s: float = 0.3) -> bool:
        """Tells whether the bot sends nothing new for so long; call `wait_until_read` first."""
        with self._world.lock:
            return not self.changed.wait_for(lambda: self._unseen() is not None, for_s)

    def wait_until(
        self, found: Callable[[], Found | None], timeout_s: float = TIMEOUT_S, what: str = "it"
    ) -> Found:
        """Waits until `found()` is true, looking again each time the chat changes.

        Raises:
            TimeoutError: It never was; the error shows the chat.
        """
        with self._world.lock:
            result = self.changed.wait_for(found, timeout_s)
            if not result:
                raise TimeoutError(
                    f"Waited {timeout_s} s for {what} in chat {self.chat_id}:\n{self.transcript()}"
                )
            return result

    def transcript(self) -> str:
        """Returns the chat as plain text: who says what, with the buttons in brackets."""
        lines = []
        for message in self.messages:
            edited = " (modifié)" if message.edits else ""
            lines.append(f"{message.sender.name}{edited}: {message.text or message.kind}")
            lines.extend(
                "  " + " ".join(f"[{button.text}]" for button in row) for row in message.buttons
            )
        return "\n".join(lines)

    def becomes_supergroup(self, chat_id: int) -> "Chat":
        """Turns a group into a supergroup: the old id answers with the new one from now on."""
        with self._world.lock:
            new = self._world.add_chat(
                Chat(
                    self._world,
                    chat_id,
                    "supergroup",
                    self.title,
                    sees_everything=self.sees_everything,
                )
            )
            self.refusal = ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                parameters={"migrate_to_chat_id": chat_id},
            )
            for chat, extra in (
                (self, {"migrate_to_chat_id": chat_id}),
                (new, {"migrate_from_chat_id": self.chat_id}),
            ):
                chat.receive(ADMIN, kind="service", extra=extra)
            return new

    def loses(self, message: Message) -> None:
        """Deletes a message as a person can: the bot isn't told."""
        with self._world.lock:
            self._messages.pop(message.message_id, None)
            self.notify()

    def to_api(self) -> dict[str, object]:
        """Returns the Bot API's Chat object."""
        chat: dict[str, object] = {"id": self.chat_id, "type": self.kind}
        chat["first_name" if self.kind == "private" else "title"] = self.title
        if self.topics is not None:
            chat["is_forum"] = True
        return chat

    # What follows is called by the server and by Person, under the world's lock.

    def find(self, message_id: int | None) -> Message | None:
        """Returns the message, or None where it doesn't stand in the chat."""
        return self._messages.get(message_id) if message_id is not None else None

    def put(self, message: Message) -> Message:
        """Adds or replaces a message and wakes those who wait."""
        if message.from_bot and not message.edits:
            self._last_message_at_s = time.monotonic()
        self._messages[message.message_id] = message
        self.notify()
        return message

    def receive(self, sender: User, **fields: object) -> Message:
        """Adds a message of a person and hands it to the bot, unless privacy mode hides it."""
        message = self.put(
            Message(self._world.new_message_id(self), self, sender, int(time.time()), **fields)
        )
        if self._bot_sees(message):
            self._world.push("message", self.message_to_api(message))
        return message

    def notify(self) -> None:
        """Wakes those who wait for this chat."""
        self.changed.notify_all()
        self._world.changed.notify_all()

    def message_to_api(self, message: Message, *, nested: bool = False) -> dict[str, object]:
        """Returns the Bot API's Message object; a nested one doesn't show what it replies to."""
        body: dict[str, object] = {
            "message_id": message.message_id,
            "date": message.date,
            "chat": self.to_api(),
            "from": message.sender.to_api(),
            **message.extra,
        }
        if message.edits:
            body["edit_date"] = int(time.time())
        if message.text:
            inside = "text" if message.kind == "text" else "caption"
            body[inside] = message.text
            if message.entities:
                found = [entity.to_api(message.text) for entity in message.entities]
                body["entities" if inside == "text" else "caption_entities"] = found
        if message.buttons:
            rows = [[asdict(button) for button in row] for row in message.buttons]
            body["reply_markup"] = {"inline_keyboard": rows}
        body.update(self._thread_to_api(message))
        # In a topic, a message that replies to nothing « replies » to the topic's creation.
        replied = self.find(message.reply_to or message.topic)
        if replied is not None and not nested and replied is not message:
            body["reply_to_message"] = self.message_to_api(replied, nested=True)
        return body

    def _thread_to_api(self, message: Message) -> dict[str, object]:
        if self.topics is not None:
            topic = message.topic
            return {"message_thread_id": topic, "is_topic_message": True} if topic else {}
        if self.kind != "supergroup" or message.reply_to is None:
            return {}
        root = message
        while (earlier := self.find(root.reply_to)) is not None:
            root = earlier
        return {"message_thread_id": root.message_id} if root is not message else {}

    def _unseen(self) -> Message | None:
        first = None
        for message in reversed(self._messages.values()):
            if message.message_id <= self._seen:
                break
            if message.from_bot:
                first = message
        return first

    def _bot_sees(self, message: Message) -> bool:
        if self.kind == "private" or self.sees_everything or message.kind == "service":
            return True
        replied = self.find(message.reply_to)
        if replied is not None and replied.sender == self._world.bot:
            return True
        command = re.match(r"/\w+(?:@(\w+))?", message.text)
        ours = str(self._world.bot.username).lower()
        return command is not None and (command[1] or ours).lower() == ours
