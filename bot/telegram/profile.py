"""What the bot tells Telegram about itself: its menus, and on demand its name and descriptions."""

import logging
from collections.abc import Awaitable, Callable
from functools import partial

from telegram import (
    Bot,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeDefault,
)
from telegram.error import InvalidToken, TelegramError

from bot import messages
from bot.telegram.retrying import may_repeat, persist

logger = logging.getLogger(__name__)

PATIENCE_S = 20.0
LANGUAGES = (None, "fr")

_MENUS: tuple[tuple[BotCommandScope, tuple[tuple[str, str], ...]], ...] = (
    (BotCommandScopeDefault(), messages.PRIVATE_COMMANDS),
    (BotCommandScopeAllPrivateChats(), messages.PRIVATE_COMMANDS),
    (BotCommandScopeAllGroupChats(), messages.GROUP_COMMANDS),
)


async def set_menus(bot: Bot) -> None:
    """Set the command menus, for French and as default; failing costs a warning."""
    for scope, commands in _MENUS:
        for language in LANGUAGES:
            call = partial(bot.set_my_commands, commands, scope=scope, language_code=language)
            if not await _try("setMyCommands", call):
                return


async def set_profile(bot: Bot) -> None:
    """Set name and descriptions where they differ: Telegram seldom lets a name be changed."""

    async def name(language: str | None) -> None:
        if (await bot.get_my_name(language)).name != messages.BOT_NAME:
            await bot.set_my_name(messages.BOT_NAME, language)

    async def description(language: str | None) -> None:
        if (await bot.get_my_description(language)).description != messages.DESCRIPTION:
            await bot.set_my_description(messages.DESCRIPTION, language)

    async def short_description(language: str | None) -> None:
        known = (await bot.get_my_short_description(language)).short_description
        if known != messages.SHORT_DESCRIPTION:
            await bot.set_my_short_description(messages.SHORT_DESCRIPTION, language)

    for what, setter in (
        ("setMyName", name),
        ("setMyDescription", description),
        ("setMyShortDescription", short_description),
    ):
        for language in LANGUAGES:
            await _try(what, partial(setter, language))


async def _try(what: str, call: Callable[[], Awaitable[object]]) -> bool:
    try:
        await persist(call, again=may_repeat, patience_s=PATIENCE_S)
    except InvalidToken:  # python-telegram-bot's word for « method not found », too
        logger.warning("The Bot API server lacks %s: it is left out", what)
    except TelegramError as error:
        logger.warning("%s failed (%s): it is left out", what, type(error).__name__)
    else:
        return True
    return False
