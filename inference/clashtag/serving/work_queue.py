"""The documents that wait for the model, and which of them are read together next."""

from __future__ import annotations

import threading
import time
from bisect import insort
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from clashtag.records import Record
from clashtag.tagger import Tagger

_BYTES_PER_TOKEN = 4
_SPECIAL_TOKENS = 2


@dataclass(eq=False, slots=True)
class Job:
    """A document on its way through the model.

    Args:
        record: the document.
        tagger: the model that was in service when it was accepted.
        tokens: an estimate of its length.
        accepted: when it was accepted, in seconds of `time.monotonic`.
        turn: waiting jobs are read in this order, in the same seconds.
        answer: takes the tagged record; cancelling it takes the job out of the queue's way.
        is_abandoned: nobody waits for the answer any more.
    """

    record: Record
    tagger: Tagger
    tokens: int
    accepted: float
    turn: float
    answer: Future[Record] = field(default_factory=Future)
    is_abandoned: bool = False


def estimate_tokens(text: str) -> int:
    """Return about how many tokens a text has, from its bytes in UTF-8, without reading it.

    News in English has 4.6 bytes a token.
    """
    return _SPECIAL_TOKENS + len(text.encode(errors="surrogatepass")) // _BYTES_PER_TOKEN


class WorkQueue:
    """Jobs in the order of their turns; every method may be called from any thread.

    Args:
        batch_tokens: tokens that jobs read together may have; a longer job is read alone.
        batch_documents: the number of jobs that may be read together.
        wait_s: how long the first job waits for others to fill its batch.
    """

    def __init__(self, batch_tokens: int, batch_documents: int, wait_s: float) -> None:
        self.batch_tokens = batch_tokens
        self._batch_documents = batch_documents
        self._wait_s = wait_s
        self._jobs: list[Job] = []
        self._changed = threading.Condition()
        self._is_closed = False

    def put(self, jobs: Sequence[Job]) -> None:
        """Add jobs."""
        with self._changed:
            for job in jobs:
                insort(self._jobs, job, key=_turn)
            self._changed.notify_all()

    def discard(self, jobs: Sequence[Job]) -> None:
        """Take out those of some jobs that still wait."""
        unwanted = set(map(id, jobs))
        with self._changed:
            self._jobs = [job for job in self._jobs if id(job) not in unwanted]
            self._changed.notify_all()

    def close(self) -> None:
        """Let `take` return None once the jobs that wait are taken."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def take(self) -> list[Job] | None:
        """Wait for jobs and return those to be read together next; None after the last."""
        with self._changed:
            while not self._jobs:
                if self._is_closed:
                    return None
                self._changed.wait()
            while self._jobs and not self._is_closed and not self._is_batch_full():
                remaining_s = self._jobs[0].accepted + self._wait_s - time.monotonic()
                if remaining_s <= 0 or not self._changed.wait(remaining_s):
                    break
            return self._take(list(self._jobs))

    def take_below(self, tokens: float) -> list[Job]:
        """Return waiting jobs of at most so many tokens to be read together; at once."""
        with self._changed:
            return self._take([job for job in self._jobs if job.tokens <= tokens])

    def waiting(self) -> list[Job]:
        """Return the jobs that wait, in the order of their turns."""
        with self._changed:
            return list(self._jobs)

    def _is_batch_full(self) -> bool:
        tokens = sum(job.tokens for job in self._jobs)
        return tokens >= self.batch_tokens or len(self._jobs) >= self._batch_documents

    def _take(self, candidates: list[Job]) -> list[Job]:
        batch = list(self._fitting(candidates))
        taken = set(map(id, batch))
        self._jobs = [job for job in self._jobs if id(job) not in taken]
        return batch

    def _fitting(self, candidates: list[Job]) -> Iterator[Job]:
        """Yield the first candidate and those after it that fit into its batch."""
        tokens = documents = 0
        for job in candidates:
            is_fitting = tokens + job.tokens <= self.batch_tokens
            if documents and not (is_fitting and job.tagger is candidates[0].tagger):
                continue
            yield job
            tokens += job.tokens
            documents += 1
            if documents >= self._batch_documents or tokens >= self.batch_tokens:
                return


def _turn(job: Job) -> float:
    return job.turn
