"""`clashtag speed`: how fast a bundle tags, how soon it starts and how much memory it takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from statistics import mean, median

from clashtag.bundle import load_bundle, shipped_bundle_path
from clashtag.cli.debug import collect_facts
from clashtag.errors import InputError
from clashtag.tagger import Tagger
from clashtag.text_files import read_articles
from clashtag.threads import available_threads
from clashtag_training.evaluation.result import current_environment, utc_now, write_text_atomically
from clashtag_training.evidence import ArticleSpeed, SpeedReport, manifest_sha256

ARTICLE_WORDS = (100, 500)
ARTICLES = 32
RUNS = 5

# Runs in a process of its own: imports count, and its memory is nobody else's.
_COLD_START = """
import json, resource, sys, time
path, threads = sys.argv[1], int(sys.argv[2])
articles = json.load(sys.stdin)
begin = time.perf_counter()
from clashtag import Tagger
tagger = Tagger.from_pretrained(path, threads=threads)
tagger.tag(articles[0])
seconds = time.perf_counter() - begin
for _ in tagger.tag_many(articles):
    pass
unit = 1 if sys.platform == "darwin" else 1024
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20
print(json.dumps([seconds, peak]))
"""


def measure_speed(
    samples: Sequence[Path],
    output: Path,
    *,
    model: Path | None = None,
    threads: int | None = None,
    runs: int = RUNS,
) -> SpeedReport:
    """Measure a bundle on articles built from sample texts, and write the report as JSON.

    Nothing else should run meanwhile; the report names the load average before.

    Args:
        samples: text files, whose words are strung together and cut into articles.
        output: where the report is written.
        model: bundle directory; if None, the model that is shipped with clashtag.
        threads: CPU threads; if None, all that the process may use.
        runs: how often each measurement is repeated, at least once.

    Raises:
        InputError: if a sample cannot be read.
        BundleError: if the model cannot be loaded.
    """
    load_before = os.getloadavg()[0]
    threads = threads or available_threads()
    bundle = load_bundle(shipped_bundle_path() if model is None else model)
    words = list(_words(samples))
    longest = build_articles(words, max(ARTICLE_WORDS), ARTICLES)
    # First, while this process is small: a child inherits its parent's peak.
    starts = [_cold_start(bundle.path, threads, longest) for _ in range(runs)]
    tagger = Tagger(bundle, threads=threads)
    environment = current_environment()
    facts = collect_facts()["machine"]
    report = SpeedReport(
        bundle_sha256=manifest_sha256(bundle),
        cpu=facts["cpu"],
        cpu_count=environment.cpu_count,
        cpu_features=tuple(name for name, value in facts.items() if value is True),
        platform=environment.platform,
        threads=threads,
        runs=runs,
        load_before=round(load_before, 2),
        versions=environment.versions,
        cold_start_seconds=round(median(seconds for seconds, _ in starts), 3),
        peak_memory_mib=round(median(mebibytes for _, mebibytes in starts), 1),
        articles=tuple(
            _article_speed(tagger, build_articles(words, count, ARTICLES), count, runs)
            for count in ARTICLE_WORDS
        ),
        date=utc_now(),
    )
    write_text_atomically(output, json.dumps(asdict(report), indent=2) + "\n")
    return report


def build_articles(words: Sequence[str], length: int, count: int) -> list[str]:
    """Return texts of `length` words, cut from words in turn, which start over at the end."""
    endless = cycle(words)
    return ["".join(islice(endless, length)).strip() for _ in range(count)]


def _words(samples: Sequence[Path]) -> Iterator[str]:
    """Yield the words of text files, each with the white space after it."""

    def fail(error: InputError) -> None:
        raise error

    for record in read_articles([str(path) for path in samples], fail):
        for line in filter(str.strip, record.text.splitlines()):
            *words, last = line.split()
            yield from (f"{word} " for word in words)
            yield f"{last}\n"


def _cold_start(bundle: Path, threads: int, articles: Sequence[str]) -> tuple[float, float]:
    """Return the seconds to a new process's first events, and its peak memory in MiB."""
    command = [sys.executable, "-c", _COLD_START, str(bundle), str(threads)]
    done = subprocess.run(  # noqa: S603
        command, input=json.dumps(articles), capture_output=True, text=True, check=True
    )
    seconds, mebibytes = json.loads(done.stdout)
    return seconds, mebibytes


def _article_speed(tagger: Tagger, articles: Sequence[str], words: int, runs: int) -> ArticleSpeed:
    records = list(tagger.tag_many(articles))  # a warm-up, too
    together = median(_seconds(lambda: list(tagger.tag_many(articles))) for _ in range(runs))
    alone = [_seconds(partial(tagger.tag, text)) for text in articles for _ in range(runs)]
    return ArticleSpeed(
        words=words,
        articles=len(articles),
        tokens_per_article=round(mean(record.tokens or 0 for record in records), 1),
        events_per_article=round(mean(len(record.events) for record in records), 1),
        single_milliseconds=round(1000 * median(alone), 1),
        documents_per_second=round(len(articles) / together, 2),
        words_per_second=round(words * len(articles) / together, 1),
    )


def _seconds(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin
