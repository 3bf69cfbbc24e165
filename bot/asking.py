"""Questions in, answers and complaints out: what `jecite ask` does around the retriever."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from bot import messages
from bot.json_output import answer_line
from bot.terminal import say, show_answer, visible
from retrieval.errors import QueryError
from retrieval.metadata import is_storable
from retrieval.records import Answer

if TYPE_CHECKING:
    from retrieval import Retriever


def answer_lines(retriever: "Retriever", out: Console, *, k: int, as_json: bool) -> int:
    """Answer each line of standard input as it comes; return how many had to be refused."""
    refused = 0
    is_typed = sys.stdin.isatty()
    for number, question in _lines():
        try:
            answer = retriever.answer(question, k=k)
        except QueryError as error:
            complain(f"line {number}: {error}")
            refused += 1
            continue
        if not as_json and not is_typed:  # Who types sees the question already.
            say(out, messages.terminal_question(question))
            say(out)
        show(out, answer, as_json=as_json)
        if not as_json:
            say(out)
    return refused


def show(console: Console, answer: Answer, *, as_json: bool) -> None:
    """Print an answer for people, or as a line of JSON."""
    if as_json:
        typer.echo(answer_line(answer))
    else:
        show_answer(console, answer)


def parse_path(text: str) -> Path:
    """Read a path of the command line, where an empty one would name the current folder."""
    if not text:
        raise typer.BadParameter("The path is empty: name a folder or a file.")
    return Path(text)


def check_question(question: str) -> None:
    """Refuse at once what the retriever would refuse once its model is loaded.

    Raises:
        QueryError: The question is empty, or holds bytes that are not UTF-8.
    """
    if not question.strip():
        raise QueryError('The question is empty. Ask one: jecite ask "Qui a fondé Telegram ?"')
    if not is_storable(question):
        raise QueryError("The question is not UTF-8 text. Check the terminal's encoding")


def check_input() -> None:
    """Refuse to read questions where there is nothing to read them from.

    Raises:
        QueryError: Standard input is closed.
    """
    if sys.stdin is None:
        raise QueryError(
            "There is no question, and standard input is closed. "
            'Ask one: jecite ask "Qui a fondé Telegram ?"'
        )


def complain(message: str) -> None:
    """Print one line on standard error, whatever the message holds."""
    typer.echo(f"jecite: {' '.join(visible(message).split())}", err=True)


def set_output_errors() -> None:
    """Never fail on a character that the terminal's encoding lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _lines() -> Iterator[tuple[int, str]]:
    """Yield the lines of standard input that hold something, with their numbers."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    for number, line in enumerate(sys.stdin, start=1):
        question = line.removeprefix("\ufeff").strip()
        if question:
            yield number, question
