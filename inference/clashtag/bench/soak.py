"""A long run over articles of varied lengths, whose memory should stop growing."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from clashtag.bench.articles import cut_articles, mixed_lengths, word_count
from clashtag.bench.machine import resident_megabytes
from clashtag.errors import ClashtagError
from clashtag.tagger import Tagger

FEWEST_ARTICLES = 100
MOST_RISE = 0.02
_SAMPLES = 200


@dataclass(frozen=True, slots=True)
class MemorySample:
    """The resident memory of the process, in MB (10^6 bytes), after so many articles."""

    articles: int
    megabytes: float


@dataclass(frozen=True, slots=True)
class Soak:
    """What a run over many articles did to the memory of its process.

    Args:
        articles: articles of 20 to 2,000 words that were tagged, one after the other.
        words: words in all of them.
        seconds: that it took.
        before_megabytes: with the model loaded and nothing tagged.
        peak_megabytes: the highest sample.
        mean_megabytes: over the second half of the samples.
        rise_megabytes: by how much a straight line through the second half rises.
        samples: of the resident memory.
    """

    articles: int
    words: int
    seconds: float
    before_megabytes: float
    peak_megabytes: float
    mean_megabytes: float
    rise_megabytes: float
    samples: tuple[MemorySample, ...]

    @property
    def has_plateau(self) -> bool:
        """Whether memory rises by less than 2% of its mean over the second half."""
        return self.rise_megabytes < MOST_RISE * self.mean_megabytes


def run_soak(
    bundle: Path,
    threads: int,
    texts: Sequence[str],
    articles: int,
    *,
    on_sample: Callable[[int], None],
) -> Soak:
    """Tag many articles in a process of its own, and watch its memory.

    Args:
        bundle: the model.
        threads: CPU threads.
        texts: articles to cut others from.
        articles: how many to tag, at least 100.
        on_sample: called with the number of articles tagged so far.

    Raises:
        InputError: on a system without `/proc`.
        ClashtagError: if the process ends before it is done.
    """
    resident_megabytes()
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_soak, args=(theirs, bundle, threads, texts, articles))
    process.start()
    theirs.close()
    begin = time.perf_counter()
    samples: list[MemorySample] = []
    words = 0
    try:
        while not samples or samples[-1].articles < articles:
            sample, words = ours.recv()
            samples.append(sample)
            on_sample(sample.articles)
    except EOFError as error:
        process.join()
        raise ClashtagError(
            f"the soak ended with code {process.exitcode} after "
            f"{samples[-1].articles if samples else 0:,} of {articles:,} articles",
            "look for what ended it: too little memory ends a process with code -9",
        ) from error
    finally:
        process.terminate()
        process.join()
    return summarize(samples, words, time.perf_counter() - begin)


def summarize(samples: Sequence[MemorySample], words: int, seconds: float) -> Soak:
    """Return what samples amount to; the first one was taken before any article."""
    half = samples[len(samples) // 2 :]
    counts = np.array([sample.articles for sample in half], dtype=np.float64)
    memory = np.array([sample.megabytes for sample in half])
    slope, _ = np.polyfit(counts, memory, 1)
    return Soak(
        articles=samples[-1].articles,
        words=words,
        seconds=seconds,
        before_megabytes=samples[0].megabytes,
        peak_megabytes=max(sample.megabytes for sample in samples),
        mean_megabytes=float(memory.mean()),
        rise_megabytes=float(slope * (counts[-1] - counts[0])),
        samples=tuple(samples),
    )


def _soak(
    connection: Connection, bundle: Path, threads: int, texts: Sequence[str], articles: int
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends this process
    tagger = Tagger.from_pretrained(bundle, threads=threads)
    words = 0
    connection.send((MemorySample(0, resident_megabytes()), words))
    every = max(1, articles // _SAMPLES)
    tagged = tagger.tag_many(cut_articles(texts, mixed_lengths(articles)))
    for number, record in enumerate(tagged, start=1):
        words += word_count(record.text)
        if number % every == 0 or number == articles:
            connection.send((MemorySample(number, resident_megabytes()), words))
