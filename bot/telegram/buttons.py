"""What buttons do: each edits its message in place, and always stops spinning."""

from dataclasses import dataclass, replace

from telegram.error import TelegramError

from bot import messages
from bot.telegram.errors import log_failure
from bot.telegram.jobs import Said
from bot.telegram.keyboards import Action, Press, under_answer, under_more, under_sources
from bot.telegram.remembering import Shown
from bot.telegram.rendering import (
    SOURCES_PER_PAGE,
    context_room,
    leading,
    render_context,
    render_others,
    render_sources,
)
from bot.telegram.sending import GoneError
from bot.telegram.services import Services
from retrieval import Context, Retriever, StoreError


class NothingToShowError(Exception):
    """A button has nothing to show; the message says why, to the person."""


@dataclass(slots=True)
class PressJob:
    """Does what a pressed button asks for."""

    services: Services
    person: int
    press_id: str
    press: Press | None
    chat_id: int
    message_id: int
    is_answered: bool = False

    async def run(self) -> None:
        """See `Job.run`."""
        courier = self.services.courier
        try:
            said = await self._view()
            await courier.edit(self.chat_id, self.message_id, said.text, said.keyboard)
        except NothingToShowError as reason:
            await self.tell(str(reason))
        except GoneError:
            await self.tell(messages.GONE)
        except StoreError:
            # The index was rebuilt, and the article is not what it was.
            await self.tell(messages.CHANGED)
        except TelegramError as error:
            log_failure("A button", error)
            await self.tell(messages.BUTTON_FAILED)
        else:
            self.is_answered = True
            await courier.answer_press(self.press_id)

    async def tell(self, sentence: str) -> None:
        """See `Job.tell`."""
        if not self.is_answered:
            self.is_answered = True
            await self.services.courier.answer_press(self.press_id, sentence, alert=True)

    async def _view(self) -> Said:
        """Compose what the message becomes.

        Raises:
            NothingToShowError: The answer is forgotten, or has nothing more.
            StoreError: A quotation is no longer its article's text.
        """
        press = self.press
        if press is None:
            raise NothingToShowError(messages.EXPIRED)
        if press.action is Action.SOURCES:
            return await show_sources(self.services, press.position)
        shown = self.services.memory.answer(press.target)
        if shown is None:
            raise NothingToShowError(messages.EXPIRED)
        if press.action is Action.CONTEXT:
            return await self._context(press.target, shown)
        if press.action is Action.OTHERS:
            return await self._others(press.target, shown, press.position)
        return await self._back(press.target, shown)

    async def _context(self, answer_id: str, shown: Shown) -> Said:
        citation = leading(shown.answer)
        quotation = citation.quotations[0]
        room = context_room(quotation)

        def look(retriever: Retriever) -> Context:
            retriever.verify(replace(shown.answer, citations=shown.answer.citations[:1]))
            return retriever.context(quotation, characters=room)

        context = await self.services.library.consult(look)
        if not room or not (context.before or context.after):
            raise NothingToShowError(messages.NO_MORE_CONTEXT)
        return Said(render_context(context, citation.highlights), under_more(answer_id))

    async def _others(self, answer_id: str, shown: Shown, position: int) -> Said:
        citations = shown.answer.citations[position:]
        if not citations:
            raise NothingToShowError(messages.EXPIRED)
        await self._verify(shown)
        text, count = render_others(citations)
        following = position + count
        is_last = following >= len(shown.answer.citations)
        return Said(text, under_more(answer_id, following=None if is_last else following))

    async def _back(self, answer_id: str, shown: Shown) -> Said:
        await self._verify(shown)
        return Said(shown.message, under_answer(answer_id, shown))

    async def _verify(self, shown: Shown) -> None:
        await self.services.library.consult(lambda retriever: retriever.verify(shown.answer))


async def show_sources(services: Services, page: int) -> Said:
    """Compose a page, from 0, of the list of articles; the last one past the end."""
    references = await services.library.consult(Retriever.articles)
    page = min(page, max(0, len(references) - 1) // SOURCES_PER_PAGE)
    return Said(render_sources(references, page), under_sources(page, total=len(references)))
