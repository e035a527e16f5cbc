from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest

pytest.importorskip("yaml")

from clashtag.errors import ConfigError
from clashtag_training.run_config import RunConfig
from clashtag_training.strict_config import load_config

CONFIGS = Path(__file__).parents[2] / "configs"


@dataclass(frozen=True)
class Part:
    rate: float
    kind: Literal["a", "b"] = "a"


@dataclass(frozen=True)
class Whole:
    name: str
    folder: Path = Path("here")
    steps: int | None = None
    is_fast: bool = False
    names: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    part: Part = field(default_factory=lambda: Part(1.0))


@pytest.fixture
def load(tmp_path):
    def load_text(text):
        path = tmp_path / "config.yaml"
        path.write_text(text, encoding="utf-8")
        return load_config(path, Whole)

    return load_text


def test_every_kind_of_value_is_read(load):
    config = load(
        "name: n\nfolder: a/b\nsteps: 3\nis_fast: true\nnames: [x, y]\n"
        "parts: [{rate: 2, kind: b}]\npart: {rate: 0.5}\n"
    )
    assert config == Whole("n", Path("a/b"), 3, True, ("x", "y"), (Part(2.0, "b"),), Part(0.5))
    assert isinstance(config.parts[0].rate, float)


def test_what_is_left_out_takes_its_default(load):
    assert load("name: n\nsteps: null\n") == Whole("n")


def test_every_problem_is_reported_at_once(load):
    with pytest.raises(ConfigError) as caught:
        load(
            "nme: n\nfolder: 1\nsteps: many\nis_fast: 1\nnames: x\n"
            "parts: [{rate: 1e-4, kind: c}, 7, {speed: 1}]\npart: []\n"
        )
    problem = caught.value.problem
    for part in (
        "config.yaml: ",
        "unknown key nme",
        "missing key name",
        "folder must be Path, found 1",
        "steps must be int, found 'many'",
        "is_fast must be bool, found 1",
        "names must be a list, found 'x'",
        "parts[0].rate must be float, found '1e-4' (write 1.0e-4, not 1e-4)",
        "parts[0].kind must be one of ('a', 'b'), found 'c'",
        "parts[1] must be a mapping, found 7",
        "unknown key parts[2].speed",
        "missing key parts[2].rate",
        "part must be a mapping, found []",
    ):
        assert part in problem


@pytest.mark.parametrize("value", ["true", "1.5", "'1'"])
def test_whole_numbers_are_whole_numbers(load, value):
    with pytest.raises(ConfigError, match="steps must be int"):
        load(f"name: n\nsteps: {value}\n")


@pytest.mark.parametrize("text", ["", "- a", "name"])
def test_a_file_must_hold_a_mapping(load, text):
    with pytest.raises(ConfigError, match="the file must be a mapping"):
        load(text)


def test_files_that_cannot_be_read_are_explained(tmp_path, load):
    with pytest.raises(ConfigError, match="no configuration file at"):
        load_config(tmp_path / "absent.yaml", Whole)
    with pytest.raises(ConfigError, match="cannot read"):
        load("name: [\n")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ConfigError, match="cannot read"):
        load_config(tmp_path / "bytes.yaml", Whole)


def test_every_run_in_configs_is_valid():
    runs = [path for path in CONFIGS.glob("*.yaml") if "\nshipped_head:" in path.read_text()]
    assert runs
    for path in runs:
        config = load_config(path, RunConfig)
        assert (path.parent / config.ontology).is_file()


def test_load_config_refuses_values_out_of_range(tmp_path):
    path = tmp_path / "run.yaml"
    path.write_text(
        "name: x\nontology: o.yaml\nshipped_head: conflict\ncorpora: []\n"
        "optimisation: {epochs: 0, warmup_share: 1.5, batch_tokens: -3}\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as error:
        load_config(path, RunConfig)
    for problem in (
        "optimisation.epochs must be at least 1, found 0",
        "optimisation.warmup_share must be from 0 to 1, found 1.5",
        "optimisation.batch_tokens must be at least 1, found -3",
    ):
        assert problem in error.value.problem


def test_load_config_refuses_a_key_given_twice(tmp_path):
    path = tmp_path / "run.yaml"
    path.write_text("name: x\nname: y\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="given twice"):
        load_config(path, RunConfig)
