"""Updates to jobs: who may ask, what was meant, and which sentence answers the rest."""

from collections.abc import Awaitable, Callable
from typing import Any

from telegram import CallbackQuery, Message, Update, User
from telegram.constants import MessageLimit
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot import messages
from bot.settings import Settings
from bot.smalltalk import SmallTalk, small_talk
from bot.telegram.addressing import (
    Command,
    addressed_text,
    command_of,
    is_private,
    place_of,
    replied_to,
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

PRESSES_PER_QUESTION = 3
"""Turning pages costs little: a person may press so many buttons for each question allowed."""

# Apps cut what is longer than a message in several: these are parts of one text.
_CUT_LENGTH = int(MessageLimit.MAX_TEXT_LENGTH) - 96
_CUT_WITHIN_S = 3.0
_ALBUM_WITHIN_S = 60.0

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
        written = filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL
        application.add_handler(MessageHandler(written, self._message))
        application.add_handler(CallbackQueryHandler(self._press))
        application.add_error_handler(_on_error)

    async def _message(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.message
        if message is None:
            return
        follows = self._is_of_known_album(message)
        command = command_of(message)
        if command is not None:
            await self._obey(message, command, bot=context.bot.bot)
        elif message.text or message.caption:
            text = addressed_text(message, context.bot.bot)
            if text is not None:
                await self._hear(message, text, bot=context.bot.bot)
        elif is_private(message) and not follows:
            await self._say(message, _sentence(messages.ONLY_TEXT))

    async def _obey(self, message: Message, command: Command, *, bot: User) -> None:
        """Do what a command says, where it is meant for this bot."""
        if command.bot is not None:
            is_meant = command.bot.lower() == (bot.username or "").lower()
        else:
            is_meant = command.name == "question"
        if not (is_meant or is_private(message)):
            return
        match command.name:
            case "question":
                await self._hear(message, command.rest, bot=bot)
            case "start":
                await self._say(message, self._start)
            case "aide" | "help":
                await self._say(message, _sentence(messages.HELP))
            case "sources":
                await self._say(message, lambda: show_sources(self._services, 0))
            case "confidentialite" | "privacy":
                await self._say(message, _sentence(messages.PRIVACY))
            case "oublier":
                await self._forget(message)
            case _:
                await self._say(message, _sentence(messages.UNKNOWN_COMMAND))

    async def _start(self) -> Said:
        manifest = await self._services.library.consult(lambda retriever: retriever.manifest)
        keyboard = under_start(manifest.examples)
        text = messages.start(manifest.articles)
        if keyboard is not None:
            text = f"{text}\n\n{messages.START_EXAMPLES}"
        return Said(text, keyboard)

    async def _forget(self, message: Message) -> None:
        """Forget at once, whatever the limit says, and again after what was asked before."""
        speaker = speaker_of(message)
        if speaker is None:
            return
        memory = self._services.memory

        async def compose() -> Said:
            memory.forget(speaker.person)
            return Said(messages.FORGOTTEN)

        memory.forget(speaker.person)
        await self._say(message, compose)

    async def _hear(self, message: Message, text: str, *, bot: User) -> None:
        """Answer what somebody wrote to the bot."""
        speaker = speaker_of(message)
        if speaker is None or self._is_continuation(speaker, message):
            return
        compose = self._reply_without_looking(text)
        if compose is not None:
            await self._say(message, compose)
            return
        job = QuestionJob(
            self._services,
            speaker,
            text,
            message_id=message.message_id,
            is_private=is_private(message),
            replied_to=replied_to(message, bot),
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
        return _sentence(kind.value) if kind is not None else None

    async def _say(self, message: Message, compose: Compose) -> None:
        speaker = speaker_of(message)
        if speaker is not None:
            reply_to = None if is_private(message) else message.message_id
            await self._admit(message, SayJob(self._services, speaker, compose, reply_to))

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
        elif press is not None and press.action is Action.EXAMPLE:
            memory = self._services.memory
            if memory.was_tapped(person, press.target):
                await self._services.courier.answer_press(query.id)
            elif self._questions.judge(person) is Verdict.GO:
                memory.remember_tap(person, press.target)
                await self._ask_example(query, press.target)
            else:
                await job.tell(messages.TOO_FAST)
        elif self._presses.judge(person) is Verdict.GO:
            await self._enqueue(job)
        else:
            await job.tell(messages.TOO_FAST)

    async def _ask_example(self, query: CallbackQuery, target: str) -> None:
        """Ask one of the corpus's examples for the person who pressed its button."""
        manifest = await self._services.library.consult(lambda retriever: retriever.manifest)
        question = next((e for e in manifest.examples if example_id(e) == target), None)
        courier = self._services.courier
        if question is None or query.message is None:
            await courier.answer_press(query.id, messages.EXAMPLE_GONE, alert=True)
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

    def _is_of_known_album(self, message: Message) -> bool:
        """Tell whether another message of the same album came before."""
        album = message.media_group_id
        if album is None:
            return False
        is_known = self._albums.get(album) is not None
        self._albums.put(album, value=True)
        return is_known


def _sentence(text: str) -> Compose:
    async def compose() -> Said:
        return Said(text)

    return compose


async def _on_error(_: object, context: ContextTypes.DEFAULT_TYPE) -> None:
    if context.error is not None:
        log_failure("An update", context.error)
