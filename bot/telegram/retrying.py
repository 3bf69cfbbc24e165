"""Which failed calls are made again, when, and for how long."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

PATIENCE_S = 120.0
FIRST_DELAY_S = 0.5
MAX_DELAY_S = 10.0

# What httpx raises before a request has left this machine.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


def surely_failed(error: TelegramError) -> bool:
    """Tell whether a call surely had no effect and may succeed if it is made again.

    True for « Too Many Requests », for a connection that never was, and for a server's error:
    there, a response came. A response that got lost leaves open whether Telegram took the call.
    """
    if isinstance(error, RetryAfter):
        return True
    if isinstance(error, BadRequest) or not isinstance(error, NetworkError):
        return False
    cause = error.__cause__
    if cause is None or isinstance(cause, TelegramError):
        # A gateway that timed out does not know either.
        return "(504)" not in error.message and "gateway time" not in error.message.lower()
    return isinstance(cause, _NOT_SENT)


def is_unauthorized(error: TelegramError) -> bool:
    """Tell whether Telegram refuses the token."""
    # « Not Found », which a proxy may say in passing, is an InvalidToken too.
    return isinstance(error, InvalidToken) and "unauthorized" in error.message.lower()


def may_repeat(error: TelegramError) -> bool:
    """Tell whether a call that can be made twice without harm should be made again."""
    return isinstance(error, (RetryAfter, NetworkError)) and not isinstance(error, BadRequest)


async def persist(
    call: Callable[[], Awaitable[Result]],
    *,
    again: Callable[[TelegramError], bool] = surely_failed,
    patience_s: float = PATIENCE_S,
) -> Result:
    """Make a call until it succeeds, fails for good, or more waiting would exceed the patience.

    Raises:
        TelegramError: The last failure.
    """
    deadline = time.monotonic() + patience_s
    delay_s = FIRST_DELAY_S
    while True:
        try:
            return await call()
        except TelegramError as error:
            wait_s = pause_s(error, delay_s)
            if not again(error) or time.monotonic() + wait_s > deadline:
                raise
            logger.debug("A call failed (%s): again in %.1f s", type(error).__name__, wait_s)
        await asyncio.sleep(wait_s)
        delay_s = min(2 * delay_s, MAX_DELAY_S)


def pause_s(error: TelegramError, otherwise_s: float) -> float:
    """Return how long to wait after an error: as long as Telegram asks, where it does."""
    if isinstance(error, RetryAfter):
        asked = error.retry_after
        return float(asked) if isinstance(asked, int) else asked.total_seconds()
    return otherwise_s
