"""What every job of the bot works with."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from bot.live_index import LiveIndex
from bot.telegram.queueing import FairQueue
from bot.telegram.remembering import Memory
from bot.telegram.sending import Courier, Typing
from retrieval import Retriever

Result = TypeVar("Result")


class Library:
    """Asks the index in a bounded number of threads, off the event loop."""

    def __init__(self, index: LiveIndex, *, workers: int) -> None:
        self._index = index
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="library")

    async def consult(self, use: Callable[[Retriever], Result]) -> Result:
        """Run some work with the retriever of the index as it is now."""

        def work() -> Result:
            with self._index.lease() as retriever:
                return use(retriever)

        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    async def refresh(self) -> None:
        """Take up the index's new generation, if there is one."""
        # Not in the pool: opening may take long, and questions must not wait for it.
        await asyncio.to_thread(self._index.refresh)

    def close(self) -> None:
        """Drop what has not begun, and close the index."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._index.close()


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of the running bot."""

    library: Library
    courier: Courier
    typing: Typing
    queue: FairQueue
    memory: Memory
