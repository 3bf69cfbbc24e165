"""What ends the bot, and how its failures are logged."""

import logging
import traceback

from embeddings.errors import JeCiteError

logger = logging.getLogger(__name__)


class RefusedError(JeCiteError):
    """Telegram refuses the bot: the token is wrong, or another program uses it."""


class UnreachableError(JeCiteError):
    """The Bot API server cannot be reached from here."""


def log_failure(what: str, error: BaseException) -> None:
    """Log an unexpected error by its kind and where it arose.

    Its text is left out unless it is our own: it could hold a question, or the token.
    """
    said = f": {error}" if isinstance(error, JeCiteError) else ""
    frames = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s failed with %s%s\n%s", what, type(error).__name__, said, frames.rstrip())
