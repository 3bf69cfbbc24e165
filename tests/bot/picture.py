"""Draw a real conversation with the bot as the README shows it.

    python tests/bot/picture.py docs/conversation.png

Needs chromium. The bot runs in this process against the Bot API test server, on seeds/.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from conftest import Bot
from telegram_server import TelegramServer, chat_to_html

from bot.live_index import LiveIndex
from bot.settings import Settings
from retrieval import build_index

QUESTIONS = (
    "Combien d'utilisateurs Telegram a-t-il gagnés ?",
    "Et d'où viennent-ils ?",
    "Quelle est la recette de la tarte aux pommes ?",
)
WIDTH = 430


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
    measuring = page.with_name("measured.html")
    script = "<script>document.title = document.documentElement.scrollHeight</script>"
    measuring.write_text(page.read_text(encoding="utf-8") + script, encoding="utf-8")
    seen = _chromium(measuring, "--dump-dom", height=100)
    height = re.search(r"<title>(\d+)</title>", seen)
    if height is None:
        raise ValueError("chromium told no height")
    _chromium(page, f"--screenshot={target}", height=int(height[1]))


def _chromium(page: Path, *options: str, height: int) -> str:
    chromium = shutil.which("chromium")
    if chromium is None:
        raise FileNotFoundError("chromium")
    fixed = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    return subprocess.run(
        [chromium, *fixed, f"--window-size={WIDTH},{height}", *options, page.as_uri()],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    ).stdout


def _conversation(index: Path) -> str:
    build_index(out=index)
    with TelegramServer() as server:
        settings = Settings(telegram_token=server.token, telegram_api_url=server.url)
        bot = Bot(settings, lambda: LiveIndex(index))
        person = server.person(42, "Camille")
        for question in QUESTIONS:
            person.sends(person.private, question)
            person.private.next_message(120)
        bot.stop()
        return chat_to_html(person.private)


if __name__ == "__main__":
    main()
