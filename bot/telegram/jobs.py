"""What the bot does for people, one job at a time: answer a question, say something."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from telegram import InlineKeyboardMarkup

from bot import messages
from bot.smalltalk import is_english
from bot.telegram.excerpts import focus
from bot.telegram.keyboards import under_answer
from bot.telegram.remembering import Shown, Speaker
from bot.telegram.rendering import context_room, render_answer
from bot.telegram.services import Services
from retrieval import Answer, QueryError, Retriever

DEPTH = 9
"""How many citations an answer is asked for: three are shown, the others wait for a button."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message: HTML, and its buttons."""

    text: str
    keyboard: InlineKeyboardMarkup | None = None


def has_context(retriever: Retriever, answer: Answer) -> bool:
    """Tell whether there is more of the first citation's article to show around it."""
    if not answer.citations:
        return False
    quotation = answer.citations[0].quotations[0]
    context = retriever.context(quotation, characters=context_room(quotation))
    return bool(context.before or context.after)


@dataclass(slots=True)
class SayJob:
    """Says something that is found out when its turn comes."""

    services: Services
    speaker: Speaker
    compose: Callable[[], Awaitable[Said]]
    reply_to: int | None = None
    is_sending: bool = False

    @property
    def person(self) -> int:
        """See `Job.person`."""
        return self.speaker.person

    async def run(self) -> None:
        """See `Job.run`."""
        said = await self.compose()
        self.is_sending = True
        await self.services.courier.send(
            self.speaker.place, [said.text], keyboard=said.keyboard, reply_to=self.reply_to
        )

    async def tell(self, sentence: str) -> None:
        """See `Job.tell`."""
        if not self.is_sending:
            await self.services.courier.send(self.speaker.place, [sentence], reply_to=self.reply_to)


@dataclass(slots=True)
class QuestionJob:
    """Answers a question.

    The answer replies to the message `message_id` where that helps to tell which it answers:
    always in a group, in private only when others wait. `replied_to` is the bot's message that
    the question replies to. `asked` stands in front of the answer to a question that nobody typed.
    """

    services: Services
    speaker: Speaker
    question: str
    message_id: int | None
    is_private: bool
    replied_to: int | None = None
    asked: str | None = None
    is_sending: bool = False

    @property
    def person(self) -> int:
        """See `Job.person`."""
        return self.speaker.person

    async def run(self) -> None:
        """See `Job.run`."""
        try:
            await self._answer()
        finally:
            self.services.typing.end(self.speaker.place)

    async def tell(self, sentence: str) -> None:
        """See `Job.tell`."""
        if not self.is_sending:
            await self.services.courier.send(
                self.speaker.place, [sentence], reply_to=self._reply_to()
            )

    async def _answer(self) -> None:
        memory = self.services.memory
        previous, question = self._previous(), self.question

        def read(retriever: Retriever) -> tuple[Answer, bool]:
            answer = focus(retriever.answer(question, k=DEPTH, previous=previous))
            retriever.verify(answer)
            return answer, has_context(retriever, answer)

        try:
            answer, in_context = await self.services.library.consult(read)
        except QueryError:
            await self.tell(messages.TOO_LONG)
            return
        understood = answer.understood or question
        memory.remember_question(self.speaker, understood)
        rendered = render_answer(answer, asked=self.asked, english=is_english(question))
        keyboard = None
        if rendered.shown:
            # The question itself is not needed any more, nor how it was read.
            kept = replace(answer, question="", understood=None)
            last = rendered.messages[-1].removeprefix(rendered.head)
            shown = Shown(self.person, last, kept, rendered.shown, in_context)
            keyboard = under_answer(memory.keep_answer(shown), shown)
        self.is_sending = True
        sent = await self.services.courier.send(
            self.speaker.place,
            rendered.messages,
            keyboard=keyboard,
            reply_to=self._reply_to(),
        )
        numbers = [(message.chat.id, message.message_id) for message in sent]
        memory.remember_answered(self.person, understood, numbers)

    def _previous(self) -> str | None:
        """Return the question that this one may lean on: the one answered in what it replies to."""
        memory = self.services.memory
        if self.replied_to is None:
            return memory.last_question(self.speaker)
        return memory.question_behind(self.speaker.place.chat_id, self.replied_to)

    def _reply_to(self) -> int | None:
        if self.is_private and not self.services.queue.has_waiting(self.person):
            return None
        return self.message_id
