"""Tagging parts in one process or in several, each with a session of its own."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from clashtag.bulk.checkpoint import Receipt
from clashtag.bulk.part_tagger import Job, PartTagger
from clashtag.bulk.parts import Part
from clashtag.errors import ClashtagError, InputError
from clashtag.threads import require_few_threads

_SECONDS_BETWEEN_REPORTS = 0.5
_SECONDS_TO_DIE = 5.0
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class _Worker:
    process: SpawnProcess
    connection: Connection


@dataclass(frozen=True, slots=True)
class _Failure:
    """An error on its way to the process that can explain it."""

    error: type[ClashtagError]
    problem: str
    next_step: str


def tag_parts(
    parts: Iterable[Part], job: Job, processes: int, advance: Callable[[int], None]
) -> Generator[Receipt]:
    """Yield the receipt of each part once its files are written, in any order.

    Every process holds one part at a time, and none is read before a process waits for it.

    Args:
        parts: what to tag.
        job: how; `job.threads` are those of each process.
        processes: 1 tags in this process.
        advance: called with the number of articles tagged since the last call.

    Raises:
        InputError: if there are more processes than the machine could bear, or one dies.
        BundleError: if the model cannot be loaded.
        OSError: naming the file that could not be read or written.
    """
    require_few_threads("processes", processes)
    if processes == 1:
        tagger = PartTagger(job)
        for part in parts:
            yield tagger.tag(part, advance)
        return
    workers: list[_Worker] = []
    try:
        yield from _distribute(iter(parts), workers, job, processes, advance)
    finally:
        for worker in workers:
            worker.process.kill()
        for worker in workers:
            worker.process.join()
            worker.connection.close()


def _distribute(
    parts: Iterator[Part],
    workers: list[_Worker],
    job: Job,
    processes: int,
    advance: Callable[[int], None],
) -> Iterator[Receipt]:
    """Start workers, entering them in `workers`, and hand each a part whenever it is idle."""
    busy: dict[Connection, tuple[_Worker, Part]] = {}

    def hand(part: Part, worker: _Worker) -> None:
        busy[worker.connection] = (worker, part)
        with _naming_its_death(worker, part):
            worker.connection.send(part)

    for part in islice(parts, processes):
        workers.append(_start(job))
        hand(part, workers[-1])
    while busy:
        ready = wait(list(busy))
        for connection in [one for one in busy if one in ready]:
            worker, part = busy[connection]
            with _naming_its_death(worker, part):
                message: int | Receipt | _Failure | OSError = connection.recv()
            if isinstance(message, int):
                advance(message)
            elif isinstance(message, Receipt):
                del busy[connection]
                yield message
                following = next(parts, None)
                if following:
                    hand(following, worker)
            elif isinstance(message, _Failure):
                raise message.error(message.problem, message.next_step)
            else:
                raise message


def _start(job: Job) -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, job), daemon=True)
    with _signals_held_back():
        process.start()
    theirs.close()  # so that a pipe ends with its process
    return _Worker(process, ours)


@contextlib.contextmanager
def _signals_held_back() -> Iterator[None]:
    """Hold back what ends processes, from this one for now and from those it starts for good."""
    if os.name != "posix":
        yield
        return
    resource_tracker.ensure_running()  # its own start would let them through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOP_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _naming_its_death(worker: _Worker, part: Part) -> Iterator[None]:
    try:
        yield
    except (EOFError, ConnectionError) as error:
        worker.process.join(_SECONDS_TO_DIE)
        code = worker.process.exitcode
        cause = signal.Signals(-code).name if code is not None and code < 0 else f"exit code {code}"
        raise InputError(
            f"a worker process died ({cause}) while it tagged {part.places}",
            "if memory ran out, use fewer --processes; what is finished is kept",
        ) from error


def _work(connection: Connection, job: Job) -> None:
    """Tag what comes through a pipe until it ends, as it does with the process behind it.

    Signals go to all processes of a terminal or a service; what they mean is up to that process.
    """
    for number in _STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    # The tokenizer would start a thread for each CPU, in each process.
    os.environ.setdefault("RAYON_NUM_THREADS", str(job.threads))
    tagger: PartTagger | None = None
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            part = connection.recv()
            report = _Report(connection)
            try:
                tagger = tagger or PartTagger(job)
                receipt = tagger.tag(part, report.advance)
            except ClashtagError as error:
                connection.send(_Failure(type(error), error.problem, error.next_step))
            except OSError as error:
                connection.send(error)
            else:
                report.send()
                connection.send(receipt)


class _Report:
    """Sends the number of tagged articles now and then, which also shows whether anyone listens."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._count = 0
        self._sent_at = time.monotonic()

    def advance(self, count: int) -> None:
        """Add tagged articles."""
        self._count += count
        if time.monotonic() - self._sent_at > _SECONDS_BETWEEN_REPORTS:
            self.send()

    def send(self) -> None:
        """Send what was added since the last time."""
        self._connection.send(self._count)
        self._count = 0
        self._sent_at = time.monotonic()
