"""Ctrl-C and SIGTERM as a wish to stop in good order; wished twice, it is at once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class StopRequest:
    """Whether the process was asked to stop, and by which signal."""

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None

    def is_made(self) -> bool:
        """Return whether it was asked."""
        return self.signal is not None

    @property
    def exit_code(self) -> int:
        """The exit code of a process that this signal ends, as shells have it."""
        return 128 + (self.signal or signal.SIGINT)


@contextmanager
def stop_request() -> Iterator[StopRequest]:
    """Yield what the first SIGINT or SIGTERM enters itself in.

    A signal that the process was started to ignore, as in the background of a script, stays so.
    Once a request was made, what comes after the block is the end of the process, and further
    signals are ignored there: they would take its exit code away.

    Raises:
        KeyboardInterrupt: at the second one, wherever the process is.
    """
    request = StopRequest()

    def receive(number: int, _: FrameType | None) -> None:
        if request.is_made():
            raise KeyboardInterrupt
        request.signal = signal.Signals(number)

    before = {
        number: signal.signal(number, receive)
        for number in (signal.SIGINT, signal.SIGTERM)
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if request.is_made() else handler)
