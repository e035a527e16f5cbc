from __future__ import annotations

import dataclasses
import itertools
import json
import logging
import shutil
import types
from pathlib import Path

import pytest

pytestmark = pytest.mark.training
pytest.importorskip("transformers")
torch = pytest.importorskip("torch")

from safetensors.torch import load_file

from clashtag.errors import ConfigError, InputError
from clashtag.windows import load_tokenizer
from clashtag_training import run_folder, training, training_time
from clashtag_training.model.modeling import ConflictTagger
from clashtag_training.run_folder import config_fingerprint
from clashtag_training.training import dev_scores, train


@pytest.fixture
def run(run_config, corpora_dir):
    """Train in a folder, with the tiny configuration unless another is given."""

    def run_in(output, config=run_config):
        return train(config, corpora_dir / "run.yaml", corpora_dir, output)

    return run_in


@pytest.fixture
def two_epochs(run_config):
    return dataclasses.replace(
        run_config, optimisation=dataclasses.replace(run_config.optimisation, kept_checkpoints=5)
    )


class Killed(Exception):  # noqa: N818 - no error of the run
    """Stands for the end of the process."""


def kill_after_epoch(epoch, monkeypatch):
    """End the next training in the epoch after, when this one's checkpoint was written."""

    class Killer(training.TaggerTrainer):
        def training_step(self, *args, **kwargs):
            if self.state.epoch >= epoch:
                raise Killed
            return super().training_step(*args, **kwargs)

    monkeypatch.setattr(training, "TaggerTrainer", Killer)


@pytest.fixture
def minutes_pass(monkeypatch):
    """A minute between two looks at the clock that runs are timed with."""
    ticks = itertools.count(step=60)
    monkeypatch.setattr(training_time, "time", types.SimpleNamespace(monotonic=lambda: next(ticks)))


@pytest.mark.usefixtures("minutes_pass")
@pytest.mark.parametrize(("epochs", "int8_epochs"), [(2, 0), (3, 1)])
def test_a_killed_run_ends_as_one_that_was_not(
    run, two_epochs, tmp_path, monkeypatch, epochs, int8_epochs
):
    optimisation = dataclasses.replace(
        two_epochs.optimisation, epochs=epochs, int8_epochs=int8_epochs
    )
    before_last = epochs - 1
    config = dataclasses.replace(two_epochs, optimisation=optimisation)
    expected = load_file(run(tmp_path / "whole", config) / "model.safetensors")
    with monkeypatch.context() as patch:
        kill_after_epoch(before_last, patch)
        with pytest.raises(Killed):
            run(tmp_path / "killed", config)
    assert len(list((tmp_path / "killed").glob("checkpoint-*"))) == before_last
    final = run(tmp_path / "killed", config)
    found = load_file(final / "model.safetensors")
    assert expected.keys() == found.keys()
    for name, weights in expected.items():
        torch.testing.assert_close(found[name], weights, atol=1e-5, rtol=1e-4)
    whole, killed = (
        json.loads((tmp_path / name / "final" / "run.json").read_text(encoding="utf-8"))
        for name in ("whole", "killed")
    )
    assert killed["dev_history"] == whole["dev_history"]
    assert len(whole["dev_history"]) == (int8_epochs or epochs)
    # Ends of epochs, dev scores and the end of the run: five looks after the first.
    assert killed["minutes"] == whole["minutes"] == 5.0


@pytest.mark.parametrize("is_gone", [False, True])
def test_the_best_checkpoint_is_found_in_a_folder_that_moved(
    run, two_epochs, tmp_path, is_gone, monkeypatch
):
    # At this rate the first epoch is the best, so that no later one takes its place.
    monkeypatch.setattr(training, "dev_scores", scores_of_epochs(9.0, 1.0))
    expected = load_file(run(tmp_path / "run", two_epochs) / "model.safetensors")
    moved = (tmp_path / "run").rename(tmp_path / "moved")
    if is_gone:
        shutil.rmtree(min(moved.glob("checkpoint-*"), key=lambda path: int(path.name[11:])))
        with pytest.raises(ConfigError, match=r"the best checkpoint of the run, .* is gone"):
            run(moved, two_epochs)
        return
    for name, weights in load_file(run(moved, two_epochs) / "model.safetensors").items():
        assert torch.equal(weights, expected[name]), name


