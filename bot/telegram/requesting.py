"""How the bot calls the Bot API: a bounded number of calls, and no update that ends it."""

import asyncio
import contextlib
import json
import logging
from http import HTTPStatus
from typing import Any

from telegram import Update
from telegram.request import HTTPXRequest

logger = logging.getLogger(__name__)


class _TelegramsRequest(HTTPXRequest):
    """Takes a page that isn't Telegram's for a gateway's error, whatever its number.

    A proxy's « 404 Not Found » would be an `InvalidToken`, its « 403 » a chat that refuses, and a
    captive portal's « 200 OK » an error that isn't worth a retry.
    """

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """See `BaseRequest.do_request`."""
        code, payload = await super().do_request(*args, **kwargs)
        is_page = code < 500 and not _is_telegrams(payload)
        return HTTPStatus.BAD_GATEWAY if is_page else code, payload


class GatedRequest(_TelegramsRequest):
    """Lets no more calls through than there are connections.

    They queue here, in order and for as long as it takes, rather than in httpx's pool, whose
    waiting grows costly with their number and ends in timeouts.
    """

    def __init__(self, connections: int) -> None:
        super().__init__(
            connection_pool_size=connections,
            connect_timeout=10.0,
            read_timeout=20.0,
            write_timeout=20.0,
            pool_timeout=20.0,
        )
        self._gate = asyncio.Semaphore(connections)

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """See `BaseRequest.do_request`."""
        async with self._gate:
            return await super().do_request(*args, **kwargs)


class UpdatesRequest(_TelegramsRequest):
    """Empties each update that python-telegram-bot cannot read.

    It would refuse the whole batch, again and again, and log what people wrote.
    """

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """See `BaseRequest.parse_json_payload`."""
        response = HTTPXRequest.parse_json_payload(payload)
        updates = response.get("result")
        if isinstance(updates, list):
            response["result"] = [_readable(update) for update in updates]
        return response


def _is_telegrams(payload: bytes) -> bool:
    with contextlib.suppress(ValueError):
        answer = json.loads(payload)
        return isinstance(answer, dict) and "ok" in answer
    return False


def _readable(update: dict[str, Any]) -> dict[str, Any]:
    try:
        Update.de_json(update)
    except Exception as error:  # noqa: BLE001 - whatever a value that is not as documented raises
        what = ", ".join(update.keys() - {"update_id"})
        logger.warning("An update (%s) cannot be read: %s. Skipped", what, type(error).__name__)
        return {"update_id": update["update_id"]}
    return update
