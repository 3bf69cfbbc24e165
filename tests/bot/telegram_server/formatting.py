"""What Telegram makes of a message's text: HTML parsing, cleaning, entities and their limits.

The rules follow the Bot API's page (core.telegram.org/bots/api#formatting-options) and the
behaviour of TDLib, which parses messages on the Bot API server. In three places Telegram quietly
drops formatting and this module refuses instead, so that a test sees the defect: forbidden
nesting, more than 100 entities, and parse modes other than HTML (not implemented here).
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

from .entities import Entity, FormattingError, cant_parse, has_lone_surrogate, in_order
from .html_style import KIND_OF_TAG, parse_html

MAX_TEXT_LENGTH = 4096  # code points after parsing: 4,096 emoji (8,192 UTF-16 units) pass
MAX_ENTITIES = 100

_KINDS = frozenset(KIND_OF_TAG.values()) | {
    "expandable_blockquote",
    "mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "url",
    "email",
    "phone_number",
    "text_mention",
}
# TDLib's clean_input_string: controls become spaces, these vanish.
_TO_SPACE = frozenset(chr(code) for code in range(32) if chr(code) not in "\n\r")
_REMOVED = frozenset("\r\u030a\u0333\u033f") | {chr(code) for code in range(0x2028, 0x202F)}
_CLEANING = str.maketrans(dict.fromkeys(_TO_SPACE, " ") | dict.fromkeys(_REMOVED))
_REPEATED_MARK = re.compile("[\u200e\u200f](?=[\u200e\u200f])")
# Characters that leave nothing to see (TDLib's strip_empty_characters).
_INVISIBLE = frozenset(
    " \n\u00a0\u1680\u180e\u200b\u200c\u200d\u200e\u200f\u202e\u202f\u205f\u2800\u3000\ufeff\ufffc"
) | {chr(code) for code in range(0x2000, 0x200B)}

_DETECTED = (
    (
        "bot_command",
        re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])"),
    ),
    ("mention", re.compile(r"(?<![\w/])@[A-Za-z0-9_]{2,32}(?!\w)")),
    ("url", re.compile(r"(?<![\w@])https?://[^\s<>\"«»]+[^\s<>\"«».,;:!?)]")),
    ("hashtag", re.compile(r"(?<!\w)#\w*[^\W\d_]\w*")),
)


def visible(text: str) -> str:
    """Returns what Telegram shows of a plain text: cleaned and trimmed.

    Controls become spaces; carriage returns, U+2028–U+202E and the combining U+030A, U+0333 and
    U+033F vanish; in a run of direction marks all but the last become U+200C.
    """
    return _cleaned(text, ())[0]


def formatted(
    text: str, *, parse_mode: str | None, entities: Sequence[Mapping[str, object]] = ()
) -> tuple[str, tuple[Entity, ...]]:
    """Turns a sendMessage's text into what is shown, with its entities in order.

    Raises:
        FormattingError: Telegram refuses the text (empty, too long, malformed, badly nested).
    """
    if not text:
        raise FormattingError("message text is empty")
    if has_lone_surrogate(text):
        raise FormattingError("strings must be encoded in UTF-8")
    mode = (parse_mode or "").lower()
    if mode == "html":
        text, found = parse_html(text)
    elif mode:
        raise FormattingError(
            f"unsupported parse_mode ({parse_mode}): this server parses HTML only"
        )
    else:
        found = _explicit(text, entities)
    text, found = _cleaned(text, found)
    if not set(text) - _INVISIBLE:
        raise FormattingError("text must be non-empty")
    if len(text) > MAX_TEXT_LENGTH:
        raise FormattingError("message is too long")
    if len(found) > MAX_ENTITIES:
        raise FormattingError(f"ENTITIES_TOO_LONG: {len(found)} entities, {MAX_ENTITIES} at most")
    return text, found


def detected(text: str) -> tuple[Entity, ...]:
    """Finds what Telegram marks by itself: commands, mentions, links, hashtags."""
    found: list[Entity] = []
    for kind, pattern in _DETECTED:
        for match in pattern.finditer(text):
            overlaps = any(match.start() < e.end and e.start < match.end() for e in found)
            if not overlaps:
                found.append(Entity(kind, match.start(), match.end()))
    return tuple(sorted(found, key=lambda entity: entity.start))


def _explicit(text: str, entities: Sequence[Mapping[str, object]]) -> tuple[Entity, ...]:
    offsets = [0]
    for character in text:
        offsets.append(offsets[-1] + (2 if character > "\uffff" else 1))
    found = []
    for given in entities:
        kind, offset, length = given.get("type"), given.get("offset"), given.get("length")
        if kind not in _KINDS or not isinstance(offset, int) or not isinstance(length, int):
            raise cant_parse(f"Can't parse MessageEntity: {dict(given)}")
        start, end = bisect_left(offsets, offset), bisect_left(offsets, offset + length)
        if offset < 0 or length < 0 or end == len(offsets):
            raise FormattingError(
                f"entity at UTF-16 offset {offset} ends after the end of the text"
            )
        if offsets[start] != offset or offsets[end] != offset + length:
            raise FormattingError(f"entity at UTF-16 offset {offset} cuts a UTF-16 symbol in two")
        extras = {name: given.get(name) for name in ("url", "language", "custom_emoji_id")}
        found.append(Entity(str(kind), start, end, **extras))
    return in_order(found)


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
    return text[first:last], tuple(_without_repeats(result))


def _without_repeats(entities: Iterable[Entity]) -> Iterable[Entity]:
    """Drops a bold inside a bold: Telegram shows one entity."""
    kept: list[Entity] = []
    for entity in in_order(entities):
        if not any(other.kind == entity.kind and entity.end <= other.end for other in kept):
            kept.append(entity)
    return kept