def scores_of_epochs(*selections):
    """Return a scorer that knows beforehand what each epoch will be worth."""
    coming = iter(selections)
    return lambda *_: {"selection": next(coming)}


def test_a_checkpoint_that_was_cut_short_is_removed(run, two_epochs, tmp_path, caplog):
    output = tmp_path / "run"
    final = run(output, two_epochs)
    weights = load_file(final / "model.safetensors")
    first, second = sorted(
        output.glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1])
    )
    (second / "trainer_state.json").write_text('{"epo')
    (output / "checkpoint-999").mkdir()
    shutil.rmtree(final)
    with caplog.at_level(logging.INFO, logger=run_folder.logger.name):
        run(output, two_epochs)
    removed = [r.getMessage() for r in caplog.records if "was cut short" in r.getMessage()]
    assert removed == [
        f"removing {output / 'checkpoint-999'}, which was cut short",
        f"removing {second}, which was cut short",
    ]
    assert f"resuming from {first}" in caplog.text
    assert not (output / "checkpoint-999").exists()
    for name, found in load_file(final / "model.safetensors").items():
        torch.testing.assert_close(found, weights[name], atol=1e-5, rtol=1e-4)


def test_a_final_folder_that_is_half_written_does_not_count_as_finished(
    run, two_epochs, tmp_path, monkeypatch
):
    run_file = run(tmp_path / "run", two_epochs) / "run.json"
    assert run_file.is_file()

    def die(*_):
        raise Killed

    monkeypatch.setattr(training.TaggerTrainer, "save_model", die)
    with pytest.raises(Killed):
        run(tmp_path / "run", two_epochs)
    assert not run_file.exists()


def test_an_output_folder_holds_one_run(run, run_config, tmp_path):
    output = tmp_path / "run"
    output.mkdir()
    (output / "run_config.json").write_text('{"name": "another"}')
    with pytest.raises(ConfigError, match="holds a run with another configuration"):
        run(output, run_config)


@pytest.fixture
def copied(corpora_dir, tmp_path):
    """A copy of the corpora and the ontology, to be changed."""
    return shutil.copytree(corpora_dir, tmp_path / "copied")


@pytest.fixture
def killed(two_epochs, copied, tmp_path, monkeypatch):
    """A run on them that was killed, as a function that resumes it; its folder is `run`."""

    def run():
        return train(two_epochs, copied / "run.yaml", copied, tmp_path / "run")

    with monkeypatch.context() as patch:
        kill_after_epoch(1, patch)
        with pytest.raises(Killed):
            run()
    return run


