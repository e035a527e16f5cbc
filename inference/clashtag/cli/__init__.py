"""The `clashtag` command."""

from __future__ import annotations

import signal
import sys
from types import FrameType


def main() -> None:
    """Run the command line and exit with its code (see `clashtag --help`)."""
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _end_cleanly)
    try:
        from clashtag.cli.app import app

        app()
    except KeyboardInterrupt:  # Ctrl-C while the command is still being imported
        sys.exit(130)


def _end_cleanly(number: int, _: FrameType | None) -> None:
    """Leave by the way on which half-written files are taken away."""
    sys.exit(128 + number)
