"""The part of Telegram's HTML style that the bot writes: text with tags -> text and entities.

Any other tag is refused, as Telegram refuses those that it doesn't know. Where Telegram quietly
drops badly nested formatting, this parser refuses it, so that tests see it.
"""

import html
import re
from dataclasses import replace

from .entities import Entity, cant_parse, checked_link, in_order

_KINDS = {
    "<b>": "bold",
    "<i>": "italic",
    "<u>": "underline",
    "<blockquote>": "blockquote",
    "<blockquote expandable>": "expandable_blockquote",
}
_LINK = re.compile('<a href="([^"]*)">')
# Other named references, and a bare ampersand, are shown as they stand.
_REFERENCE = re.compile("&(?:lt|gt|amp|quot|#x27);?")


def parse_html(source: str) -> tuple[str, tuple[Entity, ...]]:
    """Parses HTML style as Telegram does.

    Raises:
        FormattingError: In Telegram's words, behind « can't parse entities: ».
    """
    text = ""
    entities: list[Entity] = []
    opened: list[tuple[str, Entity]] = []
    for piece in re.split("(<[^>]*>?)", source):
        if not piece.startswith("<"):
            text += _decoded(piece)
        elif piece.startswith("</"):
            expected, entity = opened.pop() if opened else ("none", None)
            if entity is None or piece != expected:
                raise cant_parse(f'Unmatched end tag, expected "{expected}", found "{piece}"')
            # A link whose target Telegram can't use is dropped.
            if entity.start < len(text) and (entity.kind != "text_link" or entity.url):
                entities.append(replace(entity, end=len(text)))
        else:
            entity = _started(piece, len(text))
            for _, around in opened:
                _check_nesting(entity.kind, around.kind)
            opened.append((f"</{re.match('<([a-z]+)', piece)[1]}>", entity))
    if opened:
        raise cant_parse(f"Can't find end tag {opened[-1][0]}")
    return text, in_order(entities)


def _started(tag: str, at: int) -> Entity:
    if link := _LINK.fullmatch(tag):
        return Entity("text_link", at, at, url=checked_link(_decoded(link[1])))
    if tag not in _KINDS:
        raise cant_parse(f'Unsupported start tag "{tag}"')
    return Entity(_KINDS[tag], at, at)


def _check_nesting(kind: str, around: str) -> None:
    quotes = kind.endswith("blockquote") and around.endswith("blockquote")
    if quotes or kind == around == "text_link":
        raise cant_parse(f"{kind} can't be nested in {around}")


def _decoded(text: str) -> str:
    return _REFERENCE.sub(lambda found: html.unescape(found[0]), text)
