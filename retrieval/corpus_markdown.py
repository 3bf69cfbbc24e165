"""Markdown -> the text that its reader sees, without marks, tags and comments."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from html import unescape
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, reference
from markdown_it.rules_inline import StateInline
from markdown_it.tree import SyntaxTreeNode

_NOTE = re.compile(r"\[(\^[^\s\[\]]+)\](:(?=\s))?")
_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)|</?([a-z][a-z\d-]*)[^<>]*>|<[!?][^<>]*>",
    re.DOTALL | re.IGNORECASE,
)
# Whom to write to or call is worth reading where the words don't tell.
_ADDRESS = re.compile(r"(?:mailto|tel):([^?]+)")
_SPACES = re.compile(r"[ \t]+")
# An image's alternative text of one word is a file's name or a label.
_WORDS = re.compile(r"[^\W\d_]+['’\s]+[^\W\d_]+")
# What HTML's other tags enclose stands on lines of its own.
_INLINE_TAGS = frozenset(
    """
    a abbr b bdi bdo big cite code data del dfn em font i ins kbd mark q s samp small span strike
    strong sub sup time tt u var
    """.split()  # noqa: SIM905
)


def render(markdown: str) -> tuple[str, str | None]:
    """Return a document's text, and its title where it opens with a heading of the first level.

    Blocks and the rows of tables are parted by blank lines; list items are lines. Of links and
    images their words are left, and an address to write to or call. A row's first cell names the
    others, and from three columns on, each of them has its column's name too. What is struck out
    is left out.
    """
    root = SyntaxTreeNode(_parser().parse(markdown))
    found = [(node, text) for node in root.children if (text := _block(node))]
    title = found[0][1].replace("\n", " ") if found and found[0][0].tag == "h1" else None
    return "\n\n".join(text for _, text in found), title


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"])
    parser.block.ruler.at("reference", _link_target)
    parser.inline.ruler.before("link", "note", _note)
    return parser


def _link_target(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take « [1]: https://… » out, and leave a footnote, « [^1]: … », in."""
    is_note = state.src.startswith("[^", state.bMarks[start] + state.tShift[start])
    return not is_note and reference(state, start, end, silent)


def _note(state: StateInline, silent: bool) -> bool:
    """Write « [^1] » as « [1] », above the footnote and before it."""
    note = _NOTE.match(state.src, state.pos, state.posMax)
    if note is None:
        return False
    starts_line = state.src[state.pos - 1 : state.pos] in ("", "\n")
    if not silent:
        state.push("text", "", 0).content = f"[{note[1][1:]}]"
    state.pos = note.end() if starts_line else note.end(1) + 1
    return True


def _block(node: SyntaxTreeNode) -> str:
    match node.type:
        case "paragraph" | "heading":
            return "\n".join(_lines(_inline(node)))
        case "bullet_list" | "ordered_list":
            return "\n".join(_items(node))
        case "table":
            rows = [
                [", ".join(_lines(_inline(cell))) for cell in row.children]
                for part in node.children
                for row in part.children
            ]
            # Lines of one width would pass for a wrapped paragraph.
            return "\n\n".join(filter(None, _rows(rows[0], rows[1:])))
        case "fence" | "code_block":
            return node.content.strip("\n")
        case "html_block":
            return "\n".join(_lines(unescape(_without_tags(node.content))))
    return "\n\n".join(filter(None, map(_block, node.children)))


def _items(node: SyntaxTreeNode) -> Iterator[str]:
    first = node.children[0].info
    for number, item in enumerate(node.children):
        text = "\n".join(filter(None, map(_block, item.children)))
        mark = "-"
        if node.type == "ordered_list":
            # Who writes « 1. » before each item means them to be counted.
            written = int(first) + number if item.info == first else int(item.info)
            mark = f"{written}{item.markup}"
        if text:
            yield f"{mark} " + text.replace("\n", "\n  ")


def _rows(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    is_wide = len(header) > 2
    for row in [header, *rows]:
        first, *others = row
        if is_wide and row is not header:
            named = zip(header[1:], others, strict=True)
            others = [f"{name} : {cell}" if name and cell else cell for name, cell in named]
        rest = " ; ".join(filter(None, others))
        first = first.rstrip(" \u00a0\u202f:") if rest else first
        yield (" – " if is_wide else " : ").join(filter(None, [first, rest]))


def _lines(text: str) -> list[str]:
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return [line for line in lines if line]


def _inline(node: SyntaxTreeNode) -> str:
    match node.type:
        case "text" | "code_inline":
            return node.content
        case "softbreak" | "hardbreak":
            return "\n"
        case "html_inline":
            return _without_tags(node.content)
        case "s":
            return ""
    text = "".join(map(_inline, node.children))
    if node.type == "link" and (address := _ADDRESS.match(str(node.attrs["href"]))):
        return text if unquote(address[1]) in text else f"{text} ({unquote(address[1])})"
    return text if node.type != "image" or _WORDS.search(text) else ""


def _without_tags(html: str) -> str:
    return _TAG.sub(lambda tag: "\n" if (tag[2] or "a").lower() not in _INLINE_TAGS else "", html)
