"""What only a process of its own can show: pipes, signals, full disks and imports."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from waiting import wait_until

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals and pipes")
needs_full_device = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")

COMMAND = [sys.executable, "-m", "clashtag"]


@pytest.fixture
def many_articles(tmp_path: Path) -> Path:
    path = tmp_path / "many.jsonl"
    line = json.dumps({"text": "Armed gunmen said the attack killed civilians. " * 40})
    path.write_text(f"{line}\n" * 3000, encoding="utf-8")
    return path


def tag(tiny_bundle: Path, *arguments: object) -> list[str]:
    options = ["--model", str(tiny_bundle), "--threads", "1"]
    return [*COMMAND, "tag", *map(str, arguments), *options]


@posix
def test_process_closed_pipe_ends_quietly(tiny_bundle, many_articles):
    with subprocess.Popen(
        tag(tiny_bundle, many_articles), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout.readline().startswith(b'{"text"')
        process.stdout.close()
        assert process.wait(timeout=120) == 141
        assert process.stderr.read() == b""


@posix
@pytest.mark.parametrize(
    "arguments", [["tag", "many.jsonl", "--format", "pretty"], ["debug"], ["--help"]]
)
def test_process_pipe_closed_before_anything_is_written_is_141(
    tiny_bundle, many_articles, arguments
):
    command = [*COMMAND, *arguments]
    if "tag" in arguments:
        command = tag(tiny_bundle, many_articles, "--format", "pretty")
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False, timeout=120
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.fixture
def start_stream(tiny_bundle: Path):
    """Start `clashtag tag -` at a pipe that stays open."""
    with contextlib.ExitStack() as stack:

        def start(*options: str) -> subprocess.Popen[bytes]:
            process = stack.enter_context(
                subprocess.Popen(
                    tag(tiny_bundle, "-", *options),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                )
            )
            watchdog = threading.Timer(120, process.kill)  # what waits for an answer then ends
            watchdog.start()
            stack.callback(watchdog.cancel)
            stack.callback(process.kill)
            return process

        yield start


def ask(process: subprocess.Popen[bytes], id_: str) -> dict[str, object]:
    line = json.dumps({"id": id_, "text": "Armed gunmen said the attack killed civilians."})
    process.stdin.write(line.encode() + b"\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


@posix
@pytest.mark.parametrize("options", [[], ["--format", "incidents"]])
def test_process_answers_each_line_of_a_pipe_before_the_next(start_stream, options):
    process = start_stream(*options)
    for id_ in ("a", "b", "c"):
        assert ask(process, id_)["id"] == id_
    process.stdin.close()
    assert process.wait(timeout=60) == 0
    assert process.stderr.read() == b""


@posix
def test_process_interrupt_while_a_pipe_is_silent_exits_130(start_stream):
    process = start_stream()
    assert ask(process, "a")["id"] == "a"
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    assert process.stderr.read() == b""


@posix
def test_process_reader_that_leaves_while_a_pipe_is_open_is_141(start_stream):
    process = start_stream()
    assert ask(process, "a")["id"] == "a"
    process.stdout.close()
    process.stdin.write(b'{"text": "Talks and talks."}\n')
    process.stdin.flush()
    assert process.wait(timeout=60) == 141
    assert process.stderr.read() == b""


@posix
@pytest.mark.parametrize(
    ("redirection", "problem"),
    [("<&-", "standard input is closed"), (">&-", "standard output is closed")],
)
def test_process_closed_stream_is_named_without_a_traceback(tiny_bundle, redirection, problem):
    done = subprocess.run(
        ["sh", "-c", f'"$@" {redirection}', "sh", *tag(tiny_bundle, "-")],  # noqa: S607
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: {problem}\n  -> ")
    assert "Traceback" not in done.stderr


@posix
def test_process_output_that_fails_is_named_though_standard_output_is_closed(tiny_bundle, tmp_path):
    article, goal = tmp_path / "a.txt", tmp_path / "none" / "out.jsonl"
    article.write_text("An attack.", encoding="utf-8")
    done = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", *tag(tiny_bundle, article, "--output", goal)],  # noqa: S607
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: {goal}: No such file or directory\n  -> ")
    assert "Traceback" not in done.stderr


@posix
def test_process_interrupt_exits_130_and_leaves_no_file(tiny_bundle, many_articles, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    with subprocess.Popen(
        tag(tiny_bundle, many_articles, "--output", folder / "tagged.jsonl"),
        stderr=subprocess.PIPE,
    ) as process:
        wait_until(lambda: process.poll() is not None or any(folder.iterdir()))
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=120) == 130
        assert process.stderr.read() == b""
    assert not list(folder.iterdir())


@needs_full_device
@pytest.mark.parametrize("arguments", [["debug"], ["--version"]])
def test_process_full_disk_is_named_without_a_traceback(arguments):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr.startswith("error: No space left on device\n  -> the disk is full")
    assert "Traceback" not in done.stderr


@needs_full_device
@pytest.mark.parametrize("output_format", ["jsonl", "pretty"])
def test_process_full_disk_while_tagging_is_named(tiny_bundle, tmp_path, output_format):
    article = tmp_path / "a.txt"
    article.write_text("An attack.", encoding="utf-8")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            tag(tiny_bundle, article, "--format", output_format),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("error: No space left on device")
    assert "Traceback" not in done.stderr


def test_process_help_imports_nothing_heavy():
    code = (
        "import sys\n"
        "from clashtag.cli import main\n"
        "sys.argv = ['clashtag', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'onnxruntime', 'tokenizers', 'torch', 'yaml', 'clashtag_training'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@posix
def test_process_ended_by_sigterm_leaves_nothing_half_written(tiny_bundle, tmp_path):
    output = tmp_path / "out.jsonl"
    with subprocess.Popen(
        tag(tiny_bundle, "-", "--output", output), stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        wait_until(lambda: any(tmp_path.iterdir()))
        process.terminate()
        assert process.wait(timeout=60) == 143
    assert not list(tmp_path.iterdir())
