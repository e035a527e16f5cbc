from __future__ import annotations

import copy
import dataclasses
import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.training
pytest.importorskip("transformers")
torch = pytest.importorskip("torch")

from clashtag.errors import ConfigError
from clashtag.hashing import file_sha256
from clashtag_training.model.modeling import ConflictTagger
from clashtag_training.run_config import DistillationConfig
from clashtag_training.training import train
from clashtag_training.warm_start import warm_start

HEADS = ("trigger_heads.", "role_heads.")


@pytest.fixture
def checkpoint(finished_run) -> Path:
    return finished_run / "final"


@pytest.fixture
def untrained(trained):
    """Return a tagger of other random weights, with heads of one's choice."""

    def make(**changes) -> ConflictTagger:
        torch.manual_seed(7)
        config = copy.deepcopy(trained.config)
        for name, value in changes.items():
            setattr(config, name, value)
        return ConflictTagger(config)

    return make


def test_everything_below_the_heads_is_taken_over(checkpoint, trained, untrained):
    model = untrained(heads={"theirs": {**trained.config.heads["ours"], "types": ["flood"]}})
    heads_before = {n: w.clone() for n, w in model.state_dict().items() if n.startswith(HEADS)}
    assert warm_start(model, checkpoint) == file_sha256(checkpoint / "model.safetensors")
    of_run = trained.state_dict()
    for name, weights in model.state_dict().items():
        wanted = heads_before[name] if name.startswith(HEADS) else of_run[name]
        assert torch.equal(weights, wanted), name
    assert any(name.startswith("role_layers.") for name in of_run)
    assert any(name.startswith("conditioning.") for name in of_run)


def test_a_head_of_the_same_name_and_labels_is_taken_over(checkpoint, trained, untrained):
    model = untrained()
    warm_start(model, checkpoint)
    for name, weights in model.state_dict().items():
        assert torch.equal(weights, trained.state_dict()[name]), name


def test_a_head_of_the_same_name_and_other_labels_is_new(checkpoint, trained, untrained):
    head = trained.config.heads["ours"]
    model = untrained(heads={"ours": {**head, "types": list(reversed(head["types"]))}})
    before = model.trigger_heads["ours"].types.weight.clone()
    warm_start(model, checkpoint)
    assert torch.equal(model.trigger_heads["ours"].types.weight, before)


def test_a_model_of_another_shape_is_refused(checkpoint, untrained):
    with pytest.raises(ConfigError, match=r"other parts .*: role_layers\.1\."):
        warm_start(untrained(role_layers=2), checkpoint)


def test_a_missing_checkpoint_is_refused(untrained, tmp_path):
    with pytest.raises(ConfigError, match=r"no warm start at .* it holds no model\.safetensors"):
        warm_start(untrained(), tmp_path)


def test_a_run_begins_with_anothers_weights(run_config, corpora_dir, checkpoint, tmp_path):
    stopped = dataclasses.replace(run_config.optimisation, max_steps=1, encoder_learning_rate=0)
    config = dataclasses.replace(run_config, warm_start=checkpoint, optimisation=stopped)
    final = train(config, corpora_dir / "run.yaml", corpora_dir, tmp_path / "warm")
    run = json.loads((final / "run.json").read_text(encoding="utf-8"))
    assert run["warm_start_sha256"] == file_sha256(checkpoint / "model.safetensors")
    theirs = ConflictTagger.from_pretrained(checkpoint).state_dict()
    for name, weights in ConflictTagger.from_pretrained(final).state_dict().items():
        if name.startswith("encoder."):
            assert torch.equal(weights, theirs[name]), name


def test_a_warm_start_beside_teachers_is_refused(run_config, corpora_dir, checkpoint, tmp_path):
    taught = DistillationConfig(teachers=(checkpoint,), encoder_layers=(0, 1))
    config = dataclasses.replace(run_config, warm_start=checkpoint, distillation=taught)
    with pytest.raises(ConfigError, match="either a warm_start or a distillation"):
        train(config, corpora_dir / "run.yaml", corpora_dir, tmp_path / "both")
    assert not (tmp_path / "both").exists()
