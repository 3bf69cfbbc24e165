"""Who wrote, where, and whether it was meant for the bot."""

import re
from dataclasses import dataclass

from telegram import Message, MessageEntity, User
from telegram.constants import ChatType

from bot.telegram.remembering import Speaker
from bot.telegram.sending import Place
from retrieval.french import fold


@dataclass(frozen=True, slots=True)
class Command:
    """« /aide@je_cite_bot » and what follows: its name folded, and the bot it is meant for."""

    name: str
    bot: str | None
    rest: str


def place_of(message: Message) -> Place:
    """Return where to answer: the thread counts only in a chat with topics."""
    # Elsewhere it names a chain of replies, which takes no messages by its number.
    thread = message.message_thread_id if message.is_topic_message else None
    return Place(message.chat.id, thread)


def speaker_of(message: Message) -> Speaker | None:
    """Return who wrote; None for other bots, whom it would be a loop to answer."""
    # Anonymous administrators and channels write through a user of Telegram's own.
    if message.sender_chat is not None:
        person = message.sender_chat.id
    elif message.from_user is not None and not message.from_user.is_bot:
        person = message.from_user.id
    else:
        return None
    return None if message.is_automatic_forward else Speaker(place_of(message), person)


def is_private(message: Message) -> bool:
    """Tell whether nobody else reads along."""
    return message.chat.type == ChatType.PRIVATE


def replied_to(message: Message, bot: User) -> int | None:
    """Return the message of the bot that a message replies to, or None."""
    # In a topic, what replies to nothing « replies » to the message that created the topic.
    replied = message.reply_to_message
    if (
        replied is None
        or replied.forum_topic_created is not None
        or replied.from_user is None
        or replied.from_user.id != bot.id
    ):
        return None
    return replied.message_id


def addressed_text(message: Message, bot: User) -> str | None:
    """Return what a message says to the bot, mentions of it left out; None where it isn't meant.

    In private everything is meant for the bot; in a group, replies to it and mentions of it.
    """
    text = message.text or message.caption or ""
    mention = f"@{bot.username}"
    kinds: list[str | None] = [MessageEntity.MENTION, MessageEntity.BOT_COMMAND]
    entities = message.parse_entities(kinds) or message.parse_caption_entities(kinds)
    is_mentioned = any(each.lower() == mention.lower() for each in entities.values())
    if is_mentioned:
        text = re.sub(rf"{re.escape(mention)}\b", " ", text, flags=re.IGNORECASE)
    if is_private(message) or is_mentioned or replied_to(message, bot) is not None:
        return " ".join(text.split())
    return None


def command_of(message: Message) -> Command | None:
    """Return the command that a text or a caption opens with, or None.

    Telegram itself marks none that has an accent or stands in a caption.
    """
    text = message.text or message.caption or ""
    found = re.match(r"/(\w+)(?:@(\w+))?", text)
    if found is None:
        return None
    return Command(fold(found[1].lower()), found[2], " ".join(text[found.end() :].split()))
