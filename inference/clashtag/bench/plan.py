"""How much a bench measures: all of it in minutes, or a quick look in seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes and repetitions of every measurement.

    Args:
        name: what the report calls the plan.
        rounds: rounds behind each median; whatever is compared takes turns in each of them.
        articles: articles in one round of each length in words.
        mixed_articles: articles in one round of mixed lengths.
        latency_calls: most calls behind the percentiles of one length, which `latency_seconds`
            may cut short.
        latency_seconds: longest time spent on the latency of one length.
        cold_starts: new processes started one after the other.
        batch_budgets: batch budgets, in tokens, that are tried.
        compared_articles: articles of 500 words that the tagger and each rival read in a round.
        product_seconds: time spent on each matrix product, and on each shape of batch.
    """

    name: str
    rounds: int
    articles: Mapping[int, int]
    mixed_articles: int
    latency_calls: int
    latency_seconds: float
    cold_starts: int
    batch_budgets: tuple[int, ...]
    compared_articles: int
    product_seconds: float


FULL = Plan(
    name="full",
    rounds=5,
    articles={100: 96, 500: 32, 2000: 8},
    mixed_articles=32,
    latency_calls=400,
    latency_seconds=12.0,
    cold_starts=7,
    batch_budgets=(256, 512, 1024, 2048, 4096),
    compared_articles=24,
    product_seconds=0.4,
)
QUICK = Plan(
    name="quick",
    rounds=2,
    articles={100: 12, 500: 4, 2000: 1},
    mixed_articles=4,
    latency_calls=50,
    latency_seconds=1.0,
    cold_starts=2,
    batch_budgets=(512, 1024, 2048),
    compared_articles=4,
    product_seconds=0.05,
)
