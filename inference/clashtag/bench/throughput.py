"""Articles a second, end to end: by length, for mixed lengths, by threads and by batch budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from clashtag.bench.articles import word_count
from clashtag.bench.rounds import Spread, take_turns
from clashtag.bundle import Bundle
from clashtag.tagger import Tagger


@dataclass(frozen=True, slots=True)
class Throughput:
    """How fast articles are tagged that are given all at once.

    Args:
        articles: articles in one round.
        words_per_article: their mean length.
        tokens_per_article: their mean number of subword tokens.
        events_per_article: events found in each, on average; every one takes time.
        documents_per_second: articles a second over the rounds.
        words_per_second: at the median.
        tokens_per_second: at the median.
    """

    articles: int
    words_per_article: float
    tokens_per_article: float
    events_per_article: float
    documents_per_second: Spread
    words_per_second: float
    tokens_per_second: float


@dataclass(frozen=True, slots=True)
class SettingSpeed:
    """Articles of mixed lengths a second with some number of threads and some batch budget."""

    threads: int
    batch_tokens: int
    documents_per_second: Spread


def measure_throughput(
    tagger: Tagger, sets: Mapping[str, Sequence[str]], rounds: int
) -> dict[str, Throughput]:
    """Measure the throughput of sets of articles, by their names, which take turns."""
    seconds = take_turns({name: _tag_all(tagger, texts) for name, texts in sets.items()}, rounds)
    return {name: _throughput(tagger, texts, seconds[name]) for name, texts in sets.items()}


def measure_settings(
    bundle: Bundle, texts: Sequence[str], settings: Sequence[tuple[int, int]], rounds: int
) -> tuple[SettingSpeed, ...]:
    """Measure the throughput of settings, (threads, batch budget) each, which take turns."""
    taggers = {
        setting: Tagger(bundle, threads=setting[0], batch_tokens=setting[1]) for setting in settings
    }
    jobs = {setting: _tag_all(tagger, texts) for setting, tagger in taggers.items()}
    return tuple(
        SettingSpeed(*setting, per_second(len(texts), seconds))
        for setting, seconds in take_turns(jobs, rounds).items()
    )


def thread_counts(most: int) -> list[int]:
    """Return 1, 2, 4, ... up to a number of threads, and that number."""
    doublings = [1 << power for power in range(most.bit_length()) if 1 << power < most]
    return [*doublings, most]


def per_second(count: float, seconds: Sequence[float]) -> Spread:
    """Return how many of `count` things each round did in a second."""
    return Spread.of(count / duration for duration in seconds)


def _tag_all(tagger: Tagger, texts: Sequence[str]) -> Callable[[], object]:
    return lambda: list(tagger.tag_many(texts))


def _throughput(tagger: Tagger, texts: Sequence[str], seconds: Sequence[float]) -> Throughput:
    records = list(tagger.tag_many(texts))
    words = sum(map(word_count, texts)) / len(texts)
    tokens = sum(record.tokens or 0 for record in records) / len(texts)
    speed = per_second(len(texts), seconds)
    return Throughput(
        articles=len(texts),
        words_per_article=words,
        tokens_per_article=tokens,
        events_per_article=sum(len(record.events) for record in records) / len(texts),
        documents_per_second=speed,
        words_per_second=words * speed.median,
        tokens_per_second=tokens * speed.median,
    )
