"""A Bot API server for tests: strict, failing on demand, and readable as a chat."""

from .chats import Chat
from .entities import Entity, FormattingError
from .faults import (
    CONFLICT,
    INTERNAL_ERROR,
    BadGateway,
    DropAfter,
    DropBefore,
    Fault,
    Refusal,
    Rule,
    Slow,
    TooManyRequests,
)
from .formatting import formatted, visible
from .html_style import parse_html
from .page import chat_to_html
from .people import Person, Press
from .records import ApiError, Button, Call, CallbackAnswer, ChatAction, Message, User
from .server import METHOD_MISSING, TelegramServer

__all__ = [
    "CONFLICT",
    "INTERNAL_ERROR",
    "METHOD_MISSING",
    "ApiError",
    "BadGateway",
    "Button",
    "Call",
    "CallbackAnswer",
    "Chat",
    "ChatAction",
    "DropAfter",
    "DropBefore",
    "Entity",
    "Fault",
    "FormattingError",
    "Message",
    "Person",
    "Press",
    "Refusal",
    "Rule",
    "Slow",
    "TelegramServer",
    "TooManyRequests",
    "User",
    "chat_to_html",
    "formatted",
    "parse_html",
    "visible",
]
