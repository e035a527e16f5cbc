"""Runs that cannot be trained are refused before anything is trained, and claim no folder."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from pathlib import Path

import pytest

pytestmark = pytest.mark.training
pytest.importorskip("transformers")
torch = pytest.importorskip("torch")

from safetensors.torch import load_file, save_file

from clashtag.errors import ConfigError
from clashtag_training.run_config import CorpusConfig, DistillationConfig
from clashtag_training.training import train


@pytest.fixture
def refused(run_config, corpora_dir, tmp_path):
    """Begin a run that differs from the tiny one in some settings; return why it is refused."""

    def begin(**changes) -> str:
        config = run_config
        for name, change in changes.items():
            if isinstance(change, dict):
                change = dataclasses.replace(getattr(config, name), **change)  # noqa: PLW2901
            config = dataclasses.replace(config, **{name: change})
        with pytest.raises(ConfigError) as caught:
            train(config, corpora_dir / "run.yaml", corpora_dir, tmp_path / "run")
        assert not (tmp_path / "run").exists()
        return caught.value.problem

    return begin


@pytest.fixture
def encoder(encoder_dir, tmp_path) -> Path:
    """A copy of the encoder, to be changed."""
    return shutil.copytree(encoder_dir, tmp_path / "encoder")


@pytest.mark.parametrize(
    ("window", "problem"),
    [
        ({"max_tokens": 513}, "max_tokens must be from 3 to 512, .* found 513"),
        ({"max_tokens": 2}, "max_tokens must be from 3 to 512, .* found 2"),
        (
            {"max_tokens": 128, "overlap_tokens": 48},
            "overlap_tokens must be from 0 to 31, .* found 48",
        ),
        ({"overlap_tokens": -1}, "overlap_tokens must be from 0 to 15, .* found -1"),
        ({"role_context_tokens": 0}, "role_context_tokens must be at least 1, found 0"),
    ],
)
def test_windows_that_the_encoder_cannot_read(refused, window, problem):
    assert re.search(rf"window\.{problem}", refused(window=window))


def test_the_largest_windows_are_no_problem(run_config, corpora_dir, tmp_path):
    window = dataclasses.replace(run_config.window, max_tokens=512, overlap_tokens=127)
    optimisation = dataclasses.replace(run_config.optimisation, max_steps=1)
    config = dataclasses.replace(run_config, window=window, optimisation=optimisation)
    assert train(config, corpora_dir / "run.yaml", corpora_dir, tmp_path / "run").is_dir()


def test_an_encoder_of_another_architecture(refused, encoder):
    config = json.loads((encoder / "config.json").read_text(encoding="utf-8"))
    (encoder / "config.json").write_text(
        json.dumps({**config, "model_type": "roberta"}), encoding="utf-8"
    )
    assert "has model_type 'roberta', expected 'bert'" in refused(encoder=str(encoder))


def test_an_encoder_without_some_weights(refused, encoder):
    weights = load_file(encoder / "model.safetensors")
    kept = {name: of for name, of in weights.items() if "layer.1.output.dense" not in name}
    assert len(weights) - len(kept) == 2
    save_file(kept, encoder / "model.safetensors", {"format": "pt"})
    problem = refused(encoder=str(encoder))
    assert "lacks weights: encoder.layer.1.output.dense.bias and 1 more" in problem


@pytest.mark.parametrize("role_layers", [2, 3])
def test_role_layers_without_a_layer_below_them(refused, role_layers):
    problem = refused(model={"role_layers": role_layers})
    assert problem == f"model.role_layers must be below the encoder's 2 layers, found {role_layers}"


def test_role_layers_without_a_layer_of_the_student_below_them(refused, finished_run):
    shallow = DistillationConfig(teachers=(finished_run / "final",), encoder_layers=(1,))
    problem = refused(distillation=shallow)
    assert problem == "model.role_layers must be below the encoder's 1 layers, found 1"


def test_an_evaluation_that_never_comes(refused):
    problem = refused(optimisation={"first_evaluation_epoch": 3})
    assert "first_evaluation_epoch is 3, and the run ends after epoch 2" in problem


def test_int8_role_layers_without_events(refused):
    names = CorpusConfig("tiny", Path("tiny"), "ours", kind="mentions")
    problem = refused(corpora=(names,), ontology=None, optimisation={"int8_epochs": 1})
    assert "fitted to events, and no corpus of the run has any" in problem


def test_mentions_that_would_be_scored_as_events(refused):
    names = CorpusConfig("tiny", Path("tiny"), "ours", kind="mentions", select=True)
    problem = refused(corpora=(names,), ontology=None)
    assert "'ours' tags mentions, and dev is scored by events" in problem


def test_several_gpus_in_one_process(refused, monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    assert refused() == "one process cannot train on 2 GPUs"
    # One of several processes goes on, here to the next problem.
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert "window" in refused(window={"max_tokens": 1})
