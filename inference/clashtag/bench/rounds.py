"""Repeated measurements: jobs that take turns, and what their rounds amount to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of several rounds, and the lowest and the highest of them."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        """Return the spread of at least one value."""
        found = list(values)
        return cls(median(found), min(found), max(found))


def seconds_of(job: Callable[[], object]) -> float:
    """Return how long a job takes."""
    begin = time.perf_counter()
    job()
    return time.perf_counter() - begin


def take_turns(jobs: Mapping[Key, Callable[[], object]], rounds: int) -> dict[Key, list[float]]:
    """Return the seconds of each job in each round.

    Every job runs once to warm up. Then all of them run in every round, so that whatever else
    the machine does meets them alike.
    """
    for job in jobs.values():
        job()
    seconds: dict[Key, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            seconds[name].append(seconds_of(job))
    return seconds
