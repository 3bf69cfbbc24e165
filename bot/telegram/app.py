"""The running bot: put together, polled, and brought to a good end."""

import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import Callable

import httpx
from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.ext import ApplicationBuilder

from bot import messages
from bot.live_index import LiveIndex
from bot.settings import Settings
from bot.telegram.errors import RefusedError, UnreachableError, log_failure
from bot.telegram.handlers import AnyApplication, Handlers
from bot.telegram.polling import ConflictError, Poller, unless
from bot.telegram.profile import set_menus, set_profile
from bot.telegram.queueing import FairQueue, Job
from bot.telegram.remembering import Memory
from bot.telegram.requesting import GatedRequest, UpdatesRequest
from bot.telegram.retrying import MAX_DELAY_S, may_repeat, pause_s, persist
from bot.telegram.sending import Courier, Typing
from bot.telegram.services import Library, Services

logger = logging.getLogger(__name__)

CONNECTIONS = 64
"""How many calls may be under way at once; the others wait their turn."""

RUNNING = 256
"""How many jobs may have begun, most of them waiting for Telegram rather than for the index."""

REFRESH_S = 2.0
CHECK_PATIENCE_S = 10.0

# Telegram's own patience with a process that ends is the supervisor's: here eight seconds.
FINISH_S = 5.5
FAREWELL_S = 1.2
END_S = 0.4


