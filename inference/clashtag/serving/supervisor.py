"""Several workers behind one socket: started, watched, replaced and stopped together."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from types import FrameType

from prometheus_client.multiprocess import mark_process_dead

from clashtag.bundle import load_bundle, shipped_bundle_path
from clashtag.errors import ClashtagError, ConfigError
from clashtag.serving.logs import set_up_logs
from clashtag.serving.metrics import SHARED_FOLDER_VARIABLE
from clashtag.serving.settings import ServeSettings

logger = logging.getLogger(__name__)

Run = Callable[[ServeSettings, socket.socket, Callable[[], None]], int]
_LOOK_EVERY_S = 0.2
_RESTART_AFTER_S = 1.0
_KILL_AFTER_S = 5.0


def supervise(settings: ServeSettings, listener: socket.socket, address: str, run: Run) -> int:
    """Keep the workers running until a signal ends them; return the exit code.

    Workers share nothing but the socket and a folder of counters. SIGTERM and SIGINT are passed
    on and waited for, SIGHUP is passed on; a worker that ends by itself is replaced.

    Raises:
        BundleError: if the model's bundle is bad.
        ConfigError: if this system has no such signals.
    """
    if os.name != "posix":
        raise ConfigError(f"--workers {settings.workers} needs POSIX signals", "serve with one")
    load_bundle(shipped_bundle_path() if settings.model is None else settings.model)
    with tempfile.TemporaryDirectory(prefix="clashtag-metrics-") as folder:
        os.environ[SHARED_FOLDER_VARIABLE] = folder
        return _Supervisor(settings, listener, address, run).run()


class _Supervisor:
    def __init__(
        self, settings: ServeSettings, listener: socket.socket, address: str, run: Run
    ) -> None:
        self._settings = settings
        self._listener = listener
        self._address = address
        self._run = run
        self._context = multiprocessing.get_context("spawn")
        self._has_started = self._context.Event()
        self._workers: list[SpawnProcess] = []
        self._signals: list[int] = []

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._note_signal)
        self._workers = [self._start_worker() for _ in range(self._settings.workers)]
        is_announced = False
        while True:
            wait([worker.sentinel for worker in self._workers], timeout=_LOOK_EVERY_S)
            for taken in self._take_signals():
                if taken != signal.SIGHUP:
                    return self._stop()
                self._pass_on(signal.SIGHUP)
            if not is_announced and self._has_started.is_set():
                is_announced = True
                logger.info("%d workers, listening on %s", len(self._workers), self._address)
            if any(not worker.is_alive() for worker in self._workers):
                if not self._has_started.is_set():
                    self._stop()
                    return 1
                self._replace_dead()

    def _note_signal(self, number: int, _frame: FrameType | None) -> None:
        self._signals.append(number)

    def _take_signals(self) -> list[int]:
        taken = list(self._signals)
        del self._signals[: len(taken)]
        return taken

    def _start_worker(self) -> SpawnProcess:
        worker = self._context.Process(
            target=_work, args=(self._settings, self._listener, self._has_started, self._run)
        )
        # A SIGHUP would end it until it has its own handler; what is held back is inherited.
        unheld = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
        try:
            worker.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, unheld)
        return worker

    def _pass_on(self, number: int) -> None:
        for worker in self._workers:
            if worker.is_alive() and worker.pid is not None:
                os.kill(worker.pid, number)

    def _replace_dead(self) -> None:
        time.sleep(_RESTART_AFTER_S)
        for index, worker in enumerate(self._workers):
            if not worker.is_alive():
                logger.error("worker %s ended with code %s", worker.pid, worker.exitcode)
                mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
                self._workers[index] = self._start_worker()

    def _stop(self) -> int:
        """End all workers; 1 if one of them had to be killed."""
        self._pass_on(signal.SIGTERM)
        self._listener.close()
        settings = self._settings
        until = time.monotonic() + settings.drain_delay_s + settings.grace_s + _KILL_AFTER_S
        for worker in self._workers:
            worker.join(max(0.0, until - time.monotonic()))
        killed = [worker for worker in self._workers if worker.is_alive()]
        for worker in killed:
            logger.error("worker %s did not end in time and is killed", worker.pid)
            worker.kill()
            worker.join()
        return 1 if killed else 0


def _work(
    settings: ServeSettings,
    listener: socket.socket,
    has_started: threading.Event,
    run: Run,
) -> None:
    """Run one worker; it drains when its supervisor is gone."""
    set_up_logs(settings.log_format)
    threading.Thread(target=_drain_when_orphaned, daemon=True).start()
    try:
        sys.exit(run(settings, listener, has_started.set))
    except ClashtagError as error:
        logger.error("the worker could not start: %s", error)
        sys.exit(1)


def _drain_when_orphaned() -> None:
    supervisor = multiprocessing.parent_process()
    if supervisor is not None:
        wait([supervisor.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
