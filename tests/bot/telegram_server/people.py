"""The people who talk to the bot: what tests drive."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from .chats import NOT_STARTED, TIMEOUT_S, Chat
from .formatting import MAX_TEXT_LENGTH, detected
from .records import ApiError, Button, CallbackAnswer, Message, User

if TYPE_CHECKING:
    from .world import World

BLOCKED = ApiError(403, "Forbidden: bot was blocked by the user")

_MEDIA: Mapping[str, Mapping[str, object]] = {
    "photo": {"width": 640, "height": 480},
    "voice": {"duration": 3},
    "document": {"file_name": "note.pdf"},
    "sticker": {
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "emoji": "🙂",
    },
}


class Press:
    """A button pressed by a person, who sees it spin until the bot answers."""

    def __init__(self, press_id: str, chat: Chat) -> None:
        self.press_id = press_id
        self.chat = chat
        self.given: CallbackAnswer | None = None

    def answer(self, timeout_s: float = TIMEOUT_S) -> CallbackAnswer:
        """Waits for the bot's answer, which stops the spinning.

        Raises:
            TimeoutError: The button still spins.
        """
        return self.chat.wait_until(lambda: self.given, timeout_s, "an answer to the button")


class Person:
    """Someone who talks to the bot."""

    def __init__(self, world: "World", user: User) -> None:
        self.user = user
        self.private = world.add_chat(
            Chat(world, user.user_id, "private", user.name, refusal=NOT_STARTED)
        )
        self._world = world

    def sends(
        self,
        chat: Chat,
        text: str,
        *,
        reply_to: Message | None = None,
        topic: int | None = None,
        forwarded_from: str | None = None,
    ) -> Message:
        """Sends a text, a command included; past 4,096 characters it goes in several, as apps do.

        Returns the (last) message as the chat shows it.
        """
        extra: dict[str, object] = {}
        if forwarded_from is not None:
            origin = {"type": "hidden_user", "sender_user_name": forwarded_from}
            extra["forward_origin"] = {**origin, "date": int(time.time())}
        parts = [text[i : i + MAX_TEXT_LENGTH] for i in range(0, len(text), MAX_TEXT_LENGTH)]
        for part in parts:
            message = self._receive(
                chat, reply_to, topic, text=part, entities=detected(part), extra=extra
            )
        return message

    def sends_medium(
        self,
        chat: Chat,
        kind: str,
        *,
        caption: str = "",
        album: str | None = None,
    ) -> Message:
        """Sends a photo, voice, document, sticker or location."""
        medium: object = {"latitude": 48.85, "longitude": 2.35}
        if kind != "location":
            medium = {"file_id": kind, "file_unique_id": kind, **_MEDIA[kind]}
        extra = {kind: [medium] if kind == "photo" else medium}
        if album is not None:
            extra["media_group_id"] = album
        found = detected(caption)
        return self._receive(chat, None, None, kind=kind, text=caption, entities=found, extra=extra)

    def edits(self, message: Message, text: str) -> Message:
        """Changes the text of an earlier message of this person."""
        with self._world.lock:
            now = message.chat.message(message.message_id)
            edited = replace(now, text=text, entities=detected(text), edits=now.edits + 1)
            message.chat.put(edited)
            self._world.push("edited_message", message.chat.message_to_api(edited))
            return edited

    def presses(self, message: Message, button: Button | str) -> Press:
        """Presses a button of the message as this reading of it shows it, even a stale one.

        Raises:
            LookupError: The message has no such button.
        """
        if isinstance(button, str):
            button = message.button(button)
        with self._world.lock:
            press = self._world.add_press(message.chat)
            now = message.chat.find(message.message_id)
            gone = {"message_id": message.message_id, "date": 0, "chat": message.chat.to_api()}
            self._world.push(
                "callback_query",
                {
                    "id": press.press_id,
                    "from": self.user.to_api(),
                    "chat_instance": str(message.chat.chat_id),
                    "data": button.callback_data,
                    "message": message.chat.message_to_api(now) if now else gone,
                },
            )
            return press

    def blocks_bot(self) -> None:
        """Blocks the bot: calls that name the private chat get 403."""
        with self._world.lock:
            self.private.refusal = BLOCKED

    def _receive(
        self, chat: Chat, reply_to: Message | None, topic: int | None, **fields: object
    ) -> Message:
        with self._world.lock:
            if chat.refusal is NOT_STARTED:
                chat.refusal = None
            if reply_to is not None and topic is None:
                topic = reply_to.topic
            answered = reply_to.message_id if reply_to is not None else None
            return chat.receive(self.user, reply_to=answered, topic=topic, **fields)
