"""The commands of configs/smoke.yaml, one after the other, on the data that is shipped."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

pytestmark = pytest.mark.training
pytest.importorskip("transformers")
pytest.importorskip("torch")
pytest.importorskip("onnxscript")

from clashtag.bundle import load_bundle
from clashtag.cli.app import app
from clashtag_training import base_encoder

ROOT = Path(__file__).parents[2]


def run(*arguments):
    result = CliRunner().invoke(app, list(map(str, arguments)))
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(autouse=True)
def offline_checkout(monkeypatch):
    """Run where a user does, without a network and with the corpora elsewhere."""

    def refuse(*_):
        pytest.fail("the network was used")

    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("CLASHTAG_CORPORA", "/nowhere")
    monkeypatch.setattr(base_encoder, "_install", refuse)


def test_train_export_and_tag(tmp_path):
    output = tmp_path / "smoke"
    assert run("train", "configs/smoke.yaml", "--output", output).endswith(f"{output}/final\n")
    dev = ("--dev", "data/smoke/dev.jsonl")
    run("export", output / "final", *dev, "--output", output / "bundle", "--name", "smoke")
    assert load_bundle(output / "bundle").manifest.name == "smoke"
    lines = run("tag", "data/smoke/train.jsonl", "--model", output / "bundle", "-f", "jsonl")
    records = [json.loads(line) for line in lines.splitlines()]
    assert len(records) == 20
    assert sum(bool(record["events"]) for record in records) >= 10
    lines = run("tag", "data/samples/market-town.txt", "--model", output / "bundle", "-f", "jsonl")
    assert json.loads(lines)["windows"] > 1


def test_the_commands_are_those_that_the_file_names():
    text = (ROOT / "configs" / "smoke.yaml").read_text(encoding="utf-8")
    commands = re.findall(r"^#   clashtag (.*)$", text, re.M)
    assert [command.split()[0] for command in commands] == ["train", "export", "tag", "train"]
    paths = [word for c in commands for word in c.split() if word.startswith(("configs/", "data/"))]
    assert all((ROOT / path).exists() for path in paths)


def test_a_run_is_not_resumed_unasked(tmp_path):
    (tmp_path / "checkpoint-1").mkdir()
    result = CliRunner().invoke(
        app, ["train", str(ROOT / "configs/smoke.yaml"), "--output", str(tmp_path)]
    )
    assert result.exit_code == 1
    assert "already holds checkpoints" in result.stderr
    assert "--resume" in result.stderr


def test_another_encoder_and_corpora_can_be_given(tmp_path, encoder_dir, corpora_dir, monkeypatch):
    (tmp_path / "run.yaml").write_text(
        f"name: tiny\nontology: {corpora_dir / 'ontology.yaml'}\nshipped_head: ours\n"
        "encoder: nobody/nothing\ncorpora_dir: absent\n"
        "corpora: [{name: tiny, path: tiny, head: ours}]\n"
        "optimisation: {max_steps: 1, precision: fp32, report_to: []}\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(encoder_dir.parent)
    run(
        *("train", tmp_path / "run.yaml", "--output", tmp_path / "run", "--seed", 5),
        *("--encoder", encoder_dir.name, "--corpora", corpora_dir),
    )
    described = json.loads((tmp_path / "run" / "final" / "run.json").read_text(encoding="utf-8"))
    assert described["seed"] == 5
    assert described["encoder"] == str(encoder_dir)
