"""Answers, hits and sources as terminal text.

On a terminal, text is wrapped at its width and quotations stand behind a bar. Into a pipe or a
file it goes unwrapped and unstyled, so that each line of a quotation is a line of its article.
"""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from bot import messages
from bot.short_answers import listed, underlined
from retrieval.records import Answer, Citation, Hit, Reference, Span, Status

READING_WIDTH = 88
_BAR = "│ "
_BAR_STYLE = "cyan"
_DIM = "dim"

# A terminal would obey these or show nothing: each becomes one visible character, so that
# offsets stay. Tabs and line ends are kept. The last range holds noncharacters, see _wrap.
_VISIBLE = {
    **{code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"},
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
    **dict.fromkeys(range(0xFDD0, 0xFDF0), 0xFFFD),
}
_STAND_INS = {"\xa0": "\ufdd0", "\u202f": "\ufdd1"}
_PROTECT = str.maketrans(_STAND_INS)
_RESTORE = str.maketrans({stand_in: space for space, stand_in in _STAND_INS.items()})


def new_console(*, stderr: bool = False) -> Console:
    """Return a console that prints text as it is: no markup, no emoji names, no guessed colours."""
    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)


def visible(text: str) -> str:
    """Replace control characters by visible ones, one for one; tabs and line ends stay."""
    return text.translate(_VISIBLE)


def show_answer(console: Console, answer: Answer) -> None:
    """Print an answer: the short answers, then each quotation with its sources below.

    Above stands how the question was read, unless it was as it stands. The answering sentence is
    bold, and the short answer in it underlined. The articles of a question that is merely related
    get no bold sentence: none answers.
    """
    if answer.understood:
        say(console, messages.understood(answer.understood))
        say(console)
    if answer.status is Status.NONE:
        say(console, messages.TERMINAL_NONE)
        return
    if answer.status is Status.RELATED:
        say(console, messages.RELATED)
        say(console)
    found = listed(answer, answer.citations)
    for each in found:
        quoted = (visible(messages.quoted(each.text)), "bold")
        say(console, Text.assemble(quoted, f"  {each.references}"))
    if found:
        say(console)
    for number, citation in enumerate(answer.citations):
        if number:
            say(console)
        _show_citation(console, citation, underlined(found, citation), answer.status)


def _show_citation(
    console: Console, citation: Citation, underlines: Sequence[Span], status: Status
) -> None:
    text = Text(visible(citation.text))
    if status is Status.ANSWERED:
        for start, end in citation.highlights:
            text.stylize("bold", start, end)
    for start, end in underlines:
        text.stylize("underline", start, end)
    _quote(console, text)
    _show_sources_of(console, citation)


def show_hits(console: Console, hits: Sequence[Hit]) -> None:
    """Print hits, each with its article and its rank in either ranking."""
    if not hits:
        say(console, messages.TERMINAL_NO_HIT)
    for number, hit in enumerate(hits):
        if number:
            say(console)
        _quote(console, Text(visible(hit.passage.text)))
        ranks = ", ".join(
            f"{name} {rank}"
            for name, rank in (("dense", hit.dense_rank), ("lexical", hit.lexical_rank))
            if rank is not None
        )
        _show_reference(
            console, f"[{hit.rank}] ", hit.reference, f"score {hit.score:.3f} ({ranks})"
        )


def show_sources(console: Console, references: Sequence[Reference]) -> None:
    """Print the articles of an index, with what is known of each."""
    say(console, messages.terminal_articles(len(references)))
    margin = len(str(len(references)))
    for number, reference in enumerate(references, start=1):
        say(console)
        _show_reference(console, f"{number:>{margin}}. ", reference, reference.path)


def say(console: Console, text: Text | str = "", *, first: str = "", rest: str = "") -> None:
    """Print some text: `first` goes before its first line, `rest` before the others.

    Wrapped on a terminal only, at its width and no wider than reads well.
    """
    content = text if isinstance(text, Text) else Text(visible(text))
    if not console.is_terminal:
        console.file.write(f"{first}{content.plain}".rstrip(" ") + "\n")
        console.file.flush()
        return
    width = max(min(console.width, READING_WIDTH) - max(len(first), len(rest)), 1)
    for number, line in enumerate(_wrap(console, content, width)):
        prefix = Text(rest if number else first, style=_BAR_STYLE)
        console.print(Text.assemble(prefix, line), soft_wrap=True)


def _quote(console: Console, text: Text) -> None:
    bar = _BAR if console.is_terminal else ""
    say(console, text, first=bar, rest=bar)


def _show_sources_of(console: Console, citation: Citation) -> None:
    first, *others = citation.quotations
    number = f"[{citation.rank}] "
    _show_reference(console, number, first.reference)
    if not others:
        return
    margin = " " * len(number)
    is_same = all(other.text == first.text for other in others)
    heading = messages.TERMINAL_SAME_WORDS if is_same else messages.TERMINAL_NEAR_WORDS
    say(console, heading, first=margin, rest=margin)
    for other in others:
        _show_reference(console, f"{margin}- ", other.reference)


def _show_reference(console: Console, number: str, reference: Reference, *more: str) -> None:
    margin = " " * len(number)
    say(console, reference.label, first=number, rest=margin)
    date = messages.french_date(reference.date) if reference.date else None
    known = [part for part in (reference.source, date, reference.url, *more) if part]
    if known:
        details = Text(visible(" · ".join(known)), style=_DIM)
        say(console, details, first=margin, rest=margin)


def _wrap(console: Console, text: Text, width: int) -> list[Text]:
    """Wrap between words, but not at the no-break spaces of « … » or 25 000."""
    protected = text.copy()
    protected.plain = text.plain.translate(_PROTECT)
    lines = list(protected.wrap(console, width))
    for line in lines:
        line.plain = line.plain.translate(_RESTORE)
    return lines or [Text()]
