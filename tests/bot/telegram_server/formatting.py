"""What Telegram makes of a message's text: HTML parsing, cleaning, entities and their limits.

The rules follow the Bot API's page (core.telegram.org/bots/api#formatting-options) and the
behaviour of TDLib, which parses messages on the Bot API server. In three places Telegram quietly
drops formatting and this module refuses instead, so that a test sees the defect: forbidden
nesting, more than 100 entities, and parse modes other than HTML (not implemented here).
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import accumulate

from .entities import Entity, FormattingError, in_order
from .html_style import parse_html

MAX_TEXT_LENGTH = 4096  # code points after parsing: 4,096 emoji (8,192 UTF-16 units) pass
MAX_ENTITIES = 100

# TDLib's clean_input_string: controls become spaces, these vanish.
_TO_SPACE = frozenset(chr(code) for code in range(32) if chr(code) not in "\n\r")
_REMOVED = frozenset("\r\u030a\u0333\u033f") | {chr(code) for code in range(0x2028, 0x202F)}
_CLEANING = str.maketrans(dict.fromkeys(_TO_SPACE, " ") | dict.fromkeys(_REMOVED))
_REPEATED_MARK = re.compile("[\u200e\u200f](?=[\u200e\u200f])")
# Characters that leave nothing to see (TDLib's strip_empty_characters).
_INVISIBLE = frozenset(
    " \n\u00a0\u1680\u180e\u200b\u200c\u200d\u200e\u200f\u202e\u202f\u205f\u2800\u3000\ufeff\ufffc"
) | {chr(code) for code in range(0x2000, 0x200B)}

_DETECTED = re.compile(
    r"(?<![\w/<>])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/<>])"
    r"|(?<![\w/])(?P<mention>@[A-Za-z0-9_]{2,32})(?!\w)"
)


def visible(text: str) -> str:
    """Returns what Telegram shows of a plain text: cleaned and trimmed.

    Controls become spaces; carriage returns, U+2028–U+202E and the combining U+030A, U+0333 and
    U+033F vanish; in a run of direction marks all but the last become U+200C.
    """
    return _cleaned(text, ())[0]


def formatted(text: str, *, parse_mode: str | None) -> tuple[str, tuple[Entity, ...]]:
    """Turns a sendMessage's text into what is shown, with its entities in order.

    Raises:
        FormattingError: Telegram refuses the text (empty, too long, malformed, badly nested).
    """
    if not text:
        raise FormattingError("message text is empty")
    found: tuple[Entity, ...] = ()
    if parse_mode == "HTML":
        text, found = parse_html(text)
    elif parse_mode:
        raise FormattingError(
            f"unsupported parse_mode ({parse_mode}): this server parses HTML only"
        )
    text, found = _cleaned(text, found)
    if not set(text) - _INVISIBLE:
        raise FormattingError("text must be non-empty")
    if len(text) > MAX_TEXT_LENGTH:
        raise FormattingError("message is too long")
    if len(found) > MAX_ENTITIES:
        raise FormattingError(f"ENTITIES_TOO_LONG: {len(found)} entities, {MAX_ENTITIES} at most")
    return text, found


def detected(text: str) -> tuple[Entity, ...]:
    """Finds what Telegram marks by itself, as far as the bot reads it: commands and mentions."""
    return tuple(Entity(str(each.lastgroup), *each.span()) for each in _DETECTED.finditer(text))


def _cleaned(text: str, entities: Iterable[Entity]) -> tuple[str, tuple[Entity, ...]]:
    # moved[i]: how many characters before i stay.
    moved = list(accumulate((character not in _REMOVED for character in text), initial=0))
    text = _REPEATED_MARK.sub("\u200c", text.translate(_CLEANING))
    first = len(text) - len(text.lstrip(" \n"))
    last = len(text.rstrip(" \n"))
    result = []
    for entity in entities:
        start = max(moved[entity.start], first)
        end = min(moved[entity.end], last)
        while start < end and text[start] in " \n":
            start += 1
        if text[start:end].strip(" \n"):
            result.append(replace(entity, start=start - first, end=end - first))
    return text[first:last], in_order(result)
