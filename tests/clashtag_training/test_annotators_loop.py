"""training/README.md, from pre-tagged articles to the next round, as a reader would run it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
import typer

from clashtag.bundle import load_bundle
from clashtag.cli.app import app
from clashtag.ontology import Ontology
from clashtag.records import Record
from clashtag_training.corpora.record_files import SPLITS, read_records

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "training" / "README.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.splitlines()]


@pytest.fixture
def reader(tmp_path: Path) -> dict[str, str]:
    """A checkout whose shipped model is a tiny one, with `clashtag` and `python` on the path."""
    from tiny_model import write_tiny_bundle

    for folder in ("data", "configs"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    # test_smoke.py trains for all forty epochs; what is shown here is that the steps fit together.
    config = tmp_path / "configs" / "smoke.yaml"
    shortened = re.sub(r"(epochs?): 40$", r"\1: 3", config.read_text(encoding="utf-8"), flags=re.M)
    assert "epochs: 3\n" in shortened
    config.write_text(shortened, encoding="utf-8")
    package = tmp_path / "inference" / "clashtag"
    without_model = shutil.ignore_patterns("model", "__pycache__")
    shutil.copytree(ROOT / "inference" / "clashtag", package, ignore=without_model)
    write_tiny_bundle(package / "model")
    programs = tmp_path / "bin"
    programs.mkdir()
    main = '-c "from clashtag.cli import main; main()"'
    for name, arguments in (("clashtag", main), ("python", "")):
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec {sys.executable} {arguments} "$@"\n', encoding="utf-8")
        program.chmod(0o755)
    return {
        **os.environ,
        "HOME": str(tmp_path),
        "CLASHTAG_CORPORA": "",
        "HF_HUB_OFFLINE": "1",
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "inference"), str(ROOT / "training")]),
    }


def run(block: str, reader: dict[str, str]) -> str:
    command = ["bash", "-e", "-o", "pipefail", "-c", block]
    done = subprocess.run(
        command, env=reader, cwd=reader["HOME"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def gold_records() -> dict[str | None, Record]:
    paths = [ROOT / "data" / "smoke" / f"{split}.jsonl" for split in SPLITS]
    return {record.id: record for path in paths for record in read_records(path)}


def correct(folder: Path) -> None:
    """Do what the annotator does: leave each article as it should have been tagged."""
    from clashtag_training.converters.brat import read_brat, write_brat
    from clashtag_training.corpora.ontology_file import load_ontology

    gold = gold_records()
    pre_tagged = read_brat(folder)
    assert any(record.events for record in pre_tagged)
    shutil.rmtree(folder)
    ontology: Ontology = load_ontology(ROOT / "configs" / "ontology.yaml")
    write_brat([gold[record.id] for record in pre_tagged], folder, ontology)


@pytest.mark.training
@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_the_loop_runs_from_one_round_to_the_next(reader: dict[str, str]) -> None:
    for module in ("onnx", "yaml", "torch", "transformers", "onnxscript"):
        pytest.importorskip(module)
    home = Path(reader["HOME"])
    install, pre_tag, *rest = BLOCKS
    assert install.startswith("pip install")
    assert run(pre_tag, reader) == "32 articles in round-1\n"
    correct(home / "round-1")
    for block in rest:
        output = run(block, reader)
    assert output.endswith("4 articles in round-2\n")
    for split in SPLITS:
        built = {r.id: r for r in read_records(home / "data" / "mine" / f"{split}.jsonl")}
        original = read_records(ROOT / "data" / "smoke" / f"{split}.jsonl")
        assert built.keys() == {record.id for record in original}
        assert all(len(built[r.id].events) == len(r.events) for r in original)
    manifest = load_bundle(home / "runs" / "mine" / "bundle").manifest
    assert manifest.name == "mine"
    assert "mine" in manifest.provenance["dev_f1"]["int8"]


def test_the_commands_have_these_options() -> None:
    names = []
    for line in COMMANDS:
        words = shlex.split(line, comments=True)
        if words[0] == "clashtag":
            parse(words[1:])
            names.append(words[1])
    steps = ["annotate", "convert", "data", "train", "export", "evaluate", "tag", "annotate"]
    assert names == steps


def parse(words: list[str]) -> None:
    """Read a command line as `clashtag` does, without running it."""
    command = typer.main.get_command(app)
    while isinstance(command, click.Group) or hasattr(command, "commands"):
        command, words = command.commands[words[0]], words[1:]
    assert command.make_context("clashtag", list(words)).params


def test_links_and_paths_exist() -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", TEXT)
    assert links
    assert all((PAGE.parent / link).exists() for link in links)
    quoted = re.findall(
        r"`((?:data|configs)/[\w./-]+)`", re.sub(r"```.*?```", "", TEXT, flags=re.S)
    )
    missing = [path for path in quoted if not (ROOT / path).exists()]
    assert set(missing) == {"data/mine"}
