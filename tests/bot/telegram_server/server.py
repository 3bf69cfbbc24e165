"""A Bot API server on 127.0.0.1, for tests: as strict as Telegram, failing on demand."""

import asyncio
import contextlib
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from http import HTTPStatus
from typing import Self

from aiohttp import web

from .chats import TIMEOUT_S, Chat
from .faults import (
    CONFLICT,
    BadGateway,
    DropAfter,
    DropBefore,
    Fault,
    Refusal,
    Rule,
    Slow,
    TooManyRequests,
)
from .methods import METHODS
from .params import Params, read_params
from .people import Person
from .records import ApiError, Call, User
from .world import World

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
MAX_LONG_POLL_S = 50
BATCH = 100
METHOD_MISSING = Refusal(404, "Not Found: method not found")
WEBHOOK_CONFLICT = Refusal(
    409,
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first",
)


class TelegramServer:
    """One bot's Telegram. A context manager; its methods may be called from any thread."""

    def __init__(self) -> None:
        self.token = TOKEN
        self.calls: list[Call] = []
        bot_id = int(TOKEN.partition(":")[0])
        self.world = World(User(bot_id, "Je cite", is_bot=True, username="je_cite_bot"))
        self.world.on_update = self._wake_poll
        self._rules: list[Rule] = []
        self._port = 0
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._poll: asyncio.Future[str] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where the server listens; the same after a stop and a start."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def base_url(self) -> str:
        """What python-telegram-bot's `base_url` wants."""
        return f"{self.url}/bot"

    def start(self) -> None:
        """Listens, on the same port as before where there was one."""
        started: Future[int] = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(started)), name="telegram-server"
        )
        self._thread.start()
        self._port = started.result(timeout=TIMEOUT_S)

    def stop(self) -> None:
        """Breaks all connections and refuses new ones; chats and updates stay."""
        if self._thread is None:
            return
        if self._loop is not None and self._stopping is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(timeout=TIMEOUT_S)
        if self._thread.is_alive():
            raise TimeoutError(f"The Bot API test server didn't stop within {TIMEOUT_S} s.")
        self._thread = None

    @contextlib.contextmanager
    def down(self) -> Iterator[None]:
        """Refuses connections inside the `with`."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def person(self, user_id: int, name: str) -> Person:
        """Adds someone, who hasn't written to the bot yet: until then it can't write to them."""
        with self.world.lock:
            return Person(self.world, User(user_id, name))

    def group(self, chat_id: int, title: str, *, sees_everything: bool = False) -> Chat:
        """Adds a group; privacy mode hides from the bot what isn't addressed to it."""
        return self._add(Chat(self.world, chat_id, "group", title, sees_everything=sees_everything))

    def supergroup(
        self,
        chat_id: int,
        title: str,
        *,
        topics: Mapping[int, str] | None = None,
        sees_everything: bool = False,
    ) -> Chat:
        """Adds a supergroup; with topics (by their ids) it is a forum."""
        return self._add(
            Chat(
                self.world,
                chat_id,
                "supergroup",
                title,
                sees_everything=sees_everything,
                topics=topics,
            )
        )

    def fail(
        self,
        method: str,
        fault: Fault,
        *,
        times: int | None = None,
        probability: float = 1.0,
        seed: int = 0,
        when: Callable[[Call], bool] | None = None,
    ) -> Rule:
        """Makes calls of a method ("*" for all) meet a fault; the oldest rule that strikes wins.

        `times` bounds how often (None: for ever), `probability` draws with `seed`,
        `when` chooses; all that are given must agree.
        """
        rule = Rule(method, fault, times=times, probability=probability, seed=seed, when=when)
        self._rules.append(rule)
        return rule

    def calls_to(self, *methods: str) -> Sequence[Call]:
        """Returns the calls of these methods so far, refused and lost ones included."""
        wanted = {method.lower() for method in methods}
        return [call for call in tuple(self.calls) if call.method.lower() in wanted]

    def wait_for_call(
        self, method: str, *, count: int = 1, timeout_s: float = TIMEOUT_S
    ) -> Sequence[Call]:
        """Waits until a method was called so often, and returns these calls.

        Raises:
            TimeoutError: It wasn't.
        """
        self._wait(
            lambda: len(self.calls_to(method)) >= count, timeout_s, f"{count} calls of {method}"
        )
        return self.calls_to(method)

    def wait_until_read(self, timeout_s: float = TIMEOUT_S) -> None:
        """Waits until the bot has confirmed every update.

        Raises:
            TimeoutError: Some still wait.
        """
        self._wait(lambda: not self.world.updates, timeout_s, "the bot to confirm its updates")

    def _wait(self, true: Callable[[], bool], timeout_s: float, what: str) -> None:
        with self.world.lock:
            if not self.world.changed.wait_for(true, timeout_s):
                waiting = len(self.world.updates)
                raise TimeoutError(f"Waited {timeout_s} s for {what}; {waiting} updates wait.")

    def _add(self, chat: Chat) -> Chat:
        with self.world.lock:
            return self.world.add_chat(chat)

    async def _serve(self, started: "Future[int]") -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
        try:
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", self._port, reuse_address=True, backlog=1024)
            await site.start()
        except OSError as error:
            started.set_exception(error)
        else:
            started.set_result(runner.addresses[0][1])
            await self._stopping.wait()
        finally:
            with self.world.lock:
                self._loop = None
            await runner.cleanup()

    async def _handle(self, request: web.Request) -> web.Response:
        path = re.fullmatch(r"/bot(\d+:[\w-]+)/(\w+)", request.path)
        if path is None:
            return _answer(ApiError(404, "Not Found"))
        if path[1] != self.token:
            return _answer(ApiError(401, "Unauthorized"))
        call = Call(path[2], {}, time.monotonic())
        try:
            call.params = await read_params(request)
        except ApiError as error:
            self._record(call)
            return _answer(error)
        fault = next((rule.fault for rule in tuple(self._rules) if rule.strikes(call)), None)
        call.fault = type(fault).__name__ if fault else None
        return await self._take(call, fault, request)

    async def _take(self, call: Call, fault: Fault | None, request: web.Request) -> web.Response:
        match fault:
            case Refusal() | TooManyRequests():
                self._record(call)
                return _answer(fault.error())
            case BadGateway():
                self._record(call)
                reason = f"{fault.code} {HTTPStatus(fault.code).phrase}"
                page = f"<html><body><h1>{reason}</h1></body></html>"
                return web.Response(status=fault.code, text=page, content_type="text/html")
            case DropBefore():
                self._record(call)
                return _hang_up(request)
            case Slow():
                await asyncio.sleep(fault.before_s)
        response = await self._apply(call)
        match fault:
            case DropAfter():
                return _hang_up(request)
            case Slow():
                await asyncio.sleep(fault.after_s)
        return response

    async def _apply(self, call: Call) -> web.Response:
        params = Params(call.params)
        method = call.method.lower()
        try:
            if method == "getupdates":
                result = await self._get_updates(params)
                call.accepted = True
                self._record(call)
                return web.json_response({"ok": True, "result": result})
            if method not in METHODS:
                raise METHOD_MISSING.error()
            # Effect and record in one piece: who sees the message finds the call too.
            with self.world.lock:
                result = METHODS[method](self.world, params)
                call.accepted = True
                self._record(call)
        except ApiError as error:
            self._record(call)
            return _answer(error)
        return web.json_response({"ok": True, "result": result})

    async def _get_updates(self, params: Params) -> object:
        """Long polling: the newest poller wins, the one before it gets 409."""
        with self.world.lock:
            if self.world.webhook_url:
                raise WEBHOOK_CONFLICT.error()
            allowed = params.parsed("allowed_updates", list, "allowed_updates")
            if allowed is not None:
                self.world.allow([str(kind) for kind in allowed])
            if params.has("offset"):
                self.world.confirm(params.integer("offset"))
        if self._poll is not None and not self._poll.done():
            self._poll.set_result("conflict")
        timeout_s = min(max(params.integer("timeout"), 0), MAX_LONG_POLL_S)
        poll = self._poll = asyncio.get_running_loop().create_future()
        if not self.world.updates and timeout_s:
            await asyncio.wait({poll}, timeout=timeout_s)
        if poll.done() and poll.result() == "conflict":
            raise CONFLICT.error()
        poll.cancel()
        with self.world.lock:
            batch = list(self.world.updates)[:BATCH]
        return [{"update_id": update.update_id, **update.body} for update in batch]

    def _wake_poll(self) -> None:
        def wake() -> None:
            if self._poll is not None and not self._poll.done():
                self._poll.set_result("updates")

        loop = self._loop
        if loop is not None:
            loop.call_soon_threadsafe(wake)

    def _record(self, call: Call) -> None:
        with self.world.lock:
            self.calls.append(call)
            self.world.changed.notify_all()


def _answer(error: ApiError) -> web.Response:
    return web.json_response(error.to_api(), status=error.code)


def _hang_up(request: web.Request) -> web.Response:
    """Breaks the connection; the response returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
