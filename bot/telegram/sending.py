"""Messages out: each stands once, whatever Telegram answers."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.telegram.rendering import plain
from bot.telegram.retrying import may_repeat, pause_s, persist

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

TYPING_S = 4.5
"""Telegram shows « typing… » for five seconds."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_NO_TOPIC = re.compile("thread not found|topic_closed", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where to write: a chat, and a topic of it where it has some."""

    chat_id: int
    thread_id: int | None = None


class GoneError(Exception):
    """A message that was to be edited does not exist any more."""


class Courier:
    """Sends and edits messages; knows which failures to live with."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(
        self,
        place: Place,
        texts: Sequence[str],
        *,
        keyboard: InlineKeyboardMarkup | None = None,
        reply_to: int | None = None,
    ) -> list[Message]:
        """Send messages of HTML in order; the keyboard stands under the last.

        A chat that refuses the bot, and a message whose fate is unknown, are given up. Returned
        are those that arrived.
        """
        sent = []
        try:
            for number, text in enumerate(texts, start=1):
                under = keyboard if number == len(texts) else None
                sent_to, message = await self._send_one(
                    place, text, keyboard=under, reply_to=reply_to
                )
                sent.append(message)
                if sent_to != place:
                    place, reply_to = sent_to, None
        except Forbidden:
            logger.info("A chat takes no messages from the bot")
        except TelegramError as error:
            # Its text could name the chat; the kind says enough.
            logger.warning("A message was given up: %s", _kind(error))
        return sent

    async def edit(
        self, chat_id: int, message_id: int, text: str, keyboard: InlineKeyboardMarkup | None
    ) -> None:
        """Replace a message of the bot; nothing happens where it already stands so.

        Raises:
            GoneError: The message does not exist any more, or cannot be edited.
            TelegramError: Another failure that lasts.
        """

        async def attempt(source: str, mode: ParseMode | None) -> None:
            await persist(
                lambda: self._bot.edit_message_text(
                    source,
                    chat_id=chat_id,
                    message_id=message_id,
                    parse_mode=mode,
                    reply_markup=keyboard,
                    link_preview_options=_NO_PREVIEW,
                ),
                again=may_repeat,
            )

        try:
            await _with_plain_fallback(text, attempt)
        except BadRequest as error:
            reason = error.message.lower()
            if "not modified" in reason:
                return
            if "message to edit not found" in reason or "can't be edited" in reason:
                raise GoneError from error
            raise

    async def answer_press(self, press_id: str, text: str = "", *, alert: bool = False) -> None:
        """Stop a button from spinning, with a word to the person where there is one."""
        try:
            await persist(
                lambda: self._bot.answer_callback_query(press_id, text or None, show_alert=alert),
                again=may_repeat,
                patience_s=20.0,
            )
        except TelegramError as error:
            # Mostly « query is too old »: whoever pressed has long gone on.
            logger.info("A button was not answered: %s", _kind(error))

    async def _send_one(
        self,
        place: Place,
        text: str,
        *,
        keyboard: InlineKeyboardMarkup | None,
        reply_to: int | None,
    ) -> tuple[Place, Message]:
        """Send one message; return the place it went to, for a group may have moved, with it."""

        async def attempt(source: str, mode: ParseMode | None) -> Message:
            return await persist(
                lambda: self._bot.send_message(
                    place.chat_id,
                    source,
                    parse_mode=mode,
                    message_thread_id=place.thread_id,
                    reply_markup=keyboard,
                    link_preview_options=_NO_PREVIEW,
                    reply_parameters=_replying(reply_to),
                )
            )

        try:
            message = await _with_plain_fallback(text, attempt)
        except ChatMigrated as error:
            elsewhere = Place(error.new_chat_id)
        except BadRequest as error:
            # A topic may be closed or deleted while its question waits: then the chat itself.
            if place.thread_id is None or not _NO_TOPIC.search(error.message):
                raise
            elsewhere = replace(place, thread_id=None)
        else:
            return place, message
        # There, a reply would lead back.
        return await self._send_one(elsewhere, text, keyboard=keyboard, reply_to=None)


class Typing:
    """Shows « typing… » in a place for as long as somebody there awaits an answer."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._waiting: dict[Place, int] = {}
        self._tasks: dict[Place, asyncio.Task[None]] = {}
        self._is_lacking = False

    def begin(self, place: Place) -> None:
        """Start showing it, or keep on for one more answer."""
        self._waiting[place] = self._waiting.get(place, 0) + 1
        if place not in self._tasks and not self._is_lacking:
            self._tasks[place] = asyncio.create_task(self._show(place))

    def end(self, place: Place) -> None:
        """Stop, unless another answer is still awaited there."""
        self._waiting[place] -= 1
        if not self._waiting[place]:
            del self._waiting[place]
            task = self._tasks.pop(place, None)
            if task is not None:
                task.cancel()

    def close(self) -> None:
        """Stop everywhere."""
        for task in self._tasks.values():
            task.cancel()

    async def _show(self, place: Place) -> None:
        while True:
            wait_s = TYPING_S
            try:
                await self._bot.send_chat_action(
                    place.chat_id, "typing", message_thread_id=place.thread_id
                )
            except InvalidToken:  # python-telegram-bot's word for « method not found », too
                if not self._is_lacking:
                    logger.warning("The Bot API server lacks sendChatAction: no « typing… »")
                self._is_lacking = True
                return
            except TelegramError as error:
                wait_s = pause_s(error, TYPING_S)
                logger.debug("« typing… » was not shown: %s", _kind(error))
            await asyncio.sleep(wait_s)


async def _with_plain_fallback(
    text: str, attempt: Callable[[str, ParseMode | None], Awaitable[Result]]
) -> Result:
    try:
        return await attempt(text, ParseMode.HTML)
    except BadRequest as error:
        if "parse entities" not in error.message.lower():
            raise
        logger.warning("Telegram refused the formatting of a message; it went as plain text")
        return await attempt(plain(text), None)


def _replying(message_id: int | None) -> ReplyParameters | None:
    if message_id is None:
        return None
    return ReplyParameters(message_id, allow_sending_without_reply=True)


def _kind(error: TelegramError) -> str:
    cause = error.__cause__
    return type(error).__name__ + (f" ({type(cause).__name__})" if cause is not None else "")
