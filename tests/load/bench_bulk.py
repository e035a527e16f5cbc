"""Measure how fast `clashtag run` tags, with one process of several threads and the other way.

    python tests/load/bench_bulk.py --rounds 5 --output bulk-speed.json

The configurations take turns, so that whatever else the machine does falls on all of them alike.
Beside wall time stands CPU time, which suffers less from neighbours. Nothing else should run.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Annotated

import typer

COMMAND = [sys.executable, "-m", "clashtag"]
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Measurement:
    """One run: `cpu_s` and `peak_mib` are of all its processes, the peak of the largest one."""

    processes: int
    threads: int
    wall_s: float
    cpu_s: float
    peak_mib: float
    load_before: float


def measure(archive: Path, folder: Path, processes: int, threads: int, *more: str) -> Measurement:
    """Run once, and return what it took."""
    load = os.getloadavg()[0]
    options = ["--processes", str(processes), "--threads", str(threads), *more]
    command = [*COMMAND, "run", str(archive), "--output", str(folder), *options]
    begin = time.monotonic()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.monotonic() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    cpu_s = usage.ru_utime + usage.ru_stime
    return Measurement(processes, threads, wall_s, cpu_s, usage.ru_maxrss / 1024, load)


def write_archive(path: Path, articles: int) -> int:
    """Write articles of the project's corpus, over and over; return their words."""
    texts = [
        json.loads(line)["text"]
        for split in ("train", "dev", "test")
        for line in (ROOT / "data" / "articles" / f"{split}.jsonl").open(encoding="utf-8")
    ]
    words = 0
    with path.open("w", encoding="utf-8") as file:
        for number, text in enumerate(islice(cycle(texts), articles)):
            file.write(json.dumps({"id": str(number), "text": text}) + "\n")
            words += len(text.split())
    return words


def main(
    rounds: Annotated[int, typer.Option(help="Runs of each configuration.")] = 5,
    articles: Annotated[int, typer.Option(help="Articles of a run.")] = 512,
    configurations: Annotated[
        str, typer.Option(help="Processes x threads in all, separated by commas.")
    ] = "1x1,1x2,2x2",
    incidents: Annotated[bool, typer.Option("--incidents", help="Analyse incidents, too.")] = False,
    output: Annotated[Path | None, typer.Option(help="Write the report here, as JSON.")] = None,
) -> None:
    """Measure every configuration in turn and print the medians."""
    pairs = [tuple(map(int, one.split("x"))) for one in configurations.split(",")]
    measurements: list[Measurement] = []
    with tempfile.TemporaryDirectory() as temporary:
        archive, folder = Path(temporary) / "archive.jsonl", Path(temporary) / "out"
        words = write_archive(archive, articles)
        more = ["--part-articles", "64"]
        for _ in range(rounds):
            for processes, threads in pairs:
                measurements.append(
                    measure(
                        archive, folder, processes, threads, *more, *["--incidents"] * incidents
                    )
                )
                shutil.rmtree(folder)
    report = {
        "articles": articles,
        "words": words,
        "cpus": os.cpu_count(),
        "configurations": [
            summary([m for m in measurements if (m.processes, m.threads) == pair], articles)
            for pair in pairs
        ],
        "measurements": [asdict(measurement) for measurement in measurements],
    }
    text = json.dumps(report, indent=2)
    if output:
        output.write_text(f"{text}\n", encoding="utf-8")
    typer.echo(json.dumps({**report, "measurements": len(measurements)}, indent=2))


def summary(measurements: list[Measurement], articles: int) -> dict[str, object]:
    """Return the medians of one configuration; start-up is part of them."""
    wall_s = [measurement.wall_s for measurement in measurements]
    cpu_s = [measurement.cpu_s for measurement in measurements]
    return {
        "processes": measurements[0].processes,
        "threads": measurements[0].threads,
        "articles_per_second": round(articles / median(wall_s), 2),
        "fastest": round(articles / min(wall_s), 2),
        "slowest": round(articles / max(wall_s), 2),
        "articles_per_cpu_hour": round(3600 * articles / median(cpu_s)),
        "cpu_ms_per_article": round(1000 * median(cpu_s) / articles, 1),
        "peak_mib_of_a_process": round(median(m.peak_mib for m in measurements)),
    }


if __name__ == "__main__":
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(main)
    app()
