"""A private chat as a page that looks like a phone: for the picture in the README."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape
from itertools import pairwise

from .chats import Chat
from .entities import Entity
from .records import Message

_QUOTES = frozenset({"blockquote", "expandable_blockquote"})
_TAGS = {"bold": "b", "italic": "i", "underline": "u"}
_STYLE = """
*{box-sizing:border-box}
body{margin:0;background:#dfe5ea;font:15px/1.38 "Noto Sans","DejaVu Sans",system-ui,sans-serif}
.phone{width:430px;margin:0 auto;background:#c9dbc0;min-height:100vh;display:flex;
 flex-direction:column}
header{background:#fff;padding:10px 16px;display:flex;gap:12px;align-items:center;
 border-bottom:1px solid #d5dadd}
header .face{width:40px;height:40px;border-radius:50%;background:#3e88c8;color:#fff;
 font-size:19px;display:grid;place-items:center}
header b{display:block}header small{color:#78828a}
main{padding:12px 10px 18px;display:flex;flex-direction:column;gap:8px}
article{max-width:88%;align-self:flex-start}
article.mine{align-self:flex-end}
.bubble{background:#fff;border-radius:14px 14px 14px 4px;padding:7px 11px 5px;
 box-shadow:0 1px 1px #0002;white-space:pre-wrap;overflow-wrap:anywhere}
.mine .bubble{background:#e3fdd0;border-radius:14px 14px 4px 14px}
time{float:right;margin:6px 0 0 10px;color:#8d979e;font-size:11.5px;line-height:1.3}
.mine time{color:#62ac55}
blockquote{margin:3px 0;border-left:3px solid #3e88c8;border-radius:5px;background:#3e88c817;
 padding:4px 22px 4px 9px;position:relative;font-size:14.5px}
blockquote::after{content:"❞";position:absolute;right:6px;top:-1px;color:#3e88c8}
blockquote.folded>div{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:3;
 overflow:hidden;cursor:pointer}
blockquote.folded::after{content:"⌄";top:auto;bottom:2px;font-weight:700}
blockquote.folded:focus>div{display:block}
a,.link{color:#2f7bbd;text-decoration:none}
.row{display:flex;gap:4px;margin-top:4px}
.row span{flex:1;background:#5d7d5290;color:#fff;border-radius:8px;padding:7px 6px;
 text-align:center;font-weight:600;font-size:14px;overflow-wrap:anywhere}
"""


def chat_to_html(chat: Chat) -> str:
    """Returns the chat as the person's phone shows it, without scripts or outside files.

    Expandable quotations are folded to three lines, as in the app, and open when focused.
    """
    heading = escape(chat.bot_name)
    said = "\n".join(map(_article, chat.messages))
    return (
        f'<!doctype html>\n<html lang="fr"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{heading}</title>'
        f'<style>{_STYLE}</style></head><body><div class="phone">'
        f'<header><span class="face">{heading[:1]}</span>'
        f"<div><b>{heading}</b><small>bot</small></div></header>"
        f"<main>\n{said}\n</main></div></body></html>\n"
    )


def _text_to_html(text: str, entities: Sequence[Entity]) -> str:
    """Returns a text with its entities as HTML; entities may overlap in any way."""
    quotes = [entity for entity in entities if entity.kind in _QUOTES]
    parts = []
    at = 0
    for quote in quotes:
        # A quotation is a block of its own: the line breaks around it aren't shown twice.
        before = text[at : quote.start]
        parts.append(_inline(text, at, at + len(before.removesuffix("\n")), entities))
        folded = ' class="folded" tabindex="0"' if quote.kind.startswith("expandable") else ""
        inside = _inline(text, quote.start, quote.end, entities)
        parts.append(f'<blockquote dir="auto"{folded}><div>{inside}</div></blockquote>')
        at = quote.end + text.startswith("\n", quote.end)
    parts.append(_inline(text, at, len(text), entities))
    return "".join(parts)


def _article(message: Message) -> str:
    mine = "" if message.from_bot else ' class="mine"'
    sent_at = datetime.fromtimestamp(message.date, UTC).astimezone().strftime("%H:%M")
    return (
        f'<article{mine}><div class="bubble" dir="auto">'
        f"{_text_to_html(message.text, message.entities)}<time>{sent_at}</time></div>"
        f"{''.join(_row(button.text for button in row) for row in message.buttons)}</article>"
    )


def _row(labels: Iterable[str]) -> str:
    return f'<div class="row">{"".join(f"<span>{escape(label)}</span>" for label in labels)}</div>'


def _inline(text: str, start: int, end: int, entities: Sequence[Entity]) -> str:
    """Cuts at every border of an entity and wraps each piece on its own."""
    inline = [e for e in entities if e.kind not in _QUOTES and e.start < end and start < e.end]
    borders = {max(start, e.start) for e in inline} | {min(end, e.end) for e in inline}
    pieces = pairwise(sorted(borders | {start, end}))
    return "".join(
        _piece(text[a:b], [e for e in inline if e.start <= a < e.end]) for a, b in pieces
    )


def _piece(text: str, around: Sequence[Entity]) -> str:
    shown = escape(text)
    for entity in reversed(around):
        if entity.kind == "text_link":
            shown = f'<a href="{escape(entity.url or "")}">{shown}</a>'
        elif tag := _TAGS.get(entity.kind):
            shown = f"<{tag}>{shown}</{tag}>"
        else:  # a command or a mention
            shown = f'<span class="link">{shown}</span>'
    return shown
