"""What only a process of its own can show: pipes, signals, full disks and imports."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals and pipes")
needs_full_device = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")

COMMAND = [sys.executable, "-c", "from clashtag.cli import main; main()"]


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
def test_process_interrupt_exits_130_and_leaves_no_file(tiny_bundle, many_articles, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    with subprocess.Popen(
        tag(tiny_bundle, many_articles, "--output", folder / "tagged.jsonl"),
        stderr=subprocess.PIPE,
    ) as process:
        while process.poll() is None and not any(folder.iterdir()):
            time.sleep(0.01)
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
