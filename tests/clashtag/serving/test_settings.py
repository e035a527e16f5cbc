from __future__ import annotations

import dataclasses

import click
import pytest
import typer

from clashtag.cli.app import app
from clashtag.errors import ConfigError
from clashtag.serving.settings import (
    ServeSettings,
    flag,
    read_keys,
    refuse_empty_keys,
    refuse_unknown_variables,
    variable,
)

FIELDS = {field.name: field.default for field in dataclasses.fields(ServeSettings)}


@pytest.fixture(scope="module")
def options() -> dict[str, click.Option]:
    return {option.name: option for option in typer.main.get_command(app).commands["serve"].params}


def test_settings_each_have_a_flag_a_variable_and_help(options):
    assert set(options) == set(FIELDS)
    for name, default in FIELDS.items():
        option = options[name]
        assert option.opts == [flag(name)]
        assert option.envvar == variable(name)
        assert option.default == default
        assert option.help


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"deadline_s": 0}, "--deadline-s must be above 0, found 0"),
        ({"max_wait_s": float("nan")}, "--max-wait-s"),
        ({"grace_s": 5, "deadline_s": 10}, "--grace-s 5 is shorter than --deadline-s 10"),
        ({"max_wait_s": 30}, "--max-wait-s 30 is longer"),
        ({"max_queue_documents": 3}, "--max-queue-documents 3 is below"),
        ({"port": 70_000}, "--port"),
        ({"workers": 100_000}, "--workers 100000 .* more than the [0-9]+ threads"),
        ({"workers": 100, "threads": 1000}, "--workers 100 with --threads 1000"),
        ({"api_key": "k" * 32, "api_key_file": "keys"}, "--api-key and --api-key-file"),
    ],
)
def test_settings_contradictions_are_explained(values, words):
    with pytest.raises(ConfigError, match=words):
        ServeSettings(**values)


def test_settings_list_every_problem_at_once():
    with pytest.raises(ConfigError) as error:
        ServeSettings(threads=0, workers=0, batch_wait_ms=-1)
    assert all(name in str(error.value) for name in ("--threads", "--workers", "--batch-wait-ms"))


def test_settings_do_not_show_keys():
    assert "k" * 32 not in repr(ServeSettings(api_key="k" * 32))


def test_settings_unknown_variable_is_refused():
    refuse_unknown_variables({"CLASHTAG_SERVE_PORT": "1", "CLASHTAG_OTHER": "", "PATH": ""})
    with pytest.raises(ConfigError, match="CLASHTAG_SERVE_API_KYE") as error:
        refuse_unknown_variables({"CLASHTAG_SERVE_API_KYE": "secret"})
    assert "did you mean CLASHTAG_SERVE_API_KEY?" in str(error.value)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("name", ["API_KEY", "API_KEY_FILE", "ADMIN_KEY", "ADMIN_KEY_FILE"])
def test_settings_empty_key_is_refused(name):
    refuse_empty_keys({"CLASHTAG_SERVE_PORT": "", "PATH": ""})
    with pytest.raises(ConfigError, match=f"CLASHTAG_SERVE_{name}: set, but empty"):
        refuse_empty_keys({f"CLASHTAG_SERVE_{name}": ""})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\n \n", "holds no key"),
        (b"short\n", "key 1 is shorter than 16"),
        (b"k" * 20 + b"\n" + b"with space in the middle\n", "key 2"),
        (b"\xff" * 20, "cannot be read"),
    ],
)
def test_keys_that_are_unfit_are_explained(tmp_path, content, words):
    path = tmp_path / "keys"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=words):
        read_keys(None, path, "api_key")


def test_keys_missing_file_is_explained(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        read_keys(None, tmp_path / "none", "api_key")
