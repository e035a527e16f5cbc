"""Kill bulk runs at random moments and compare what they write after all.

    python tests/load/kill_bulk.py --kills 20

Each run is killed with SIGKILL at a moment drawn from the time that an uninterrupted run takes:
its main process, its whole process group, or one of its workers. The same command then goes on,
is killed again, and so on until it finishes. Every file must equal that of the uninterrupted run.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

COMMAND = [sys.executable, "-m", "clashtag"]
TARGETS = ("main process", "process group", "worker")
ROOT = Path(__file__).parents[2]


@dataclass
class Report:
    """What was done to the runs, and what came of it."""

    kills: Counter[str] = field(default_factory=Counter)
    runs: int = 0
    seconds_uninterrupted: float = 0.0
    differing_files: list[str] = field(default_factory=list)
    orphans: int = 0


def kill_until_done(
    command: Sequence[str],
    folder: Path,
    kills: int,
    randomness: random.Random,
    *,
    targets: Sequence[str] = TARGETS,
) -> Report:
    """Run a command, which writes `folder`, killing it `kills` times in all.

    A run that finishes before its next kill is compared with the first one, which is not killed,
    and begun again in an empty folder.
    """
    report = Report()
    begin = time.monotonic()
    run(command, folder)
    report.seconds_uninterrupted = time.monotonic() - begin
    expected = hashes(folder)
    shutil.rmtree(folder)
    while report.kills.total() < kills:
        moment = randomness.uniform(0, report.seconds_uninterrupted)
        target = randomness.choice(targets)
        if is_killed(command, folder, moment, target, report):
            report.kills[target] += 1
        else:
            compare(folder, expected, report)
    if folder.exists():
        run(command, folder)
        compare(folder, expected, report)
    return report


def is_killed(
    command: Sequence[str], folder: Path, moment_s: float, target: str, report: Report
) -> bool:
    """Run the command and kill it after `moment_s` seconds; return False if it ended before."""
    process = subprocess.Popen(
        command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        _, messages = process.communicate(timeout=moment_s)
    except subprocess.TimeoutExpired:
        workers = children(process.pid)
        if target == "process group":
            os.killpg(process.pid, signal.SIGKILL)
        elif target == "worker" and workers:
            os.kill(workers[-1], signal.SIGKILL)
        else:
            process.kill()
        process.communicate(timeout=120)
        report.orphans += not is_group_gone(process.pid, within_s=60)
        return not is_finished(folder)
    if not is_finished(folder):
        raise RuntimeError(messages.decode()) from None
    return False


def run(command: Sequence[str], folder: Path) -> None:
    """Run the command to its end."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not is_finished(folder):
        raise RuntimeError(done.stderr)


def is_finished(folder: Path) -> bool:
    """Return whether a run is complete; it exits with 1 even so if some articles failed."""
    return (folder / "manifest.json").is_file() and not (folder / "journal.jsonl").exists()


def compare(folder: Path, expected: dict[str, str], report: Report) -> None:
    """Compare the files of a finished run with those expected, and remove them."""
    found = hashes(folder)
    report.runs += 1
    report.differing_files += sorted(
        name for name in {**expected, **found} if found.get(name) != expected.get(name)
    )
    shutil.rmtree(folder)


def hashes(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file below a folder by its path."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def children(pid: int) -> list[int]:
    """Return the processes that a process started, as /proc knows them."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except FileNotFoundError:
        return []
    return [int(child) for child in text.split()]


def is_group_gone(group: int, within_s: float) -> bool:
    """Return whether every process of a group ends within a time."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def write_archive(path: Path, articles: int, randomness: random.Random) -> None:
    """Write articles of 3 to 40 sentences drawn from the samples, a bad line and an id twice."""
    sentences = [
        f"{sentence.strip()}."
        for sample in sorted((ROOT / "data" / "samples").glob("*.txt"))
        for sentence in sample.read_text(encoding="utf-8").replace("\n", " ").split(". ")
        if sentence.strip()
    ]
    with path.open("w", encoding="utf-8") as file:
        for number in range(articles):
            text = " ".join(randomness.choices(sentences, k=randomness.randint(3, 40)))
            id_ = f"a{number if number % 97 else 0}"
            file.write(json.dumps({"id": id_, "text": text, "number": number}) + "\n")
            if number % 101 == 50:
                file.write('{"id": "cut sho\n')


def main(
    kills: Annotated[int, typer.Option(help="How often to kill.")] = 20,
    articles: Annotated[int, typer.Option(help="Articles in the archive.")] = 300,
    processes: Annotated[int, typer.Option(help="Processes of each run.")] = 2,
    output_format: Annotated[str, typer.Option("--format", help="parquet or jsonl.")] = "parquet",
    seed: Annotated[int, typer.Option(help="Seed of the archive and of the moments.")] = 0,
) -> None:
    """Kill runs of the shipped model and print a report as JSON; exit with 1 if a file differs."""
    randomness = random.Random(seed)  # noqa: S311 - nothing secret
    with tempfile.TemporaryDirectory() as temporary:
        archive, folder = Path(temporary) / "archive.jsonl", Path(temporary) / "out"
        write_archive(archive, articles, randomness)
        command = [*COMMAND, "run", str(archive), "--output", str(folder)]
        command += ["--processes", str(processes), "--format", output_format]
        command += ["--part-articles", "16"]
        report = kill_until_done(command, folder, kills, randomness)
    typer.echo(json.dumps(vars(report) | {"kills": dict(report.kills)}, indent=2))
    if report.differing_files or report.orphans:
        raise typer.Exit(1)


if __name__ == "__main__":
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(main)
    app()