def test_a_run_is_not_resumed_with_other_inputs(killed, copied):
    train_file = copied / "tiny" / "train.jsonl"
    train_file.write_text(train_file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    ontology = json.loads((copied / "ontology.yaml").read_text(encoding="utf-8"))
    ontology["types"] = dict(reversed(ontology["types"].items()))
    (copied / "ontology.yaml").write_text(json.dumps(ontology), encoding="utf-8")
    problem = "began with other labels of the head ours, files of the corpus tiny"
    with pytest.raises(ConfigError, match=problem):
        killed()


def test_a_run_of_a_former_version_is_resumed(killed, tmp_path):
    inputs = tmp_path / "run" / "run_inputs.json"
    text = inputs.read_text(encoding="utf-8")
    inputs.unlink()
    killed()
    assert inputs.read_text(encoding="utf-8") == text


def test_a_run_is_not_resumed_with_another_start(run_config, tmp_path):
    start = run_folder.RunInputs({}, {}, warm_start_sha256="a", teachers_sha256=("b",))
    run_folder.claim_folder(tmp_path, run_config, start)
    run_folder.claim_folder(tmp_path, run_config, start)
    other = dataclasses.replace(start, warm_start_sha256="c", teachers_sha256=("b", "d"))
    with pytest.raises(ConfigError, match="began with other warm start, teachers"):
        run_folder.claim_folder(tmp_path, run_config, other)


def test_a_run_that_cannot_begin_claims_no_folder(run, run_config, tmp_path):
    wrong = dataclasses.replace(run_config, ontology=Path("absent.yaml"))
    with pytest.raises(InputError, match=r"absent\.yaml"):
        run(tmp_path / "run", wrong)
    assert not (tmp_path / "run").exists()


def test_a_run_learns_its_training_data(finished_run, records):
    final = finished_run / "final"
    model = ConflictTagger.from_pretrained(final)
    tokenizer = load_tokenizer(final / "tokenizer.json")
    scores = dev_scores(model, tokenizer, {"train": records})
    assert scores["train_trigger_cls"] > 70.0
    assert scores["selection"] == pytest.approx(
        (scores["train_trigger_cls"] + scores["train_arg_cls_plus"]) / 2
    )


def test_a_run_describes_itself(finished_run, run_config, corpora_dir):
    run = json.loads((finished_run / "final" / "run.json").read_text(encoding="utf-8"))
    stored = json.loads((finished_run / "run_config.json").read_text(encoding="utf-8"))
    assert run["config"] == stored
    assert run["name"] == "tiny"
    assert run["seed"] == run_config.optimisation.seed
    assert run["config_sha256"] != config_fingerprint(run_config)
    assert run["corpora"]["tiny"]["records"] == 5
    assert set(run["versions"]) >= {"torch", "transformers"}
    assert run["dev_history"][-1]["epoch"] == 40
    assert str(corpora_dir) not in json.dumps(run["corpora"])


def test_fingerprints_follow_the_settings_but_not_the_seed(run_config):
    def changed(**settings):
        optimisation = dataclasses.replace(run_config.optimisation, **settings)
        return config_fingerprint(dataclasses.replace(run_config, optimisation=optimisation))

    assert changed(seed=2) == config_fingerprint(run_config)
    assert changed(epochs=3) != config_fingerprint(run_config)


def test_learning_rates_reach_their_parts(run, run_config, tmp_path, monkeypatch):
    seen = {}

    class Recorder(training.TaggerTrainer):
        def create_optimizer(self, model=None):
            optimizer = super().create_optimizer(model)
            names = {id(p): name for name, p in self.model.named_parameters()}
            for group in optimizer.param_groups:
                for parameter in group["params"]:
                    seen[names[id(parameter)]] = (group["lr"], group["weight_decay"])
            raise Killed

    monkeypatch.setattr(training, "TaggerTrainer", Recorder)
    optimisation = dataclasses.replace(run_config.optimisation, role_layer_learning_rate=7e-3)
    with pytest.raises(Killed):
        run(tmp_path / "run", dataclasses.replace(run_config, optimisation=optimisation))
    assert seen["encoder.encoder.layer.0.output.dense.weight"] == (3e-3, 0.01)
    assert seen["encoder.encoder.layer.0.output.dense.bias"] == (3e-3, 0.0)
    assert seen["role_layers.0.output.dense.weight"] == (7e-3, 0.01)
    assert seen["trigger_heads.ours.types.weight"] == (1e-2, 0.01)
    assert seen["conditioning.distances.weight"] == (1e-2, 0.01)


def test_the_last_epochs_train_the_int8_form(run, run_config, tmp_path, caplog):
    optimisation = dataclasses.replace(run_config.optimisation, epochs=3, int8_epochs=1)
    config = dataclasses.replace(run_config, optimisation=optimisation)
    with caplog.at_level(logging.INFO):
        final = run(tmp_path / "int8", config)
    assert "training the int8 form from epoch 2 on" in caplog.text
    assert ConflictTagger.from_pretrained(final).is_quantized
    history = json.loads((final / "run.json").read_text(encoding="utf-8"))["dev_history"]
    assert [entry["epoch"] for entry in history] == [3.0]


def test_a_run_without_int8_epochs_stays_exact(finished_run):
    assert not ConflictTagger.from_pretrained(finished_run / "final").is_quantized
