from __future__ import annotations

import errno
import sys

import pytest
import typer
from typer.testing import CliRunner

from clashtag.cli import app as app_module
from clashtag.cli.app import app, explained_failures
from clashtag.errors import InputError


def run(*arguments: str):
    return CliRunner().invoke(app, list(arguments))


def test_app_help_lists_commands_and_exit_codes(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    result = run("--help")
    assert result.exit_code == 0
    for words in ("tag", "train", "evaluate", "export", "data", "debug", "Exit codes"):
        assert words in result.stdout


def test_app_version_is_the_installed_one(monkeypatch):
    monkeypatch.setattr(app_module.metadata, "version", {"clashtag": "1.2.3"}.__getitem__)
    assert run("--version").stdout == "clashtag 1.2.3\n"


def test_app_unknown_command_is_a_usage_error():
    assert run("tagg").exit_code == 2


@pytest.mark.parametrize(
    ("failure", "code", "message"),
    [
        (InputError("a.txt: odd [bold]", "mend it"), 1, "error: a.txt: odd [bold]\n  -> mend it\n"),
        (OSError(errno.ENOSPC, "No space left", "x"), 1, "error: x: No space left\n  -> the disk"),
        (OSError(errno.EIO, "Input/output error"), 1, "error: Input/output error\n  -> check"),
        (BrokenPipeError(), 141, ""),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_explained_failures_become_exit_codes(monkeypatch, capsys, failure, code, message):
    monkeypatch.setattr(app_module, "_discard_output", lambda: None)
    with pytest.raises(typer.Exit) as exit_info, explained_failures():
        raise failure
    assert exit_info.value.exit_code == code
    written = capsys.readouterr().err
    assert written.startswith(message)
    assert bool(written) == bool(message)


def test_explained_failures_hides_no_bug():
    with pytest.raises(ZeroDivisionError), explained_failures():
        sys.stdout.write(str(1 / 0))
