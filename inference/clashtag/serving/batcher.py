"""One model, read by one thread, shared by all requests: in batches, in slices and in turn.

Documents that wait are read together as far as the budget of tokens goes. A long document is read
in slices of one encoder batch each; between two slices, shorter documents may overtake it, as long
as it keeps its share of the time. A request of many documents queues as if it were one long one.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from clashtag.errors import ClashtagError
from clashtag.records import Record
from clashtag.serving.logs import log_failure
from clashtag.serving.metrics import Metrics
from clashtag.serving.slices import in_slices
from clashtag.serving.speed import Speed
from clashtag.serving.work_queue import Job, WorkQueue, estimate_tokens
from clashtag.tagger import Tagger

logger = logging.getLogger(__name__)

# A document that others overtake, and a request of many documents, keep half of the time.
_PATIENCE = 2.0
# Only a document of at most half the length may overtake, so that no more than a few nest.
_OVERTAKING_SHARE = 0.5
_STUCK_AFTER_S = 60.0


class OverCapacityError(ClashtagError):
    """There is no room for a request now; there may be in `retry_after_s` seconds."""

    def __init__(self, problem: str, retry_after_s: int) -> None:
        super().__init__(problem, f"send it again after {retry_after_s} s")
        self.retry_after_s = retry_after_s


class TooMuchWorkError(ClashtagError):
    """A request that could not be answered before its deadline even by an idle server."""


class _AbandonedError(Exception):
    """Nobody waits for what is being read."""


@dataclass(eq=False)
class _Reading:
    """Jobs that are being read, and how long others have overtaken them."""

    jobs: list[Job]
    tokens: int
    begin: float
    overtaken_s: float = 0.0

    def own_s(self) -> float:
        return time.monotonic() - self.begin - self.overtaken_s


class Batcher:
    """Reads documents on a thread of its own and refuses those that it has no room for.

    Args:
        queue: where documents wait.
        metrics: what is counted on the way.
        tokens_per_s: a first estimate of the model's speed; later it is measured.
        max_wait_s: documents that would wait longer for their turn are refused.
        max_queue_documents: documents beyond this number are refused, too.
    """

    def __init__(
        self,
        queue: WorkQueue,
        metrics: Metrics,
        *,
        tokens_per_s: float,
        max_wait_s: float,
        max_queue_documents: int,
    ) -> None:
        self._queue = queue
        self._metrics = metrics
        self._max_wait_s = max_wait_s
        self._max_queue_documents = max_queue_documents
        self._readings: list[_Reading] = []
        self._speed = Speed(tokens_per_s)
        self._slice_begin: float | None = None
        self._thread = threading.Thread(target=self._run, name="clashtag-model", daemon=True)
        self._thread.start()

    def submit(self, tagger: Tagger, records: Sequence[Record], remaining_s: float) -> list[Job]:
        """Accept the documents of a request, all or none; return their jobs in order.

        Args:
            tagger: the model to read them with.
            records: the documents.
            remaining_s: the time there is until the request's deadline.

        Raises:
            OverCapacityError: if they would have to wait too long.
            TooMuchWorkError: if the deadline is too short for so much text.
        """
        now = time.monotonic()
        sizes = [estimate_tokens(record.text) for record in records]
        self._check_room(sizes, now, remaining_s)
        jobs = []
        turn = now
        for record, tokens in zip(records, sizes, strict=True):
            jobs.append(Job(record, tagger, tokens, accepted=now, turn=turn))
            turn += _PATIENCE * tokens / self._speed.tokens_per_s
        self._queue.put(jobs)
        self._report_queue()
        return jobs

    def abandon(self, jobs: Sequence[Job]) -> None:
        """Drop jobs that nobody waits for: at once in the queue, between slices while read."""
        self._queue.discard(jobs)
        for job in jobs:
            if not job.answer.done() and not job.answer.cancel():
                job.is_abandoned = True
        self._report_queue()

    def is_alive(self) -> bool:
        """Return whether the thread runs and is not stuck in the model."""
        begin = self._slice_begin
        is_stuck = begin is not None and time.monotonic() - begin > _STUCK_AFTER_S
        return self._thread.is_alive() and not is_stuck

    def close(self, timeout_s: float) -> None:
        """Finish what waits and end the thread."""
        self._queue.close()
        self._thread.join(timeout_s)

    def _check_room(self, sizes: list[int], now: float, remaining_s: float) -> None:
        best_s = sum(sizes) / self._speed.best_tokens_per_s
        if best_s > remaining_s:
            raise TooMuchWorkError(
                f"the request has about {sum(sizes):,} tokens, which this server reads in "
                f"{best_s:.0f} s at best, not in the {remaining_s:.0f} s to its deadline",
                "send fewer or shorter documents in one request",
            )
        waiting = self._queue.waiting()
        is_idle = not waiting and not self._readings
        speed = self._speed.tokens_per_s
        own_s = sum(sizes) / speed
        wait_s = self._tokens_ahead(waiting, sizes[0], now) / speed
        last_turn = now + _PATIENCE * own_s
        finish_s = own_s + self._tokens_ahead(waiting, max(sizes), last_turn) / speed
        if len(waiting) + len(sizes) > self._max_queue_documents:
            problem, over_s = f"{len(waiting):,} documents wait already", wait_s
        elif is_idle:  # whatever the last measurement says: only work can correct it
            return
        elif wait_s > self._max_wait_s:
            problem, over_s = f"the request would wait about {wait_s:.1f} s for its turn", wait_s
        elif finish_s > remaining_s:
            problem = f"the request would be answered in about {finish_s:.0f} s"
            over_s = finish_s - remaining_s
        else:
            return
        raise OverCapacityError(problem, retry_after_s=max(1, math.ceil(over_s)))

    def _tokens_ahead(self, waiting: list[Job], tokens: int, turn: float) -> float:
        """Estimate what is read before a job: longer ones only hold it up for a while."""
        longest = max(tokens, self._queue.batch_tokens)
        ahead = sum(min(job.tokens, longest) for job in waiting if job.turn <= turn)
        return ahead + sum(min(reading.tokens, longest) for reading in list(self._readings))

    def _run(self) -> None:
        while (jobs := self._queue.take()) is not None:
            self._report_queue()
            self._read(jobs)

    def _read(self, jobs: list[Job]) -> None:
        """Read jobs together and answer them; where that fails, one by one."""
        wanted = [job for job in jobs if job.answer.set_running_or_notify_cancel()]
        if not wanted:
            return
        for job in wanted:
            self._metrics.queue_wait(time.monotonic() - job.accepted)
        self._answer(wanted)

    def _answer(self, jobs: list[Job]) -> None:
        try:
            self._read_together(jobs)
        except Exception as error:  # noqa: BLE001 - whatever it is, its request must hear of it
            if len(jobs) == 1:
                jobs[0].answer.set_exception(error)
                return
            log_failure(logger, f"reading {len(jobs)} documents together failed", error)
            for job in jobs:
                self._answer([job])

    def _read_together(self, jobs: list[Job]) -> None:
        reading = _Reading(jobs, sum(job.tokens for job in jobs), time.monotonic())
        self._readings.append(reading)
        try:
            pipeline = in_slices(jobs[0].tagger.pipeline, lambda: self._slice(reading))
            records = list(pipeline.tag_many([job.record for job in jobs]))
        except _AbandonedError:
            for job in jobs:
                job.answer.set_exception(TimeoutError("abandoned"))
            return
        finally:
            self._readings.pop()
        own_s = reading.own_s()
        self._speed.observe(reading.tokens, own_s)
        self._metrics.batch(records, own_s)
        for job, record in zip(jobs, records, strict=True):
            job.answer.set_result(record)

    @contextmanager
    def _slice(self, reading: _Reading) -> Iterator[None]:
        """Let shorter documents overtake, if it is their turn, before a slice is read.

        Raises:
            _AbandonedError: if nobody waits for what is being read.
        """
        if all(job.is_abandoned for job in reading.jobs):
            raise _AbandonedError
        is_long = reading.tokens > self._queue.batch_tokens
        while is_long and reading.overtaken_s <= (_PATIENCE - 1) * reading.own_s():
            shorter = self._queue.take_below(_OVERTAKING_SHARE * reading.tokens)
            if not shorter:
                break
            begin = time.monotonic()
            self._report_queue()
            self._read(shorter)
            reading.overtaken_s += time.monotonic() - begin
        self._slice_begin = time.monotonic()
        try:
            yield
        finally:
            self._slice_begin = None

    def _report_queue(self) -> None:
        waiting = self._queue.waiting()
        self._metrics.queue(len(waiting), sum(job.tokens for job in waiting))
