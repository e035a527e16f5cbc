"""docs/serving.md is true: its requests run, and its tables hold every setting and error."""

from __future__ import annotations

import ast
import dataclasses
import json
import shutil
import subprocess
import sys

import pytest

from clashtag.bundle import shipped_bundle_path
from clashtag.errors import BundleError
from clashtag.serving.settings import ServeSettings, flag, variable
from documents import ROOT, blocks
from http_servers import thread_server

TEXT = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:8080"


REQUESTS = [block for block in blocks(TEXT, "sh") if block.startswith("curl")]


@pytest.fixture(scope="module")
def url():
    try:
        shipped_bundle_path()
    except BundleError as error:
        pytest.skip(error.problem)
    with thread_server(ServeSettings(threads=1)) as server:
        yield server.url


def ask(url: str, block: str) -> str:
    return subprocess.run(
        [shutil.which("bash"), "-e", "-c", block.replace(ADDRESS, url)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="needs curl")
@pytest.mark.parametrize("number", range(len(REQUESTS)))
def test_docs_requests_are_answered(url, number):
    answer = ask(url, REQUESTS[number])
    assert answer.strip()
    assert ("next_step" in answer) is ('["shellin"]' in REQUESTS[number])


def without_scores(fields):
    if isinstance(fields, dict):
        return {
            key: without_scores(value)
            for key, value in fields.items()
            if key not in ("score", "version", "request_id")
        }
    return [without_scores(value) for value in fields] if isinstance(fields, list) else fields


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="needs curl")
@pytest.mark.parametrize("number", range(len(blocks(TEXT, "json"))))
def test_docs_answers_are_those_shown(url, number):
    shown = blocks(TEXT, "json")[number]
    asked = TEXT[: TEXT.index(shown)].rpartition("```sh\n")[2].partition("```")[0]
    assert without_scores(json.loads(ask(url, asked))) == without_scores(json.loads(shown))


def test_docs_python_runs(url):
    [block] = blocks(TEXT, "python")
    done = subprocess.run(
        [sys.executable, "-c", block.replace(ADDRESS, url)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=ROOT,
    )
    assert done.stdout.splitlines()[1] == "0 events in It rained."


def table_rows(after: str) -> list[list[str]]:
    lines = TEXT[TEXT.index(after) :].splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("|---"))
    rows = []
    for line in lines[start + 1 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().strip("`") for cell in line.strip("|").split(" | ")])
    return rows


def test_docs_list_every_error_code():
    codes = set()
    for path in (ROOT / "inference" / "clashtag" / "serving").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            position = {"Problem": 1, "too_large": 0}.get(node.func.id)
            if position is not None and isinstance(node.args[position], ast.Constant):
                codes.add(node.args[position].value)
    codes |= {"not_found", "method_not_allowed", "bad_request"}
    assert {row[1] for row in table_rows("| status | code")} == codes


def settings_table() -> str:
    """Return the table of settings as it belongs into the document."""
    import typer

    from clashtag.cli.app import app

    options = {
        option.name: option for option in typer.main.get_command(app).commands["serve"].params
    }
    lines = ["| flag | variable | default | |", "|---|---|---:|---|"]
    for setting in dataclasses.fields(ServeSettings):
        default = "" if setting.default is None else str(setting.default)
        cells = (f"`{flag(setting.name)}`", f"`{variable(setting.name)}`", default)
        lines.append(f"| {' | '.join(cells)} | {options[setting.name].help} |")
    return "\n".join(lines)


def test_docs_list_every_setting():
    shown = TEXT.partition("<!-- settings:start -->")[2].partition("<!-- settings:end -->")[0]
    assert shown.strip() == settings_table()
