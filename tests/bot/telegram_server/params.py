"""The parameters of one call, as python-telegram-bot sends them: a form, objects in it as JSON."""

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from aiohttp import web

from .records import bad_request


class Params:
    """Reads parameters as the Bot API does."""

    def __init__(self, given: Mapping[str, object]) -> None:
        self._given = given

    def has(self, name: str) -> bool:
        """True where the parameter was sent and isn't empty."""
        return self._given.get(name) not in (None, "")

    def text(self, name: str) -> str:
        """Returns a text."""
        return str(self._given.get(name, ""))

    def integer(self, name: str, default: int = 0) -> int:
        """Returns a whole number."""
        try:
            return int(self.text(name) or default)
        except ValueError:
            raise bad_request(f"{name} must be an integer, not {self.text(name)!r}") from None

    def boolean(self, name: str) -> bool:
        """Returns a truth value."""
        return self.text(name).lower() == "true"

    def parsed(self, name: str, kind: type, what: str) -> object:
        """Returns an object or an array, or None where there is none.

        Raises:
            ApiError: It isn't JSON, or not of this kind.
        """
        if not self.has(name):
            return None
        try:
            value = json.loads(self.text(name))
        except ValueError:
            raise bad_request(f"can't parse {what} JSON object") from None
        if not isinstance(value, kind):
            raise bad_request(f"can't parse {what}: {kind.__name__} expected")
        return value


async def read_params(request: web.Request) -> dict[str, str]:
    """Reads the form of a request.

    Raises:
        ApiError: It is not UTF-8.
    """
    try:
        body = (await request.read()).decode()
        return dict(parse_qsl(body, keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
