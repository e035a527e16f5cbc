"""How far a run is: what is tagged, how fast, and how long the rest will take."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from clashtag.bulk.checkpoint import Receipt


class Progress:
    """Counts articles and estimates the rest from the bytes of the input.

    Args:
        input_bytes: the size of all input files.
        clock: seconds from any fixed point in time.
    """

    def __init__(self, input_bytes: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._input_bytes = input_bytes
        self._clock = clock
        self._began_at: float | None = None
        self._resumed = 0
        self._tagged = 0
        self._tagged_before = 0
        self._furthest: Receipt | None = None

    def resume(self, receipt: Receipt) -> None:
        """Enter a part that an earlier process finished."""
        self._resumed += receipt.items
        self._reach(receipt)

    def advance(self, count: int) -> None:
        """Enter articles that were just tagged; the first ones start the clock."""
        self._tagged += count
        if self._began_at is None and count:
            self._began_at = self._clock()
            self._tagged_before = self._tagged

    def finish(self, receipt: Receipt) -> None:
        """Enter a part that was just written."""
        self._reach(receipt)

    @property
    def done(self) -> int:
        """Articles that are tagged, by this process and by earlier ones."""
        return self._resumed + self._tagged

    @property
    def total(self) -> int | None:
        """About how many articles there are; None before anything tells."""
        receipt = self._furthest
        if receipt is None:
            return None
        seen = receipt.first + receipt.items
        if receipt.is_last or not receipt.read_bytes:
            return seen
        return max(self.done, round(seen * self._input_bytes / receipt.read_bytes))

    @property
    def articles_per_second(self) -> float | None:
        """The rate of this process since its first articles; None before there is one."""
        if self._began_at is None:
            return None
        seconds = self._clock() - self._began_at
        timed = self._tagged - self._tagged_before
        return timed / seconds if timed and seconds > 0 else None

    @property
    def seconds_left(self) -> float | None:
        """How long the rest will take at this rate; None before anything tells."""
        if self.total is None or self.articles_per_second is None:
            return None
        return (self.total - self.done) / self.articles_per_second

    def __str__(self) -> str:
        words = f"{self.done:,} articles"
        if self.total is not None:
            words = f"{self.done:,} of about {self.total:,} articles"
        if self.articles_per_second is not None:
            words += f", {self.articles_per_second:,.1f} a second"
        if self.seconds_left is not None:
            words += f", {timedelta(seconds=round(self.seconds_left))} left"
        return words

    def _reach(self, receipt: Receipt) -> None:
        if self._furthest is None or receipt.part > self._furthest.part:
            self._furthest = receipt
