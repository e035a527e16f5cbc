"""What a long run says on standard error: which inputs failed, and how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from clashtag.errors import InputError

_MAX_FAILURES_SHOWN = 20
_SECONDS_BEFORE_PROGRESS = 1.5


def stderr_console() -> Console:
    """Return a console for messages, which are never wrapped so that they can be searched."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def print_error(console: Console, message: str) -> None:
    """Print an explanation after a red `error:`."""
    console.print("[bold red]error:[/] ", end="")
    console.print(message, markup=False)


class Failures:
    """Prints each input that failed, up to the first twenty, and counts them all."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.count = 0

    def report(self, error: InputError) -> None:
        """Print and count one failure."""
        self.count += 1
        if self.count <= _MAX_FAILURES_SHOWN:
            print_error(self.console, str(error))
        elif self.count == _MAX_FAILURES_SHOWN + 1:
            print_error(self.console, "more inputs failed; from here on they are only counted")

    def summarize(self, tagged_count: int) -> None:
        """Print how many inputs failed and how many did not."""
        noun = "input" if self.count == 1 else "inputs"
        self.console.print(f"[bold red]{self.count:,} {noun} failed[/], {tagged_count:,} tagged")


@contextmanager
def progress_bar(console: Console, total: int | None) -> Iterator[Callable[[], None]]:
    """Yield what to call after each article; a run that takes long then shows a bar.

    Args:
        console: where the bar goes, if it is a terminal.
        total: the number of articles, None where it is unknown.
    """
    progress = Progress(
        TextColumn("tagging"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("articles"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    task = progress.add_task("", total=total)
    begin = time.monotonic()

    def advance() -> None:
        progress.advance(task)
        if not progress.live.is_started and time.monotonic() - begin > _SECONDS_BEFORE_PROGRESS:
            progress.start()

    try:
        yield advance
    finally:
        progress.stop()
