"""Updates in: long polling that knows which failures end it."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram import Bot, Update
from telegram.error import Conflict, TelegramError

from bot.telegram.retrying import FIRST_DELAY_S, MAX_DELAY_S, is_unauthorized, pause_s

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

LONG_POLL_S = 30
CONFLICT_PATIENCE_S = 30.0
CONFLICT_PAUSE_S = 2.0
CONFIRM_S = 2.0
ALLOWED_UPDATES = (Update.MESSAGE, Update.CALLBACK_QUERY)
"""Edited messages are left out on purpose: an answer given stands."""


class ConflictError(Exception):
    """Another program polls with the same token, and goes on doing so."""


class Poller:
    """Fetches updates, one batch after the other, and confirms each with the next fetch."""

    def __init__(self, bot: Bot, deliver: Callable[[Update], Awaitable[None]]) -> None:
        self._bot = bot
        self._deliver = deliver
        self._offset: int | None = None

    async def run(self, stopping: asyncio.Event) -> None:
        """Poll until told to stop; then confirm what was delivered.

        Raises:
            InvalidToken: The token was revoked.
            ConflictError: Another poller has been at it for half a minute.
        """
        delay_s = FIRST_DELAY_S
        conflict_since: float | None = None
        while not stopping.is_set():
            try:
                updates = await unless(stopping, self._fetch(LONG_POLL_S))
            except Conflict as error:
                conflict_since = conflict_since or time.monotonic()
                if time.monotonic() - conflict_since >= CONFLICT_PATIENCE_S:
                    raise ConflictError from error
                logger.warning("Another program polls with this token")
                await unless(stopping, asyncio.sleep(CONFLICT_PAUSE_S))
            except TelegramError as error:
                if is_unauthorized(error):
                    raise
                conflict_since = None
                wait_s = pause_s(error, delay_s)
                logger.warning(
                    "Updates could not be fetched (%s): again in %.1f s",
                    type(error).__name__,
                    wait_s,
                )
                await unless(stopping, asyncio.sleep(wait_s))
                delay_s = min(2 * delay_s, MAX_DELAY_S)
            else:
                if updates is not None and (conflict_since or delay_s > FIRST_DELAY_S):
                    logger.info("Updates are fetched again")
                delay_s, conflict_since = FIRST_DELAY_S, None
                for update in updates or ():
                    await self._deliver(update)
                    self._offset = update.update_id + 1
        await self._confirm()

    async def _fetch(self, timeout_s: int) -> tuple[Update, ...]:
        return await self._bot.get_updates(
            offset=self._offset, timeout=timeout_s, allowed_updates=ALLOWED_UPDATES
        )

    async def _confirm(self) -> None:
        """Tell Telegram what was delivered, so that it isn't again after a restart."""
        if self._offset is None:
            return
        with contextlib.suppress(TelegramError, TimeoutError):
            await asyncio.wait_for(self._fetch(0), CONFIRM_S)


async def unless(stopping: asyncio.Event, work: Awaitable[Result]) -> Result | None:
    """Await some work, or drop it and return None once it is time to stop."""
    task = asyncio.ensure_future(work)
    stop = asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        return None
    finally:
        for each in (task, stop):
            each.cancel()
        with contextlib.suppress(asyncio.CancelledError, TelegramError):
            await task
