"""A request's documents on their way through the batcher and back."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from typing import Any, TypeVar

from starlette.types import Receive

from clashtag.records import Record
from clashtag.serving.batcher import Batcher, OverCapacityError, TooMuchWorkError
from clashtag.serving.logs import log_failure
from clashtag.serving.problems import Problem, internal_error, over_capacity, too_large
from clashtag.serving.request_state import RequestState
from clashtag.serving.work_queue import Job
from clashtag.tagger import Tagger

logger = logging.getLogger(__name__)
Result = TypeVar("Result")


class ClientGoneError(Exception):
    """The client closed the connection before its answer was ready."""


class Tagging:
    """The documents of one accepted request.

    Raises:
        Problem: if there is no room for them now (429), or too much work in them (413).
    """

    def __init__(
        self, batcher: Batcher, tagger: Tagger, records: Sequence[Record], state: RequestState
    ) -> None:
        self._batcher = batcher
        self._deadline = state.deadline
        state.documents = len(records)
        try:
            self._jobs: list[Job] = batcher.submit(
                tagger, records, self._deadline - time.monotonic()
            )
        except OverCapacityError as error:
            raise over_capacity(error.problem, error.retry_after_s) from error
        except TooMuchWorkError as error:
            raise too_large("too_much_work", error.problem, error.next_step) from error

    async def as_finished(self) -> AsyncGenerator[tuple[int, Record | Problem]]:
        """Yield the index and result of each document as it is finished.

        Documents that are not finished by the deadline yield a problem. When the iteration ends
        early, the others are dropped.
        """
        waiting = {asyncio.wrap_future(job.answer): index for index, job in enumerate(self._jobs)}
        try:
            while waiting:
                done, _ = await asyncio.wait(
                    waiting,
                    timeout=self._deadline - time.monotonic(),
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if not done:
                    for index in waiting.values():
                        yield index, _deadline_passed()
                    return
                for future in done:
                    yield waiting.pop(future), _outcome(future)
        finally:
            for future in waiting:
                future.cancel()
            self._batcher.abandon(self._jobs)

    async def by_deadline(self, work: Callable[[], Result]) -> Result:
        """Return what a function returns that runs on a thread of its own.

        Raises:
            Problem: if the deadline passes before.
        """
        try:
            async with asyncio.timeout(self._deadline - time.monotonic()):
                return await asyncio.to_thread(work)
        except TimeoutError as error:
            raise _deadline_passed() from error

    async def in_order(self) -> list[Record]:
        """Return all documents.

        Raises:
            Problem: if one of them could not be read.
        """
        records: dict[int, Record] = {}
        results = self.as_finished()
        try:
            async for index, result in results:
                if isinstance(result, Problem):
                    raise result
                records[index] = result
        finally:
            await results.aclose()
        return [records[index] for index in range(len(records))]


async def unless_gone(receive: Receive, work: Coroutine[Any, Any, Result]) -> Result:
    """Return what a coroutine returns; it is cancelled when the client closes the connection.

    Raises:
        ClientGoneError: if it was.
    """
    task = asyncio.create_task(work)
    gone = asyncio.create_task(_disconnected(receive))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientGoneError
        return task.result()
    finally:
        for unfinished in (task, gone):
            unfinished.cancel()
        await asyncio.gather(task, gone, return_exceptions=True)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _outcome(future: asyncio.Future[Record]) -> Record | Problem:
    error = future.exception()
    if error is None:
        return future.result()
    log_failure(logger, "reading a document failed", error)
    return internal_error()


def _deadline_passed() -> Problem:
    return Problem(
        503,
        "deadline",
        "the documents were accepted, but not read before the deadline",
        "send them again after 5 s",
        headers={"Retry-After": "5"},
    )
