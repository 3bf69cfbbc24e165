"""Updates to jobs: who may ask, what was meant, and which sentence answers the rest."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import CallbackQuery, Message, Update
from telegram.constants import MessageLimit
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot import messages
from bot.settings import Settings
from bot.smalltalk import SmallTalk, small_talk
from bot.telegram.addressing import (
    addressed_text,
    command_target,
    is_private,
    place_of,
    speaker_of,
)
from bot.telegram.buttons import PressJob, show_sources
from bot.telegram.errors import log_failure
from bot.telegram.jobs import QuestionJob, Said, SayJob
from bot.telegram.keyboards import Action, example_id, parse_press, under_start
from bot.telegram.queueing import Job, RateLimit, Verdict
from bot.telegram.remembering import Expiring, Speaker
from bot.telegram.sending import Place
from bot.telegram.services import Services
from retrieval.searching import MAX_QUERY_CHARACTERS

logger = logging.getLogger(__name__)

PRESSES_PER_QUESTION = 3
"""Turning pages costs little: a person may press so many buttons for each question allowed."""

# Apps cut what is longer than a message in several: these are parts of one text.
_CUT_LENGTH = int(MessageLimit.MAX_TEXT_LENGTH) - 96
_CUT_WITHIN_S = 3.0
_ALBUM_WITHIN_S = 60.0

_SMALL_TALK = {
    SmallTalk.ACKNOWLEDGEMENT: messages.ACKNOWLEDGED,
    SmallTalk.HELLO: messages.HELLO,
    SmallTalk.THANKS: messages.THANKS,
    SmallTalk.GOODBYE: messages.GOODBYE,
    SmallTalk.INSULT: messages.INSULT,
    SmallTalk.HELP: messages.HELP,
    SmallTalk.NO_WORDS: messages.NO_WORDS,
}

Compose = Callable[[], Awaitable[Said]]
AnyApplication = Application[Any, Any, Any, Any, Any, Any]


class Handlers:
    """The bot's ears: every handler admits a job and returns, so none waits for an answer."""

    def __init__(self, services: Services, settings: Settings) -> None:
        self._services = services
        self._settings = settings
        self._questions = RateLimit(settings.questions_per_minute)
        self._presses = RateLimit(PRESSES_PER_QUESTION * settings.questions_per_minute)
        self._cut: Expiring[Speaker, bool] = Expiring(_CUT_WITHIN_S, 1000)
        self._albums: Expiring[str, bool] = Expiring(_ALBUM_WITHIN_S, 1000)

    def register(self, application: AnyApplication) -> None:
        """Add every handler to an application."""
        new = filters.UpdateType.MESSAGE
        addressed = new & _Addressed()
        for names, handler in (
            (["start"], self._start),
            (["aide", "help"], self._help),
            (["sources"], self._sources),
            (["confidentialite", "privacy"], self._privacy),
            (["oublier"], self._forget),
        ):
            application.add_handler(CommandHandler(names, handler, filters=addressed))
        application.add_handler(CommandHandler("question", self._question, filters=new))
        application.add_handler(MessageHandler(addressed & filters.COMMAND, self._unknown_command))
        written = (filters.TEXT | filters.CAPTION) & ~filters.COMMAND
        application.add_handler(MessageHandler(new & written, self._text))
        private = filters.ChatType.PRIVATE & ~filters.StatusUpdate.ALL & ~filters.COMMAND
        application.add_handler(MessageHandler(new & private, self._medium))
        application.add_handler(CallbackQueryHandler(self._press))
        application.add_error_handler(_on_error)

    async def _start(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        async def compose() -> Said:
            manifest = await self._services.library.consult(lambda retriever: retriever.manifest)
            keyboard = under_start(manifest.examples)
            text = messages.start(manifest.articles)
            if keyboard is not None:
                text = f"{text}\n\n{messages.START_EXAMPLES}"
            return Said(text, keyboard)

        await self._say(update, compose)

    async def _help(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        await self._say(update, _sentence(messages.HELP))

    async def _privacy(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        await self._say(update, _sentence(messages.PRIVACY))

    async def _sources(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        await self._say(update, lambda: show_sources(self._services, 0))

    async def _forget(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        speaker = speaker_of(message) if message is not None else None

        async def compose() -> Said:
            # In its turn: after the questions that were asked before.
            if speaker is not None:
                self._services.memory.forget(speaker.person)
            return Said(messages.FORGOTTEN)

        await self._say(update, compose)

    async def _unknown_command(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        await self._say(update, _sentence(messages.UNKNOWN_COMMAND))

    async def _question(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.message
        if message is None:
            return
        _command, *words = (message.text or "").split()
        await self._hear(message, " ".join(words))

    async def _text(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.message
        text = addressed_text(message, context.bot.bot) if message is not None else None
        if message is not None and text is not None:
            await self._hear(message, text)

    async def _medium(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.message
        if message is None:
            return
        album = message.media_group_id
        if album is not None:
            if self._albums.get(album):
                return
            self._albums.put(album, value=True)
        await self._say(update, _sentence(messages.ONLY_TEXT))

    async def _hear(self, message: Message, text: str) -> None:
        """Answer what somebody wrote to the bot."""
        speaker = speaker_of(message)
        if speaker is None or self._is_continuation(speaker, message):
            return
        compose = self._reply_without_looking(text)
        if compose is not None:
            await self._admit(message, self._saying(message, speaker, compose))
            return
        job = QuestionJob(
            self._services,
            speaker,
            text,
            message_id=message.message_id,
            is_private=is_private(message),
        )
        await self._admit(message, job)

    def _reply_without_looking(self, text: str) -> Compose | None:
        """Return the reply to what is no question, else None."""
        if not text:
            return _sentence(messages.QUESTION_USAGE)
        if len(text) > MAX_QUERY_CHARACTERS:
            return _sentence(messages.TOO_LONG)
        kind = small_talk(text)
        if kind is SmallTalk.ABOUT:
            return lambda: show_sources(self._services, 0)
        return _sentence(_SMALL_TALK[kind]) if kind is not None else None

    async def _say(self, update: Update, compose: Compose) -> None:
        message = update.message
        speaker = speaker_of(message) if message is not None else None
        if message is not None and speaker is not None:
            await self._admit(message, self._saying(message, speaker, compose))

    def _saying(self, message: Message, speaker: Speaker, compose: Compose) -> SayJob:
        reply_to = None if is_private(message) else message.message_id
        return SayJob(self._services, speaker, compose, reply_to)

    async def _admit(self, message: Message, job: SayJob | QuestionJob) -> None:
        """Queue a job, unless its person may not ask, asks too fast, or too many ask."""
        if not self._settings.admits(chat=message.chat.id, person=job.person):
            if is_private(message) and self._questions.judge(job.person) is Verdict.GO:
                await job.tell(messages.RESERVED)
            return
        verdict = self._questions.judge(job.person)
        if verdict is Verdict.WARN:
            await job.tell(messages.TOO_FAST)
        elif verdict is Verdict.GO:
            await self._enqueue(job)

    async def _enqueue(self, job: Job) -> None:
        queue = self._services.queue
        if queue.put(job):
            if isinstance(job, QuestionJob):
                self._services.typing.begin(job.speaker.place)
        else:
            await job.tell(messages.BUSY if queue.is_open else messages.CLOSING)

    async def _press(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.callback_query
        if query is None or query.message is None:
            return
        press = parse_press(query.data)
        person = query.from_user.id
        job = PressJob(
            self._services,
            person,
            query.id,
            press,
            query.message.chat.id,
            query.message.message_id,
        )
        if not self._settings.admits(chat=query.message.chat.id, person=person):
            await job.tell(messages.RESERVED)
        elif self._presses.judge(person) is not Verdict.GO:
            await job.tell(messages.TOO_FAST)
        elif press is not None and press.action is Action.EXAMPLE:
            await self._ask_example(query, press.target)
        else:
            await self._enqueue(job)

    async def _ask_example(self, query: CallbackQuery, target: str) -> None:
        """Ask one of the corpus's examples for the person who pressed its button."""
        manifest = await self._services.library.consult(lambda retriever: retriever.manifest)
        question = next((e for e in manifest.examples if example_id(e) == target), None)
        courier = self._services.courier
        if question is None or query.message is None:
            await courier.answer_press(query.id, messages.EXPIRED, alert=True)
            return
        message = query.message
        place = place_of(message) if isinstance(message, Message) else Place(message.chat.id)
        speaker = Speaker(place, query.from_user.id)
        job = QuestionJob(
            self._services, speaker, question, message_id=None, is_private=True, asked=question
        )
        await self._enqueue(job)
        await courier.answer_press(query.id)

    def _is_continuation(self, speaker: Speaker, message: Message) -> bool:
        """Tell whether a message is a later part of a text that the app had to cut."""
        follows = self._cut.get(speaker) is not None
        if len(message.text or "") >= _CUT_LENGTH:
            self._cut.put(speaker, value=True)
        return follows


class _Addressed(filters.MessageFilter):
    """Commands meant for this bot alone: in private, or by its name."""

    def filter(self, message: Message) -> bool:
        bot = message.get_bot().bot
        target = command_target(message)
        if target is not None:
            return target.lower() == (bot.username or "").lower()
        return is_private(message)


def _sentence(text: str) -> Compose:
    async def compose() -> Said:
        return Said(text)

    return compose


async def _on_error(_: object, context: ContextTypes.DEFAULT_TYPE) -> None:
    if context.error is not None:
        log_failure("An update", context.error)