async def serve(
    settings: Settings, open_index: Callable[[], LiveIndex], *, set_up_profile: bool
) -> None:
    """Answer people on Telegram until SIGTERM or SIGINT ends it.

    Raises:
        RefusedError: The token is wrong, or another program polls with it.
        JeCiteError: As `open_index`.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    await run(settings, open_index, stopping, set_up_profile=set_up_profile)


async def run(
    settings: Settings,
    open_index: Callable[[], LiveIndex],
    stopping: asyncio.Event,
    *,
    set_up_profile: bool = False,
) -> None:
    """Answer people on Telegram until told to stop.

    Raises:
        RefusedError: The token is wrong, or another program polls with it.
        JeCiteError: As `open_index`.
    """
    application = build_application(settings)
    bot: Bot = application.bot
    if not await _log_in(bot, settings, stopping):
        return
    library = Library(await asyncio.to_thread(open_index), workers=settings.workers)
    try:
        services = _services(bot, library, settings)
        Handlers(services, settings).register(application)
        await unless(stopping, _drop_webhook(bot))
        await application.initialize()
        await application.start()
        logger.info("Ready")
        introduction = asyncio.ensure_future(_introduce(bot, set_up_profile=set_up_profile))
        try:
            await _poll(application, services, settings, stopping)
        finally:
            introduction.cancel()
    finally:
        library.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(_end(application), END_S)


async def check_token(settings: Settings) -> str:
    """Return the username of the bot that the token belongs to.

    Raises:
        RefusedError: The token is wrong.
        UnreachableError: The Bot API server cannot be reached.
    """
    bot: Bot = build_application(settings).bot
    try:
        await persist(bot.initialize, again=may_repeat, patience_s=CHECK_PATIENCE_S)
    except InvalidToken:
        raise _wrong_token(settings) from None
    except TelegramError as error:
        raise UnreachableError(
            f"The Bot API server {settings.telegram_api_url} cannot be reached "
            f"({type(error).__name__}). Check the network and JECITE_TELEGRAM_API_URL"
        ) from None
    finally:
        await bot.shutdown()
    return str(bot.username)


def build_application(settings: Settings) -> AnyApplication:
    """Make the application: it takes updates from its queue; a `Poller` fills that.

    Raises:
        UnreachableError: The environment names a proxy that cannot be used.
    """
    url = settings.telegram_api_url
    try:
        request = GatedRequest(CONNECTIONS)
        updates_request = UpdatesRequest(connection_pool_size=2, read_timeout=10.0)
    except (RuntimeError, ValueError, httpx.InvalidURL) as error:
        raise UnreachableError(
            f"The proxy that HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names cannot be used: {error}. "
            "Correct or unset it"
        ) from None
    return (
        ApplicationBuilder()
        .token(settings.token().get_secret_value())
        .base_url(f"{url}/bot")
        .base_file_url(f"{url}/file/bot")
        .request(request)
        .get_updates_request(updates_request)
        .updater(None)
        .concurrent_updates(RUNNING)
        .build()
    )


def _services(bot: Bot, library: Library, settings: Settings) -> Services:
    apologies: set[asyncio.Task[None]] = set()

    def on_error(job: Job, error: BaseException) -> None:
        log_failure("A job", error)
        task = asyncio.ensure_future(job.tell(messages.FAILED))
        apologies.add(task)
        task.add_done_callback(apologies.discard)

    queue = FairQueue(running=RUNNING, capacity=settings.queue_size, on_error=on_error)
    return Services(library, Courier(bot), Typing(bot), queue, Memory())


async def _log_in(bot: Bot, settings: Settings, stopping: asyncio.Event) -> bool:
    """Ask Telegram who the bot is, for as long as the network needs; False when told to stop.

    Raises:
        RefusedError: Telegram does not know the token.
    """
    delay_s = 1.0
    while not stopping.is_set():
        try:
            await unless(stopping, bot.initialize())
        except InvalidToken:
            # python-telegram-bot's message holds the token.
            raise _wrong_token(settings) from None
        except TelegramError as error:
            delay_s = min(2 * delay_s, MAX_DELAY_S)
            wait_s = pause_s(error, delay_s)
            logger.warning(
                "The Bot API server cannot be reached (%s): again in %.0f s",
                type(error).__name__,
                wait_s,
            )
            await unless(stopping, asyncio.sleep(wait_s))
        else:
            if not stopping.is_set():
                logger.info("Logged in as @%s", bot.username)
                return True
    return False


async def _drop_webhook(bot: Bot) -> None:
    """Have updates kept for polling, which is refused as long as a webhook is set."""
    try:
        # What waits is still answered.
        await persist(
            lambda: bot.delete_webhook(drop_pending_updates=False),
            again=may_repeat,
            patience_s=CHECK_PATIENCE_S,
        )
    except TelegramError as error:
        logger.warning("A webhook, if there is one, stays (%s)", type(error).__name__)


async def _introduce(bot: Bot, *, set_up_profile: bool) -> None:
    """Tell Telegram what the bot shows of itself, while people are answered."""
    await set_menus(bot)
    if set_up_profile:
        await set_profile(bot)


async def _poll(
    application: AnyApplication, services: Services, settings: Settings, stopping: asyncio.Event
) -> None:
    """Poll until told to stop, then finish what is under way.

    Raises:
        RefusedError: The token was revoked, or another program polls with it.
    """
    poller = Poller(application.bot, application.update_queue.put)
    fresh = asyncio.ensure_future(_keep_fresh(services))
    polling = asyncio.ensure_future(poller.run(stopping))
    stop = asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait({polling, fresh, stop}, return_when=asyncio.FIRST_COMPLETED)
        if fresh.done():
            fresh.result()
        if polling.done():
            polling.result()
    except InvalidToken:
        raise _wrong_token(settings) from None
    except ConflictError:
        raise RefusedError(
            "Another program answers with the same Telegram token: it was told so for half a "
            "minute. Stop the other one, or take another token"
        ) from None
    finally:
        stopping.set()
        fresh.cancel()
        stop.cancel()
        await _finish(application, services, polling)


async def _finish(
    application: AnyApplication, services: Services, polling: "asyncio.Task[None]"
) -> None:
    logger.info("Ending: finishing what is under way")
    started = time.monotonic()
    await asyncio.wait({polling}, timeout=2.5)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(application.update_queue.join(), 1.0)
    await services.queue.close(
        messages.CLOSING,
        patience_s=max(0.0, FINISH_S - (time.monotonic() - started)),
        farewell_s=FAREWELL_S,
    )
    services.typing.close()


async def _keep_fresh(services: Services) -> None:
    while True:
        await asyncio.sleep(REFRESH_S)
        services.memory.expire()
        await services.library.refresh()


async def _end(application: AnyApplication) -> None:
    if application.running:
        await application.stop()
    await application.shutdown()
    await application.bot.shutdown()


def _wrong_token(settings: Settings) -> RefusedError:
    is_elsewhere = "telegram_api_url" in settings.model_fields_set
    return RefusedError(
        "Telegram does not know this token. Copy it again from @BotFather into "
        "JECITE_TELEGRAM_TOKEN" + (", or correct JECITE_TELEGRAM_API_URL" if is_elsewhere else "")
    )
