"""Draw a real conversation with the bot as the README shows it.

    python tests/bot/picture.py docs/conversation.png

Needs chromium. The bot runs in this process against the Bot API test server, on seeds/.
"""

import asyncio
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from telegram_server import TelegramServer, chat_to_html

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.live_index import LiveIndex
from bot.settings import Settings
from bot.telegram.app import run
from retrieval import build_index

QUESTIONS = (
    "Combien d'utilisateurs Telegram a-t-il gagnés ?",
    "En quelle année Telegram a-t-il été lancé ?",
    "Et Signal ?",
    "Quelle est la recette de la tarte aux pommes ?",
)
WIDTH, HEIGHT = 430, 1790


def main() -> None:
    """Hold the conversation, and draw it."""
    target = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "chat.html"
        page.write_text(_conversation(Path(folder) / "index"), encoding="utf-8")
        draw(page, target)


def draw(page: Path, target: Path) -> None:
    """Render a page to a picture.

    Raises:
        FileNotFoundError: There is no chromium.
    """
    chromium = shutil.which("chromium")
    if chromium is None:
        raise FileNotFoundError("chromium")
    subprocess.run(
        [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--force-device-scale-factor=1.5",
            f"--window-size={WIDTH},{HEIGHT}",
            f"--screenshot={target}",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )


def _conversation(index: Path) -> str:
    build_index(out=index)
    with TelegramServer() as server:
        settings = Settings(telegram_token=server.token, telegram_api_url=server.url)
        loop = asyncio.new_event_loop()
        stopping = asyncio.Event()
        running = threading.Thread(
            target=loop.run_until_complete, args=[run(settings, lambda: LiveIndex(index), stopping)]
        )
        running.start()
        person = server.person(42, "Camille")
        for question in QUESTIONS:
            person.sends(person.private, question)
            person.private.next_message(120)
        loop.call_soon_threadsafe(stopping.set)
        running.join(20)
        return chat_to_html(person.private)


if __name__ == "__main__":
    main()
