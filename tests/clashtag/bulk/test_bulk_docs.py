"""docs/bulk.md is true: its commands run, its tables have these columns, its code works."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clashtag.bulk.incident_rows import INCIDENT_COLUMNS
from clashtag.bundle import shipped_bundle_path
from clashtag.cli.app import app
from clashtag.errors import BundleError
from documents import ROOT, blocks, clashtag_commands

PAGE = (ROOT / "docs" / "bulk.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the page's first commands were run."""
    pytest.importorskip("pyarrow")
    try:
        shipped_bundle_path()
    except BundleError as error:
        pytest.skip(error.problem)
    folder = tmp_path_factory.mktemp("reader")
    shutil.copytree(ROOT / "data" / "samples", folder / "data" / "samples")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for words in clashtag_commands(PAGE)[:2]:
            result = CliRunner().invoke(app, [*words, "--processes", "1"])
            assert result.exit_code == 0, result.stderr
    return folder


def test_docs_files_are_those_of_a_run(folder):
    named = re.findall(r"^\| `([\w.]+)` \|", PAGE, re.MULTILINE)
    written = [path.name for path in (folder / "tables").iterdir()]
    assert set(written) | {"incidents.parquet"} == set(named)


def test_docs_columns_are_those_of_a_run(folder):
    import pyarrow.parquet as pq

    for table in ("documents", "events", "arguments"):
        (row,) = re.findall(rf"^\| {table} \| (.*) \|$", PAGE, re.MULTILINE)
        assert (
            re.findall(r"`(\w+)`", row)
            == pq.read_schema(folder / "tables" / f"{table}.parquet").names
        )
    (row,) = re.findall(r"^\| incidents \| (.*) \|$", PAGE, re.MULTILINE)
    with (folder / "sheets" / "incidents.csv").open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file))
    assert header == list(INCIDENT_COLUMNS)
    assert set(header) <= set(re.findall(r"`(\w+)`", row))


def test_docs_pandas_example_runs(folder):
    pytest.importorskip("pandas")
    (code,) = blocks(PAGE, "python")
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    header, *rows = done.stdout.splitlines()
    assert header.split() == ["id", "trigger", "agent", "target", "place", "time"]
    assert len(rows) > 1


def test_docs_r_example_runs(folder):
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("needs R")
    (code,) = blocks(PAGE, "r")
    command = [program, "-e", code]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "trigger" in done.stdout
