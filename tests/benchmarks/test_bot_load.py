"""The real `jecite serve` under load: 200 people, thousands of questions, flat memory."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "bot"))

from load import ask_all, check, fail_at_random
from telegram_server import TelegramServer

PEOPLE = 200
ROUNDS = {"none": (10,) * 5, "bundled": (5, 5)}
"""How many questions each of them asks, round by round: 10,000 in all, and 2,000 with the reader,
which takes most of an answer's time."""

FLAT = 1.05
"""The memory after the last round against that after the one before, at most."""


@pytest.fixture(autouse=True)
def only_when_asked_for(request):
    if not any("benchmarks" in argument for argument in request.config.args):
        pytest.skip("takes minutes: make bench")


@pytest.mark.parametrize("reader", ROUNDS)
def test_thousands_of_questions(seeds_index, tmp_path, reader):
    with TelegramServer() as server:
        env = {name: value for name, value in os.environ.items() if not name.startswith("JECITE_")}
        env |= {
            "JECITE_TELEGRAM_TOKEN": server.token,
            "JECITE_TELEGRAM_API_URL": server.url,
            "JECITE_INDEX": str(seeds_index),
            "JECITE_QUESTIONS_PER_MINUTE": "100000",
            "JECITE_QUEUE_SIZE": "5000",
            "JECITE_READER": reader,
        }
        command = [sys.executable, "-m", "bot.cli", "serve"]
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen(command, env=env, cwd=tmp_path, stderr=log)
        try:
            server.wait_for_call("setMyCommands", count=6, timeout_s=120)
            people = [server.person(1000 + i, f"Personne {i}") for i in range(PEOPLE)]
            fail_at_random(server)
            memory = []
            for each in ROUNDS[reader]:
                outcome = ask_all(server, people, each=each, timeout_s=3600)
                check(outcome, each=each)
                memory.append(psutil.Process(process.pid).memory_info().rss)
                print(  # noqa: T201
                    f"\nreader {reader}: {outcome.report()}, {memory[-1] / 2**20:.0f} MiB", end=""
                )
            print()  # noqa: T201
            assert memory[-1] <= FLAT * memory[-2]
        finally:
            process.terminate()
            code = process.wait(20)
        assert code == 0
