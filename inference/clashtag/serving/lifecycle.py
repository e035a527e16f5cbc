"""A worker's signals: SIGTERM drains it, SIGHUP reloads its model."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable

logger = logging.getLogger(__name__)

_HAS_SIGNALS = os.name == "posix"


def hold_reloads() -> None:
    """Keep a SIGHUP that comes while the worker starts until `take_signals`."""
    if _HAS_SIGNALS:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})


class Lifecycle:
    """Whether the worker still wants new requests, and whether it failed at its work.

    Args:
        drain_delay_s: how long the worker still accepts requests after SIGTERM, while it already
            says that it is not ready: the time that load balancers need to look elsewhere.
    """

    def __init__(self, drain_delay_s: float) -> None:
        self.is_draining = False
        self.has_failed = False
        self._drain_delay_s = drain_delay_s

    def take_signals(self, reload: Callable[[], None]) -> None:
        """Handle SIGTERM and SIGHUP from now on; in the main thread, within a running loop.

        The server that runs the loop has its own handler for SIGTERM, which stops accepting and
        waits for the requests under way. It is called when the delay is over, or at once on a
        second SIGTERM.
        """
        if not _HAS_SIGNALS or threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()
        stop = signal.getsignal(signal.SIGTERM)

        def finish() -> None:
            if callable(stop):
                stop(signal.SIGTERM, None)

        def drain() -> None:
            if self.is_draining:
                finish()
                return
            self.is_draining = True
            logger.info("draining: not ready; accepting for another %g s", self._drain_delay_s)
            loop.call_later(self._drain_delay_s, finish)

        loop.add_signal_handler(signal.SIGTERM, drain)
        loop.add_signal_handler(signal.SIGHUP, reload)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})
