"""Each mistake on a command line is named with its value and the next step, with exit code 2."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from clashtag.cli.app import app
from clashtag.threads import most_threads


def run(command: str):
    return CliRunner().invoke(app, command.split(), prog_name="clashtag")


@pytest.mark.parametrize(
    ("command", "problem", "next_step"),
    [
        ("tag a.txt --threads 0", "--threads 0: ", "give a number of at least 1; `clashtag tag"),
        ("tag a.txt --threads two", "--threads two: ", "give a number of at least 1"),
        ("tag a.txt --threads 99999", "--threads 99999: more than ", "leave it out"),
        ("bench --threads 99999", f"--threads 99999: more than {most_threads()}", "leave it out"),
        ("tag a.txt --min-score nan", "--min-score nan: ", "give a number from 0.0 to 1.0"),
        ("tag a.txt --min-score 2", "--min-score 2: ", "give a number from 0.0 to 1.0"),
        ("tag a.txt --format xml", "--format xml: 'xml' is not one of 'auto', 'pretty'", "give "),
        ("tag a.txt --published 2026-02-30", "--published 2026-02-30: there is no such", "write "),
        ("tag a.txt --published June", "--published June: is no date", "write a day as YYYY-MM-DD"),
        ("serve --port abc", "--port (or CLASHTAG_SERVE_PORT) abc: ", "a number from 0 to 65535"),
        ("serve --max-wait-s nan", "serve: the server's settings: --max-wait-s must be", ""),
        ("serve --workers 100 --threads 100", "serve: ", ""),
        ("frobnicate", "No such command 'frobnicate'", "`clashtag --help` lists all"),
        ("tagg", "No such command 'tagg'. Did you mean 'tag'?", "`clashtag --help` lists all"),
        ("data frobnicate", "No such command 'frobnicate'", "`clashtag data --help` lists"),
        ("tag a.txt --frob", "No such option: --frob", "`clashtag tag --help` lists"),
        ("tag", "FILE is missing", "Text files, one article each"),
        ("run a.txt", "--output is missing", "A new folder"),
        (
            "tag a.txt --threads",
            "Option '--threads' requires an argument",
            "put its value behind it",
        ),
        ("bench --against nobody", "--against nobody: there is no rival nobody", "there are "),
        ("benchmark muc4 --seeds 1,1", "--seeds 1,1: is no list of different", "write it as 1,2"),
        ("tag a.txt --format html --no-incidents", "--no-incidents: ", "--format jsonl or pretty"),
    ],
)
def test_usage_error_names_value_and_next_step(command, problem, next_step):
    result = run(command)
    assert result.exit_code == 2
    first, second = result.stderr.splitlines()
    assert first.startswith(f"error: {problem}")
    assert second.startswith("  -> ")
    assert next_step in second
    assert not result.stdout


@pytest.mark.parametrize("option", ["--threads", "--published", "--format"])
def test_usage_error_shows_a_value_without_its_control_characters(option):
    result = CliRunner().invoke(app, ["tag", "a.txt", option, "\x1b[31m1"])
    assert result.exit_code == 2
    assert "\x1b" not in result.stderr


@pytest.mark.parametrize("command", ["", "data"])
def test_command_without_words_prints_its_help(command):
    result = run(command)
    assert result.exit_code == 2
    assert "Usage:" in result.stdout + result.stderr
    assert "error:" not in result.stderr
