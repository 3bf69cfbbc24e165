"""Telegram's HTML style: text with tags -> text and entities, or the error Telegram gives.

Where Telegram quietly drops badly nested formatting, this parser refuses it, so that tests see it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from .entities import Entity, cant_parse, checked_link, has_lone_surrogate, in_order

# One kind per tag; `a`, `span`, `pre`, `code`, `blockquote` also look at their attributes.
KIND_OF_TAG = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]*)|#([0-9]*)|([A-Za-z]*))(;?)")
_PLAIN = re.compile(r"[^<&]+")
_TAG_NAME = re.compile(r"[^\s>]*", re.ASCII)
_SPACES = re.compile(r"\s*", re.ASCII)
_ATTRIBUTE = re.compile(
    r"""([^\s=>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.-]+)(?=[\s>])))?""", re.ASCII
)


@dataclass(frozen=True, slots=True)
class _OpenTag:
    name: str
    entity: Entity


def parse_html(source: str) -> tuple[str, tuple[Entity, ...]]:
    """Parses HTML style as Telegram does; offsets in the errors count UTF-8 bytes.

    Raises:
        FormattingError: With Telegram's own wording, behind « can't parse entities: ».
    """
    shown: list[str] = []
    length = 0
    entities: list[Entity] = []
    open_tags: list[_OpenTag] = []
    at = 0
    while at < len(source):
        character = source[at]
        if character != "<":
            run = _PLAIN.match(source, at)
            decoded, at = (run[0], run.end()) if run else _reference(source, at)
            shown.append(decoded)
            length += len(decoded)
        elif source.startswith("</", at):
            tag, at = _end_tag(source, at, open_tags)
            if length > tag.entity.start and not (tag.name == "a" and tag.entity.url == ""):
                _close(replace(tag.entity, end=length), entities)
        else:
            tag, at = _start_tag(source, at, length)
            _check_nesting(tag, open_tags)
            open_tags.append(tag)
    if open_tags:
        raise cant_parse(f'Can\'t find end tag corresponding to start tag "{open_tags[-1].name}"')
    text = "".join(shown)
    if has_lone_surrogate(text):
        raise cant_parse(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    return text, in_order(_with_link_targets(entities, text))


def _start_tag(source: str, at: int, length: int) -> tuple[_OpenTag, int]:
    where = f"at byte offset {_bytes_before(source, at)}"
    end = _matched(_TAG_NAME, source, at + 1).end()
    if end == len(source):
        raise cant_parse(f"Unclosed start tag {where}")
    name = source[at + 1 : end].lower()
    if name not in KIND_OF_TAG:
        raise cant_parse(f'Unsupported start tag "{name}" {where}')
    attributes: dict[str, str] = {}
    while True:
        end = _matched(_SPACES, source, end).end()
        if end == len(source):
            raise cant_parse(f"Unclosed start tag {where}")
        if source[end] == ">":
            break
        match = _ATTRIBUTE.match(source, end)
        if match is None:
            raise cant_parse(f'Empty attribute name in the tag "{name}" {where}')
        value = next((group for group in match.groups()[1:] if group is not None), None)
        end = match.end()
        if source.startswith(('="', "='"), end):
            raise cant_parse(f"Unclosed start tag {where}")
        if source.startswith("=", end):
            raise cant_parse(
                f"Unexpected end of name token at byte offset {_bytes_before(source, end + 1)}"
            )
        if value is None and (name, match[1]) != ("blockquote", "expandable"):
            raise cant_parse(
                f'Expected equal sign in declaration of an attribute of the tag "{name}" {where}'
            )
        attributes[match[1]] = _decoded(value or "")
    return _OpenTag(name, _entity(name, attributes, length, where)), end + 1


def _entity(name: str, attributes: Mapping[str, str], start: int, where: str) -> Entity:
    entity = Entity(KIND_OF_TAG[name], start, start)
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise cant_parse(f'Tag "span" must have class "tg-spoiler" {where}')
    if name == "blockquote" and "expandable" in attributes:
        return replace(entity, kind="expandable_blockquote")
    if name == "a":
        # None: the link's text is its target; "" (a target Telegram can't use) drops the link.
        href = attributes.get("href")
        return replace(entity, url=(checked_link(href) or "") if href else None)
    if name == "code" and attributes.get("class", "").startswith("language-"):
        return replace(entity, language=attributes["class"].removeprefix("language-"))
    if name == "tg-emoji":
        if not attributes.get("emoji-id", "").isdecimal():
            raise cant_parse("Invalid custom emoji identifier specified")
        return replace(entity, custom_emoji_id=attributes["emoji-id"])
    return entity


def _end_tag(source: str, at: int, open_tags: list[_OpenTag]) -> tuple[_OpenTag, int]:
    where = f"at byte offset {_bytes_before(source, at)}"
    if not open_tags:
        raise cant_parse(f"Unexpected end tag {where}")
    name_end = _matched(_TAG_NAME, source, at + 2).end()
    name = source[at + 2 : name_end].lower()
    end = _matched(_SPACES, source, name_end).end()
    if not source.startswith(">", end):
        raise cant_parse(f"Unclosed end tag {where}")
    if name and name != open_tags[-1].name:
        expected = open_tags[-1].name
        raise cant_parse(f'Unmatched end tag {where}, expected "</{expected}>", found "</{name}>"')
    return open_tags.pop(), end + 1


def _close(entity: Entity, entities: list[Entity]) -> None:
    last = entities[-1] if entities else None
    same_stretch = last and (last.start, last.end) == (entity.start, entity.end)
    if entity.kind == "pre" and same_stretch and last.kind == "code":
        entities[-1] = replace(entity, language=last.language)
    elif entity.kind == "code" and same_stretch and last.kind == "pre":
        entities[-1] = replace(last, language=entity.language)
    else:
        entities.append(entity)


def _check_nesting(tag: _OpenTag, open_tags: Sequence[_OpenTag]) -> None:
    kind = tag.entity.kind
    for parent in open_tags:
        around = parent.entity.kind
        both = {kind, around}
        quotes = both <= {"blockquote", "expandable_blockquote"}
        links = both == {"text_link"}
        code_in_code = both == {"code", "pre"} and parent is open_tags[-1]
        code = both & {"code", "pre"} and not code_in_code
        if quotes or links or (code and around not in {"blockquote", "expandable_blockquote"}):
            raise cant_parse(f"{kind} can't be nested in {around}")


def _with_link_targets(entities: Iterable[Entity], text: str) -> Iterable[Entity]:
    for entity in entities:
        if entity.kind == "text_link" and entity.url is None:
            target = checked_link(text[entity.start : entity.end])
            if target:
                yield replace(entity, url=target)
        elif entity.kind == "code":
            yield replace(entity, language=None)
        else:
            yield entity


def _reference(source: str, at: int) -> tuple[str, int]:
    match = _matched(_REFERENCE, source, at)
    hexadecimal, decimal, name, semicolon = match.groups()
    if name is not None:
        decoded = _NAMED.get(name)
        return (decoded, match.end()) if decoded else ("&", at + 1)
    if match.end() - len(semicolon) - at >= 10:
        return "&", at + 1
    code = int(hexadecimal or "0", 16) if hexadecimal is not None else int(decimal or "0")
    if code == 0 or code >= 0x10FFFF:
        return "&", at + 1
    return chr(code), match.end()


def _decoded(value: str) -> str:
    shown = []
    at = 0
    while at < len(value):
        if value[at] == "&":
            decoded, at = _reference(value, at)
        else:
            decoded, at = value[at], at + 1
        shown.append(decoded)
    return "".join(shown)


def _bytes_before(source: str, at: int) -> int:
    return len(source[:at].encode())


def _matched(pattern: re.Pattern[str], source: str, at: int) -> re.Match[str]:
    match = pattern.match(source, at)
    if match is None:
        raise AssertionError(f"{pattern.pattern} matches everywhere")
    return match
