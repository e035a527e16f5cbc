"""The commands and the code of docs/analysis/views.md run, and what they write is there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clashtag.bundle import shipped_bundle_path
from clashtag.cli.output_formats import OutputFormat
from clashtag.errors import BundleError
from documents import ROOT, blocks

DOCUMENT = (ROOT / "docs" / "analysis" / "views.md").read_text(encoding="utf-8")


@pytest.fixture
def shipped_model() -> Path:
    try:
        return shipped_bundle_path()
    except BundleError as error:
        pytest.skip(error.problem)


def run(command: list[str], folder: Path) -> str:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "inference"),
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
    }
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.usefixtures("shipped_model")
def test_the_commands_write_what_they_name(tmp_path):
    shutil.copytree(ROOT / "data" / "samples", tmp_path / "data" / "samples")
    command = tmp_path / "clashtag"
    code = "from clashtag.cli import main; main()"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{code}" "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    [block] = blocks(DOCUMENT, "sh")
    shown = run(["bash", "-e", "-c", block], tmp_path)
    assert shown.index("11 June") < shown.index("Gunmen on motorcycles attacked")
    assert "<article" in (tmp_path / "incidents.html").read_text(encoding="utf-8")
    lines = (tmp_path / "incidents.jsonl").read_text(encoding="utf-8").splitlines()
    assert all("incidents" in json.loads(line) for line in lines)
    for name in ("incidents.csv", "incidents.plover.jsonl", "incidents.svg"):
        assert (tmp_path / name).stat().st_size > 100


@pytest.mark.usefixtures("shipped_model")
def test_the_python_code_runs(tmp_path):
    plain, _ = blocks(DOCUMENT, "python")
    shown = run([sys.executable, "-c", f"{plain}\nprint(page, spans['tokens'])"], tmp_path)
    assert "two surveyors" in shown
    assert shown.startswith("<!doctype html>")


@pytest.mark.usefixtures("shipped_model")
def test_the_spacy_code_runs(tmp_path):
    pytest.importorskip("spacy")
    _, code = blocks(DOCUMENT, "python")
    # An installed clashtag is found by its entry point; here it may run from its sources.
    shown = run([sys.executable, "-c", f"import clashtag.spacy_component\n{code}"], tmp_path)
    assert "kidnapped abduction actual" in shown
    assert "of event 0" in shown


def test_every_format_is_described():
    described = set(re.findall(r"^\| .*", DOCUMENT, re.MULTILINE))
    for output_format in OutputFormat:
        if output_format is not OutputFormat.AUTO:
            assert any(f"`{output_format.value}`" in row for row in described), output_format
