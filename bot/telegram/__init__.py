"""The Telegram bot; the only package that imports python-telegram-bot."""

import os

# python-telegram-bot's own switch: durations are timedeltas, as they will all be one day, and no
# warning goes out at every « Too Many Requests ».
os.environ.setdefault("PTB_TIMEDELTA", "1")
