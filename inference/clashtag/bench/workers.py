"""Processes of their own for the systems that are compared, so that none disturbs another."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from clashtag.bench.rivals import RivalSettings, Scope, load_system
from clashtag.errors import ClashtagError

LONGEST_SECONDS = 600.0
_PATIENCE_SECONDS = 2.0


class UnavailableError(ClashtagError):
    """A system that cannot be measured here; the problem says why."""


@dataclass(frozen=True, slots=True)
class SystemFacts:
    """What a system says of itself once it is loaded."""

    description: str
    scope: Scope
    has_our_weights: bool | None
    load_seconds: float


class Team:
    """One or more processes that hold the same system and share the articles they are given.

    Args:
        name: of a system that `load_system` knows.
        settings: what it is built with; `settings.processes` says how many processes there are.
    """

    def __init__(self, name: str, settings: RivalSettings) -> None:
        self.name = name
        context = multiprocessing.get_context("spawn")
        self._members: list[tuple[BaseProcess, Connection]] = []
        for _ in range(settings.processes):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, name, settings))
            process.start()
            theirs.close()
            self._members.append((process, ours))

    @property
    def processes(self) -> int:
        """How many processes share the articles."""
        return len(self._members)

    def wait_until_loaded(self) -> SystemFacts:
        """Return what the system says of itself.

        Raises:
            UnavailableError: if it cannot be loaded.
        """
        facts: list[SystemFacts] = [self._receive(member) for member in self._members]
        return facts[0]

    def run(self, texts: Sequence[str]) -> None:
        """Let every process read its share of the texts, and wait for the last one.

        Raises:
            UnavailableError: if a process fails, dies or takes longer than ten minutes.
        """
        for number, (process, connection) in enumerate(self._members):
            with self._watching(process):
                connection.send(list(texts[number :: len(self._members)]))
        for member in self._members:
            self._receive(member)

    def close(self) -> None:
        """End the processes: politely, and after a while whatever they are doing."""
        for _, connection in self._members:
            connection.close()
        for process, _ in self._members:
            process.join(_PATIENCE_SECONDS)
            process.terminate()
            process.join()

    def _receive(self, member: tuple[BaseProcess, Connection]) -> Any:  # noqa: ANN401
        process, connection = member
        with self._watching(process):
            if not connection.poll(LONGEST_SECONDS):
                raise self._error(f"took longer than {LONGEST_SECONDS:.0f} seconds")
            answer = connection.recv()
        if isinstance(answer, _Failure):
            raise self._error(answer.reason)
        return answer

    @contextmanager
    def _watching(self, process: BaseProcess) -> Iterator[None]:
        """Turn the end of a process into the reason why the system is not available."""
        try:
            yield
        except (EOFError, ConnectionError) as error:
            process.join(_PATIENCE_SECONDS)
            raise self._error(f"its process ended with code {process.exitcode}") from error

    def _error(self, reason: str) -> UnavailableError:
        return UnavailableError(reason, f"leave {self.name} out of --against, or mend this")


@contextmanager
def running_team(name: str, settings: RivalSettings) -> Iterator[Team]:
    """Start a team that ends with the block."""
    team = Team(name, settings)
    try:
        yield team
    finally:
        team.close()


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why a process cannot go on."""

    reason: str


def _serve(connection: Connection, name: str, settings: RivalSettings) -> None:
    """Load a system, and run it on each list of texts that comes in until there are no more."""
    # No library may look for models on the network, or talk on the terminal.
    os.environ["HF_HUB_OFFLINE"] = "1"
    _silence()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends this process
    with contextlib.suppress(EOFError, BrokenPipeError):
        try:
            begin = time.perf_counter()
            system = load_system(name, settings)
            seconds = time.perf_counter() - begin
            connection.send(
                SystemFacts(system.description, system.scope, system.has_our_weights, seconds)
            )
            while True:
                texts = connection.recv()
                system.run(texts)
                connection.send(None)
        except ClashtagError as error:
            connection.send(_Failure(f"{error.problem}: {error.next_step}"))
        except EOFError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever fails in it is a reason to report
            connection.send(_Failure(_first_line(error)))


def _first_line(error: Exception) -> str:
    message = (str(error).strip().splitlines() or ["without a message"])[0]
    return f"{type(error).__name__}: {message}"


def _silence() -> None:
    """Send what libraries print to nowhere: the bench reports what matters."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
