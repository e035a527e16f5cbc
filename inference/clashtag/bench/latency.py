"""How long one article takes that is tagged alone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import cycle

import numpy as np

from clashtag.bench.articles import word_count
from clashtag.bench.rounds import seconds_of
from clashtag.tagger import Tagger

_WARM_UP_CALLS = 3
_FEWEST_CALLS = 5


@dataclass(frozen=True, slots=True)
class Latency:
    """Percentiles of the time from an article to its events, over `calls` calls."""

    words_per_article: float
    calls: int
    p50_milliseconds: float
    p95_milliseconds: float
    p99_milliseconds: float


def measure_latency(
    tagger: Tagger, texts: Sequence[str], *, most_calls: int, most_seconds: float
) -> Latency:
    """Tag articles one by one, in turn, until there were enough calls or the time is over."""
    for text in texts[:_WARM_UP_CALLS]:
        tagger.tag(text)
    milliseconds: list[float] = []
    end = time.perf_counter() + most_seconds
    for text in cycle(texts):
        milliseconds.append(1000 * seconds_of(partial(tagger.tag, text)))
        is_over = time.perf_counter() >= end and len(milliseconds) >= _FEWEST_CALLS
        if is_over or len(milliseconds) >= most_calls:
            break
    p50, p95, p99 = np.percentile(milliseconds, (50, 95, 99)).tolist()
    words = sum(map(word_count, texts)) / len(texts)
    return Latency(words, len(milliseconds), p50, p95, p99)
