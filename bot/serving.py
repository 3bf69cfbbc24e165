"""`jecite serve`: the Telegram bot as a command."""

import asyncio
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.settings import Settings, list_settings, load_settings
from embeddings.errors import JeCiteError
from retrieval.locations import default_index, lacks_default

if TYPE_CHECKING:
    from bot.live_index import LiveIndex

logger = logging.getLogger(__name__)

EXIT_UNUSABLE = 2
EXIT_REFUSED = 3
"""Telegram refuses the token, or another program polls with it: starting again won't help."""


def serve_command(
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Verify token, index and settings, and leave.")
    ] = False,
    set_profile: Annotated[
        bool, typer.Option("--set-profile", help="Also set the bot's name and descriptions.")
    ] = False,
) -> None:
    """Placeholder: `_describe` writes what `--help` shows."""
    # Telegram's library takes a while to import, and no other command needs it.
    from bot.telegram.app import check_token, serve  # noqa: PLC0415
    from bot.telegram.errors import RefusedError  # noqa: PLC0415

    try:
        settings = load_settings()
        _set_up_logging(settings)
        if check:
            _check(settings, asyncio.run(check_token(settings)))
            return
        asyncio.run(serve(settings, lambda: _open(settings), set_up_profile=set_profile))
    except RefusedError as error:
        typer.echo(f"jecite serve: {error}", err=True)
        raise typer.Exit(EXIT_REFUSED) from None
    except JeCiteError as error:
        typer.echo(f"jecite serve: {error}", err=True)
        raise typer.Exit(EXIT_UNUSABLE) from None


def _check(settings: Settings, username: str) -> None:
    from retrieval import Retriever  # noqa: PLC0415 - takes seconds

    typer.echo(f"Token: it belongs to @{username}")
    path = _index(settings)
    with Retriever.open(path, reader=settings.reader) as retriever:
        manifest = retriever.manifest
    typer.echo(f"Index: {path}, {manifest.articles} articles, {manifest.passages} passages")
    who = "some people only" if settings.allowed_chats or settings.allowed_users else "everyone"
    typer.echo(f"Settings: answers {who}, {settings.questions_per_minute} questions a minute each")


def _open(settings: Settings) -> "LiveIndex":
    from bot.live_index import LiveIndex  # noqa: PLC0415 - takes seconds

    return LiveIndex(_index(settings), reader=settings.reader)


def _index(settings: Settings) -> Path:
    """Return where the index is; the default one is built where it is missing."""
    from retrieval.api import build_default  # noqa: PLC0415 - takes seconds

    path = settings.index or default_index()
    if settings.index is None and lacks_default(path):
        logger.info("Building the index of the shipped articles in %s", path)
        build_default(path)
    return path


class _Discreet(logging.Formatter):
    """Writes log lines without the bot's token, whichever library put it there."""

    def __init__(self, secret: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secret = secret

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).replace(self._secret, "<token>")


def _set_up_logging(settings: Settings) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Discreet(settings.token().get_secret_value()))
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    # These log whole requests, texts included, or load a model with many words.
    for name in ("httpx", "httpcore", "sentence_transformers", "transformers"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # What python-telegram-bot cannot read it logs whole, at any level.
    logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)


def _describe() -> str:
    width = max(len(name) for name, _ in list_settings())
    rows = "\n".join(f"{name:<{width}}  {use}" for name, use in list_settings())
    return (
        "Answer people on Telegram.\n\n"
        "Needs a token from @BotFather:\n\n"
        "\b\n"
        "JECITE_TELEGRAM_TOKEN=… jecite serve\n\n"
        "Settings come from the environment, from a file .env, or from jecite.toml (there in "
        "lower case, without JECITE_):\n\n"
        f"\b\n{rows}\n\n"
        "Ends with 0 when it is told to stop, 2 when something here must be mended first, and 3 "
        "when Telegram refuses the token or another program uses it."
    )


serve_command.__doc__ = _describe()
