"""The documents are true: their commands run, and what they name exists."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clashtag.bundle import shipped_bundle_path
from clashtag.errors import BundleError
from clashtag.records import record_from_dict
from documents import ROOT, anchors, blocks, clashtag_commands, prose, require_valid, shell_lines

DOCUMENTS = (
    *("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "model_card.md"),
    *("data/README.md", "training/README.md", "tests/load/README.md"),
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")),
)
FOLDERS = (
    *("inference", "training", "configs", "data", "docs", "results", "tests", "deploy"),
    ".ci",
)
# Written with the shipped model; until then they may be named but missing.
WITH_MODEL = {"docs/tag.svg", "model_card.md", "inference/clashtag/model"}
# A reader makes these.
OF_READERS = ("data/mine", "configs/mine.yaml", "results/NAME", "docs/benchmarks/NAME")
NOT_RUN = ("make", "pip", "#")


def read(document: str) -> str:
    path = ROOT / document
    if document in WITH_MODEL and not path.is_file():
        pytest.skip(f"{document} is written once a model is shipped")
    return path.read_text(encoding="utf-8")


def needs_training(block: str) -> bool:
    return re.search(r"^clashtag (train|export)", block, re.MULTILINE) is not None


README = (ROOT / "README.md").read_text(encoding="utf-8")
SHELL_BLOCKS = [
    pytest.param(block, id=f"block-{number}", marks=pytest.mark.training)
    if needs_training(block)
    else pytest.param(block, id=f"block-{number}")
    for number, block in enumerate(blocks(README, "sh"), start=1)
    if not all(line.startswith(NOT_RUN) for line in block.splitlines())
]


@pytest.fixture
def shipped_model() -> Path:
    try:
        return shipped_bundle_path()
    except BundleError as error:
        pytest.skip(error.problem)


@pytest.fixture
def reader(tmp_path: Path) -> dict[str, str]:
    """The environment of a reader with `clashtag` on the path; data and configs lie in HOME."""
    for folder in ("data", "configs"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    programs = tmp_path / "bin"
    programs.mkdir()
    command = programs / "clashtag"
    code = "from clashtag.cli import main; main()"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{code}" "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return {
        **os.environ,
        "HOME": str(tmp_path),
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "inference"), str(ROOT / "training")]),
    }


def run(command: list[str], reader: dict[str, str]) -> str:
    done = subprocess.run(
        command, env=reader, cwd=reader["HOME"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize("block", SHELL_BLOCKS)
def test_readme_shell_blocks_run(
    block: str, reader: dict[str, str], request: pytest.FixtureRequest
) -> None:
    if needs_training(block):
        if importlib.util.find_spec("torch") is None:
            pytest.skip("needs the train extra (torch, transformers)")
    else:
        request.getfixturevalue("shipped_model")
    lines = [line for line in block.splitlines() if not line.startswith(NOT_RUN)]
    run(["bash", "-e", "-o", "pipefail", "-c", "\n".join(lines)], reader)


@pytest.mark.usefixtures("shipped_model")
def test_readme_python_runs(reader: dict[str, str]) -> None:
    printed = run([sys.executable, "-c", "\n".join(blocks(README, "python"))], reader)
    assert "abduction actual kidnapped" in printed
    assert "abduction Interval(" in printed


@pytest.mark.usefixtures("shipped_model")
@pytest.mark.parametrize("name", ["dates", "incidents"])
def test_analysis_python_runs(name: str, reader: dict[str, str]) -> None:
    text = read(f"docs/analysis/{name}.md")
    aliases = "".join(re.findall(r"^name\tkind\t[^`]*", text, re.MULTILINE))
    (Path(reader["HOME"]) / "aliases.tsv").write_text(aliases, encoding="utf-8")
    run([sys.executable, "-c", "\n".join(blocks(text, "python"))], reader)


def test_readme_record_is_valid() -> None:
    [block] = blocks(README, "json")
    record = record_from_dict(json.loads(block))
    assert record.events[0].arguments[0].text == "Gunmen"


def test_readme_configuration_is_valid(tmp_path: Path) -> None:
    pytest.importorskip("yaml")
    from clashtag_training.run_config import RunConfig
    from clashtag_training.strict_config import load_config

    [block] = blocks(README, "yaml")
    path = tmp_path / "mine.yaml"
    path.write_text(block, encoding="utf-8")
    config = load_config(path, RunConfig)
    assert (ROOT / "configs" / config.ontology).is_file()
    assert config.corpora[0].head == config.shipped_head


def test_readme_opens_with_a_picture_and_the_two_commands() -> None:
    assert README.index("](docs/tag.svg)") < README.index("make tag") < README.index("make test")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_document_commands_have_these_options(document: str) -> None:
    for words in clashtag_commands(read(document)):
        require_valid(words)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_document_modules_exist(document: str) -> None:
    for name in re.findall(r"\bpython -m (clashtag[\w.]+)", read(document)):
        assert importlib.util.find_spec(name), name


@pytest.mark.parametrize("document", DOCUMENTS)
def test_document_make_targets_exist(document: str) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    lines = [*shell_lines(read(document)), *re.findall(r"`(make [a-z-]+)`", read(document))]
    for line in lines:
        if line.startswith("make "):
            assert line.split()[1] in targets


@pytest.mark.parametrize("document", DOCUMENTS)
def test_document_links_and_paths_exist(document: str) -> None:
    text = read(document)
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", prose(text))
    quoted = re.findall(r"`([\w.*/-]+)`", prose(text))
    commands = [word for line in shell_lines(text) for word in line.split()]
    beside = os.path.relpath((ROOT / document).parent, ROOT)
    named = {os.path.normpath(f"{beside}/{link}") for link in links if "://" not in link}
    named |= {path for path in [*quoted, *commands] if path.split("/")[0] in FOLDERS}
    missing = {
        path
        for path in named
        if not any(ROOT.glob(path.rstrip("/"))) and not path.startswith(OF_READERS)
    }
    if not is_model_shipped():
        missing -= WITH_MODEL
    assert not missing


@pytest.mark.parametrize("document", DOCUMENTS)
def test_document_links_lead_to_headings_that_exist(document: str) -> None:
    for link, anchor in re.findall(r"\]\(([^)#\s]*)#([^)\s]+)\)", prose(read(document))):
        if "://" not in link:
            goal = (ROOT / document).parent / link if link else ROOT / document
            assert anchor in anchors(goal.read_text(encoding="utf-8")), f"{link}#{anchor}"


def test_anchors_are_those_of_github() -> None:
    text = "# What's *new*, in `0.3`?\n\n```sh\n# no heading\n```\n## Dev\n### Dev\n## A_b c-d ##\n"
    assert anchors(text) == {"whats-new-in-03", "dev", "dev-1", "a_b-c-d"}


def is_model_shipped() -> bool:
    return (ROOT / "inference" / "clashtag" / "model" / "manifest.json").is_file()


def test_architecture_names_functions_that_exist() -> None:
    names = re.findall(r"`(\w+)\(\)`", read("ARCHITECTURE.md"))
    assert len(names) > 50
    source = "\n".join(
        path.read_text(encoding="utf-8")
        for package in ("inference", "training")
        for path in (ROOT / package).rglob("*.py")
    )
    missing = [name for name in names if not re.search(rf"\b(def|class) {name}\b", source)]
    assert not missing


def test_architecture_names_functions_in_the_file_beside_them() -> None:
    pairs = re.findall(r"`(\w+)\(\)` in `([\w/]+\.py)`", read("ARCHITECTURE.md"))
    assert len(pairs) > 20
    for name, path in pairs:
        source = (ROOT / path).read_text(encoding="utf-8")
        assert re.search(rf"^ *(def|class) {name}\b", source, re.MULTILINE), (name, path)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_document_names_no_machine_of_ours(document: str) -> None:
    assert not re.search(r"/(home|root|tmp|work)/", read(document))
