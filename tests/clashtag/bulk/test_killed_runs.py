"""Runs of the command in processes that are killed, interrupted, or run out of disk."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from load.kill_bulk import COMMAND, is_finished, is_group_gone, kill_until_done, write_archive
from waiting import wait_until

from .conftest import files_in

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals and limits")
UNSHARE = shutil.which("unshare")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("archive") / "archive.jsonl"
    write_archive(path, 200, random.Random(0))  # noqa: S311
    return path


@pytest.fixture(scope="module")
def make_command(archive: Path, tiny_bundle: Path) -> Callable[..., list[str]]:
    def make(output: Path, processes: int = 1) -> list[str]:
        options = ["--model", str(tiny_bundle), "--part-articles", "8", "--format", "jsonl"]
        options += ["--processes", str(processes)]
        return [*COMMAND, "run", str(archive), "--output", str(output), *options]

    return make


@pytest.fixture(scope="module")
def whole(make_command, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a run that nothing interrupted."""
    folder = tmp_path_factory.mktemp("whole") / "out"
    subprocess.run(make_command(folder), capture_output=True, check=False)
    assert is_finished(folder)
    return files_in(folder)


def test_killed_runs_end_like_one_that_was_not(make_command, tmp_path):
    moments = random.Random(1)  # noqa: S311
    command = make_command(tmp_path / "out", processes=2)
    report = kill_until_done(command, tmp_path / "out", 3, moments)
    assert report.kills.total() == 3
    assert report.runs >= 1
    assert not report.differing_files
    assert not report.orphans


def interrupt(command: list[str], folder: Path, file: str, *signals: int) -> tuple[int, str]:
    """Send signals to all processes of a run as soon as there is a file in its folder."""
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    wait_until(lambda: process.poll() is not None or any(folder.glob(file)))
    for number in signals:
        os.killpg(process.pid, number)
        time.sleep(0.05)
    _, messages = process.communicate(timeout=60)
    assert is_group_gone(process.pid, within_s=30)
    assert "Traceback" not in messages
    return process.returncode, messages


@pytest.mark.parametrize(
    ("number", "code", "processes"), [(signal.SIGINT, 130, 1), (signal.SIGTERM, 143, 2)]
)
def test_run_asked_to_stop_finishes_its_parts_and_says_how_to_go_on(
    make_command, tmp_path, whole, number, code, processes
):
    output = tmp_path / "out"
    command = make_command(output, processes)
    returned, messages = interrupt(command, output, "documents/*", number)
    assert returned == code
    assert "stopped after " in messages
    assert "the same command goes on from there" in messages
    entered = (output / "journal.jsonl").read_bytes().count(b"\n") - 1
    assert 1 <= entered == len(list((output / "documents").iterdir())) < 25
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1
    assert files_in(output) == whole


def test_run_asked_twice_stops_at_once(make_command, tmp_path, whole):
    output = tmp_path / "out"
    command = [*make_command(output, 2), "--part-articles", "1000"]
    returned, messages = interrupt(command, output, "journal.jsonl", signal.SIGTERM, signal.SIGINT)
    assert returned in {130, 143}  # a busy process may see both signals at once
    assert "the same command goes on from there" in messages
    assert not list(output.glob("documents/*"))
    subprocess.run(command, capture_output=True, check=False)
    assert (output / "documents.jsonl").read_bytes() == whole["documents.jsonl"]


def test_run_that_may_write_no_more_says_so_and_goes_on(make_command, tmp_path, whole):
    resource = pytest.importorskip("resource")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    command = make_command(tmp_path / "out")
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limit)
    assert done.returncode == 1
    assert f"error: {tmp_path / 'out'}" in done.stderr
    assert "File too large" in done.stderr
    assert "what is finished is kept" in done.stderr
    assert "Traceback" not in done.stderr
    subprocess.run(command, capture_output=True, check=False)
    assert files_in(tmp_path / "out") == whole


IN_A_SMALL_FILE_SYSTEM = """
set -u
mount -t tmpfs -o size=200k tmpfs "$1" || exit 77
shift
"$@" && exit 78
mount -o remount,size=50m "$OUT" || exit 77
"$@"
cp -r "$OUT/run" "$COPY"
"""


@pytest.mark.skipif(UNSHARE is None, reason="needs unshare")
def test_run_on_a_full_disk_says_so_and_goes_on(make_command, tmp_path, whole):
    small, copy = tmp_path / "small", tmp_path / "copy"
    small.mkdir()
    script = ["bash", "-c", IN_A_SMALL_FILE_SYSTEM, "bash", str(small)]
    done = subprocess.run(
        [UNSHARE, "-rm", *script, *make_command(small / "run", 2)],
        env={**os.environ, "OUT": str(small), "COPY": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 77 or "unshare failed" in done.stderr:
        pytest.skip(f"may not mount a file system here: {done.stderr}")
    assert f"error: {small / 'run'}" in done.stderr
    assert "No space left on device\n  -> the disk is full" in done.stderr
    assert "Traceback" not in done.stderr
    assert files_in(copy) == whole
