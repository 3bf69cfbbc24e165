"""The whole bot against the Bot API test server: in this process, or as `jecite serve`."""

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from telegram_server import TelegramServer

from bot.live_index import LiveIndex
from bot.settings import Settings
from bot.telegram.app import run
from retrieval.corpus import default_corpus, read_corpus
from retrieval.index.build import Origin, build_store
from retrieval.reader.reader import load_reader

START_S = 120.0
"""A real process loads the model, on a machine that may have much else to do."""


@pytest.fixture(autouse=True)
def no_settings_around(monkeypatch):
    """Keep whatever the machine's owner has set out of the tests."""
    for name in list(os.environ):
        if name.startswith("JECITE_") and name != "JECITE_SHARED_DATA":
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def bot_index(encoder, tmp_path_factory) -> Path:
    """An index of seeds/ with its examples; read it only."""
    out = tmp_path_factory.mktemp("bot") / "index"
    corpus = read_corpus([default_corpus()])
    build_store(corpus.articles, out, encoder=encoder, origin=Origin((), corpus.examples))
    return out


@pytest.fixture
def own_index(bot_index, tmp_path) -> Path:
    """A copy of that index, to be changed."""
    return Path(shutil.copytree(bot_index, tmp_path / "index"))


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    with TelegramServer() as running:
        yield running


class Bot:
    """The bot, running in a thread of this process; `error` is what ended it."""

    def __init__(self, settings: Settings, open_index) -> None:
        self.error: BaseException | None = None
        self.is_expected_to_fail = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        started = threading.Event()

        async def main() -> None:
            self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
            started.set()
            await run(settings, open_index, self._stopping)

        pool = ThreadPoolExecutor(1, thread_name_prefix="bot")
        self._end = pool.submit(lambda: asyncio.run(main()))
        pool.shutdown(wait=False)
        assert started.wait(30)

    def stop(self) -> None:
        """Tell it to end, and wait until it has."""
        if self._loop is not None and self._stopping is not None and not self._end.done():
            with contextlib.suppress(RuntimeError):  # it ended by itself meanwhile
                self._loop.call_soon_threadsafe(self._stopping.set)
        self.join()

    def join(self, timeout_s: float = 20.0) -> None:
        """Wait until it has ended."""
        self.error = self.error or self._end.exception(timeout_s)


@pytest.fixture(scope="session")
def reader(encoder):
    """The reader that ships with the project, loaded once for all bots."""
    return load_reader(encoder=encoder)


@contextlib.contextmanager
def bots_on(bot_index: Path, encoder, reader) -> Iterator[Callable[..., Bot]]:
    """Start bots in this process, and stop them: `start(server, questions_per_minute=3)`."""
    bots = []

    def start(server: TelegramServer, *, index=bot_index, reader=reader, **settings) -> Bot:
        given = {"telegram_token": server.token, "telegram_api_url": server.url, **settings}
        bot = Bot(Settings(**given), lambda: LiveIndex(index, encoder=encoder, reader=reader))
        bots.append(bot)
        return bot

    yield start
    for bot in bots:
        bot.stop()
        if bot.error is not None and not bot.is_expected_to_fail:
            raise bot.error


@pytest.fixture
def start_bot(bot_index, encoder, reader):
    """Starts the bot in this process: `start_bot(server, questions_per_minute=3)`."""
    with bots_on(bot_index, encoder, reader) as start:
        yield start


@pytest.fixture(scope="module")
def shared_server(bot_index, encoder, reader):
    """A server with a bot on it, for all the tests of a module that only talk to it."""
    with TelegramServer() as server, bots_on(bot_index, encoder, reader) as start:
        start(server)
        yield server


class Process:
    """`jecite serve` itself."""

    def __init__(
        self, server: TelegramServer, folder: Path, *options: str, without=(), **env: str
    ) -> None:
        self.log_path = folder / "stderr.txt"
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("JECITE_")}
        given = {"JECITE_TELEGRAM_TOKEN": server.token, "JECITE_TELEGRAM_API_URL": server.url}
        given = {name: value for name, value in (given | env).items() if name not in without}
        with self.log_path.open("wb") as log, (folder / "stdout.txt").open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", "serve", *options],
                env={**inherited, **given, "PYTHONUNBUFFERED": "1"},
                cwd=folder,
                stdout=out,
                stderr=log,
            )
        self.out_path = folder / "stdout.txt"

    @property
    def log(self) -> str:
        """What it wrote to standard error so far."""
        return self.log_path.read_text(encoding="utf-8")

    @property
    def out(self) -> str:
        """What it wrote to standard output so far."""
        return self.out_path.read_text(encoding="utf-8")

    def terminate(self) -> None:
        """Ask it to end, as a supervisor does."""
        self._process.terminate()

    def wait(self, timeout_s: float = START_S) -> int:
        """Return its exit code."""
        return self._process.wait(timeout_s)

    def kill(self) -> None:
        """End it, whatever it does."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)


@pytest.fixture
def start_process(bot_index, tmp_path):
    """Starts `jecite serve` on the index of seeds/, against a server."""
    processes = []

    def start(server: TelegramServer, *options: str, without=(), **env: str) -> Process:
        folder = tmp_path / f"process-{len(processes)}"
        folder.mkdir()
        env = {"JECITE_INDEX": str(bot_index), **env}
        process = Process(server, folder, *options, without=without, **env)
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
