from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from clashtag.bulk.archive import Archive
from clashtag.bulk.part_tagger import Job
from clashtag.bulk.rows import Columns
from clashtag.bulk.table_files import OutputFormat
from clashtag.selection import Selection

ATTACK = "Armed gunmen said the attack killed civilians in Kyiv on Monday."
CALM = "Talks and talks."


@pytest.fixture(scope="session")
def tiny_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("onnx")
    from tiny_model import write_tiny_bundle

    return write_tiny_bundle(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture
def make_job(tiny_bundle: Path) -> Callable[..., Job]:
    def make(folder: Path, **changes: object) -> Job:
        settings = {
            "folder": folder,
            "output_format": OutputFormat.JSONL,
            "selection": Selection(),
            "model": tiny_bundle,
            "threads": 1,
        }
        return Job(**{**settings, **changes})

    return make


@pytest.fixture
def make_archive() -> Callable[..., Archive]:
    def make(*names: object, **changes: object) -> Archive:
        settings = {"kind": None, "columns": Columns(), "part_articles": 8}
        return Archive(tuple(map(str, names)), **{**settings, **changes})

    return make


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """50 rows: every 13th is broken, and two have the id of an earlier one."""
    path = tmp_path / "articles.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number in range(50):
            text = f"Report {number}. " + (ATTACK if number % 2 else CALM)
            fields = {"id": "a3" if number in (20, 40) else f"a{number}", "text": text, "n": number}
            file.write("{broken\n" if number % 13 == 12 else json.dumps(fields) + "\n")
    return path


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def json_rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


class Killed(BaseException):
    """Stands for a process that ends at once."""


def kill_after(calls: int) -> Callable[..., None]:
    left = iter(range(calls))

    def show(*_: object) -> None:
        if next(left, None) is None:
            raise Killed

    return show
