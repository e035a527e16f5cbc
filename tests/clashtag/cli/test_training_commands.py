from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from clashtag.cli.app import app


def run(*arguments: object):
    return CliRunner().invoke(app, list(map(str, arguments)))


def test_data_check_without_its_extra_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "yaml", None)
    for name in [n for n in sys.modules if n.startswith("clashtag_training")]:
        monkeypatch.delitem(sys.modules, name)
    result = run("data", "check", tmp_path)
    assert result.exit_code == 1
    assert "needs the module 'yaml'" in result.stderr
    assert "-> pip install 'clashtag[evaluate]'" in result.stderr


def test_evaluate_prints_the_report(tmp_path):
    pytest.importorskip("yaml")
    event = {"type": "death", "trigger": {"start": 0, "end": 6, "text": "Killed"}}
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"id": "a", "text": "Killed.", "events": [event]}), encoding="utf-8")
    result = run("evaluate", gold, "--predictions", gold, "--samples", 5)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("# ")
    assert "trigger" in result.stdout
    assert "100.0" in result.stdout


def test_evaluate_missing_gold_is_explained(tmp_path):
    pytest.importorskip("yaml")
    result = run("evaluate", tmp_path / "missing.jsonl", "--predictions", tmp_path / "p.jsonl")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")
    assert "\n  -> " in result.stderr


def test_train_and_export_hand_their_options_on(monkeypatch, tmp_path):
    given = {}

    def record(name):
        def run(*arguments, **options):
            given[name] = (arguments, options)
            return tmp_path / name

        return SimpleNamespace(**{name: run})

    for name in ("train", "export"):
        monkeypatch.setitem(sys.modules, f"clashtag_training.commands.{name}", record(name))
    options = ("--corpora", "c", "--encoder", "e", "--seed", 3, "--resume", "-o", "r")
    result = run("train", "run.yaml", *options)
    assert result.stdout == f"{tmp_path / 'train'}\n"
    assert given["train"] == (
        (Path("run.yaml"), Path("r")),
        {"corpora": Path("c"), "encoder": "e", "seed": 3, "resume": True},
    )
    options = ("--max-drop", 1, "--name", "n", "--version", "2", "--fp32", "-o", "b")
    result = run("export", "final", "--dev", "a.jsonl", "--dev", "b.jsonl", *options)
    assert result.stdout == f"{tmp_path / 'export'}\n"
    arguments, chosen = given["export"]
    assert arguments == (Path("final"), Path("b"), [Path("a.jsonl"), Path("b.jsonl")], 1.0)
    assert chosen.items() >= {"name": "n", "version": "2", "fp32": True}.items()
