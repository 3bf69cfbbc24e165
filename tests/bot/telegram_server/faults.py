"""Faults that the Bot API test server makes on demand."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from .records import ApiError, Call


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error answered in the call's place; the call has no effect."""

    code: int
    description: str
    migrate_to_chat_id: int | None = None

    def error(self) -> ApiError:
        """Makes the answer."""
        moved = {"migrate_to_chat_id": self.migrate_to_chat_id} if self.migrate_to_chat_id else None
        return ApiError(self.code, self.description, parameters=moved)


@dataclass(frozen=True, slots=True)
class TooManyRequests:
    """429 with `retry_after` in whole seconds; the call has no effect."""

    retry_after: int = 1

    def error(self) -> ApiError:
        """Makes the answer."""
        return ApiError(
            429,
            f"Too Many Requests: retry after {self.retry_after}",
            parameters={"retry_after": self.retry_after},
        )


INTERNAL_ERROR = Refusal(500, "Internal Server Error")
CONFLICT = Refusal(
    409,
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running",
)


@dataclass(frozen=True, slots=True)
class BadGateway:
    """An HTML page in place of JSON, as a proxy answers; the call has no effect."""

    code: int = 502


@dataclass(frozen=True, slots=True)
class DropBefore:
    """The connection breaks before the call is taken: it has no effect."""


@dataclass(frozen=True, slots=True)
class DropAfter:
    """The call takes effect, then the connection breaks: its response is lost."""


@dataclass(frozen=True, slots=True)
class Slow:
    """The call waits `before_s`, takes effect, and is answered `after_s` later."""

    before_s: float = 0.0
    after_s: float = 0.0


Fault = Refusal | TooManyRequests | BadGateway | DropBefore | DropAfter | Slow


class Rule:
    """Says which calls meet a fault; made by `TelegramServer.fail`."""

    def __init__(
        self,
        method: str,
        fault: Fault,
        *,
        times: int | None,
        probability: float,
        seed: int,
        when: Callable[[Call], bool] | None,
    ) -> None:
        self.fault = fault
        self.hits = 0
        self._method = method.lower()
        self._left = times
        self._probability = probability
        self._random = random.Random(seed)
        self._when = when

    def strikes(self, call: Call) -> bool:
        """Tells whether this call meets the fault, and counts it."""
        if self._left == 0 or self._method not in {"*", call.method.lower()}:
            return False
        if self._when is not None and not self._when(call):
            return False
        if self._random.random() >= self._probability:
            return False
        self.hits += 1
        if self._left is not None:
            self._left -= 1
        return True
