"""The parameters of one call, whichever way they travelled: JSON, form, multipart or URL."""

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from aiohttp import web

from .entities import has_lone_surrogate
from .records import ApiError, bad_request

MAX_BODY_BYTES = 1024 * 1024


class Params:
    """Reads parameters as the Bot API does: in a form everything is text, objects as JSON."""

    def __init__(self, given: Mapping[str, object]) -> None:
        self.given = given

    def has(self, name: str) -> bool:
        """True where the parameter was sent and isn't empty."""
        return self.given.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        """Returns a text; lone surrogates are refused."""
        value = self.given.get(name, default)
        text = value if isinstance(value, str) else json.dumps(value)
        if has_lone_surrogate(text):
            raise bad_request("strings must be encoded in UTF-8")
        return text

    def integer(self, name: str, default: int = 0) -> int:
        """Returns a whole number."""
        value = self.given.get(name)
        if value is None or value == "":
            return default
        try:
            return int(str(value))
        except ValueError:
            raise bad_request(f"{name} must be an integer, not {value!r}") from None

    def boolean(self, name: str) -> bool:
        """Returns a truth value: true, yes and 1 in a form."""
        return str(self.given.get(name, "")).lower() in {"true", "yes", "1"}

    def parsed(self, name: str, kind: type, what: str) -> object:
        """Returns an object or an array, or None where there is none.

        Raises:
            ApiError: It isn't JSON, or not of this kind.
        """
        value = self.given.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                raise bad_request(f"can't parse {what} JSON object") from None
        if not isinstance(value, kind):
            raise bad_request(f"can't parse {what}: {kind.__name__} expected")
        return value


async def read_params(request: web.Request) -> dict[str, object]:
    """Reads the parameters of a request; a file's content is thrown away.

    Raises:
        ApiError: The body is malformed, or of an unknown type.
    """
    params: dict[str, object] = dict(_form(request.query_string))
    if not request.can_read_body:
        return params
    try:
        kind = request.content_type
        if kind == "application/json":
            body = json.loads(await request.read())
            if not isinstance(body, dict):
                raise bad_request("can't parse JSON object: an object expected")
            params.update(body)
        elif kind == "application/x-www-form-urlencoded":
            params.update(_form((await request.read()).decode()))
        elif kind == "multipart/form-data":
            params.update(await _multipart(request))
        else:
            raise bad_request(f"content type {kind!r} is not supported")
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    except ValueError as error:
        raise bad_request(f"can't parse the body: {error}") from None
    except web.HTTPRequestEntityTooLarge:
        raise ApiError(413, "Request Entity Too Large") from None
    return params


def _form(encoded: str) -> list[tuple[str, str]]:
    return parse_qsl(encoded, keep_blank_values=True, errors="strict", max_num_fields=1000)


async def _multipart(request: web.Request) -> dict[str, object]:
    params: dict[str, object] = {}
    left = MAX_BODY_BYTES
    async for part in await request.multipart():
        content = bytearray()
        while chunk := await part.read_chunk():
            left -= len(chunk)
            if left < 0:
                raise ApiError(413, "Request Entity Too Large")
            content += chunk
        if part.filename is None and part.name is not None:
            params[part.name] = content.decode()
    return params
