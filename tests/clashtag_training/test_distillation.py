from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.training
pytest.importorskip("transformers")
torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from safetensors.torch import load_file

from clashtag.bundle import load_bundle
from clashtag.errors import ConfigError
from clashtag.hashing import file_sha256
from clashtag.labels import WindowSettings
from clashtag_training.distillation import Teachers
from clashtag_training.examples.collation import WindowCollator
from clashtag_training.examples.features import label_records
from clashtag_training.export.bundle import export_bundle
from clashtag_training.model.modeling import ConflictTagger, ConflictTaggerOutput
from clashtag_training.run_config import DistillationConfig
from clashtag_training.training import train
from tiny_encoder import write_tiny_encoder

LAYER = "encoder.encoder.layer."


@pytest.fixture
def settings(finished_run):
    return DistillationConfig(teachers=(finished_run / "final",), encoder_layers=(0, 1))


@pytest.fixture
def load(settings, trained):
    def load_teacher(**changes) -> Teachers:
        changed = dataclasses.replace(settings, **changes)
        return Teachers.load(changed, Path(), trained.config.heads)

    return load_teacher


@pytest.fixture(scope="module")
def batch(records, label_space, tokenizer):
    windows = label_records(records, label_space, tokenizer, WindowSettings())
    return WindowCollator(0, 12, {"ours": len(label_space.roles)})(windows)


def test_a_student_that_keeps_every_layer_answers_as_its_teacher(load, trained, batch):
    teacher = load()
    student = teacher.student(trained.config).eval()
    with torch.inference_mode():
        answers, wanted = student(**batch), teacher.models[0](**batch)
    for name in ("trigger_logits", "status_logits", "role_logits"):
        torch.testing.assert_close(answers[name], wanted[name], atol=1e-5, rtol=0)


@pytest.mark.parametrize("layer", [0, 1])
def test_a_student_begins_with_the_layers_it_keeps(load, trained, layer):
    student = load(encoder_layers=(layer,)).student(trained.config)
    assert student.config.encoder["num_hidden_layers"] == 1
    assert trained.config.encoder["num_hidden_layers"] == 2
    theirs, ours = trained.state_dict(), student.state_dict()
    for name, weights in ours.items():
        of_teacher = name.replace(f"{LAYER}0.", f"{LAYER}{layer}.")
        assert torch.equal(weights, theirs[of_teacher]), name


def test_nothing_is_learnt_from_a_teacher_that_answers_alike(load, trained, batch):
    teacher = load(teacher_share=1.0)
    student = teacher.student(trained.config).eval()
    assert teacher.loss(student(**batch), batch).item() == pytest.approx(0.0, abs=1e-6)


def test_without_a_share_only_labels_count(load, trained, batch):
    teacher = load(teacher_share=0.0, encoder_layers=(1,))
    answers = teacher.student(trained.config).eval()(**batch)
    assert torch.equal(teacher.loss(answers, batch), answers.loss)


def test_the_teachers_part_is_the_divergence_of_the_labelled_choices(load, trained, batch):
    teacher = load(teacher_share=1.0, temperature=3.0, encoder_layers=(1,))
    answers = teacher.student(trained.config).eval()(**batch)
    wanted = teacher.models[0](**batch)
    expected = 0.0
    roles = batch["role_labels"].shape[-1]
    for part, weight in (("trigger", 2.0), ("status", 0.2), ("role", float(roles))):
        labelled = batch[f"{part}_labels"] != -100
        assert 0 < labelled.sum() < labelled.numel()
        theirs, ours = (
            torch.distributions.Categorical(logits=of[f"{part}_logits"][labelled] / 3.0)
            for of in (wanted, answers)
        )
        expected += weight * 9.0 * torch.distributions.kl_divergence(theirs, ours).mean().item()
    assert expected > 0.01
    assert teacher.loss(answers, batch).item() == pytest.approx(expected, rel=1e-4)


def test_several_teachers_are_worth_their_mean(settings, load, trained, batch):
    (one,) = load().models
    torch.manual_seed(1)
    other = ConflictTagger(trained.config)
    both = Teachers([one, other], dataclasses.replace(settings, teacher_share=1.0), ["", ""])
    mean = {}
    for part in ("trigger", "status", "role"):
        logits = [model(**batch)[f"{part}_logits"] for model in both.models]
        mean[f"{part}_logits"] = torch.stack([of.div(2).softmax(-1) for of in logits]).mean(0).log()
    like_both = ConflictTaggerOutput(
        loss=torch.zeros(()), **{name: 2 * of for name, of in mean.items()}
    )
    assert both.loss(like_both, batch).item() == pytest.approx(0.0, abs=1e-5)
    assert both.loss(one(**batch), batch).item() > 0.1


def test_no_teachers_are_refused(load):
    with pytest.raises(ConfigError, match=r"distillation\.teachers is empty"):
        load(teachers=())


def test_a_teacher_does_not_learn(load, trained, batch):
    teacher = load(encoder_layers=(1,))
    student = teacher.student(trained.config)
    teacher.loss(student(**batch), batch).backward()
    assert all(weights.grad is None for weights in teacher.models[0].parameters())
    assert any(weights.grad is not None for weights in student.parameters())
    assert not teacher.models[0].training


def test_a_batch_without_labels_has_no_loss(load, trained, batch):
    teacher = load()
    answers = teacher.student(trained.config)("ours", batch["input_ids"], batch["attention_mask"])
    with pytest.raises(ValueError, match="without labels"):
        teacher.loss(answers, batch)


@pytest.mark.parametrize("layers", [(), (1, 0), (0, 0), (2,), (-1,)])
def test_layers_that_a_teacher_does_not_have_are_refused(load, layers):
    with pytest.raises(ConfigError, match=r"distillation\.encoder_layers is .*"):
        load(encoder_layers=layers)


def test_a_teacher_that_is_missing_is_refused(load, tmp_path):
    with pytest.raises(ConfigError, match="no teacher at"):
        load(teachers=(tmp_path,))


def test_a_teacher_of_other_labels_is_refused(settings, trained):
    heads = {"ours": {**trained.config.heads["ours"], "types": ["flood"]}}
    with pytest.raises(ConfigError, match="other labels"):
        Teachers.load(settings, Path(), heads)


def test_a_student_of_another_shape_is_refused(load, trained):
    config = trained.config.__class__.from_dict({**trained.config.to_dict(), "role_layers": 2})
    with pytest.raises(ConfigError, match="do not fit the student"):
        load().student(config)


def test_a_run_with_a_teacher_trains_a_shallower_model_that_exports(
    run_config, corpora_dir, tmp_path, records, dev_records
):
    encoder = write_tiny_encoder(tmp_path / "encoder", [record.text for record in records], 3)
    stopped = dataclasses.replace(run_config.optimisation, max_steps=4)
    config = dataclasses.replace(run_config, encoder=str(encoder), optimisation=stopped)

    def run(folder, **changes):
        changed = dataclasses.replace(config, **changes)
        return train(changed, corpora_dir / "run.yaml", corpora_dir, tmp_path / folder)

    weights = run("teacher") / "model.safetensors"
    taught = DistillationConfig(teachers=(weights.parent,), encoder_layers=(0, 2))
    final = run("student", distillation=taught)
    described = json.loads((final / "run.json").read_text(encoding="utf-8"))
    assert described["teachers_sha256"] == [file_sha256(weights)]
    assert described["config"]["distillation"]["encoder_layers"] == [0, 2]
    model = ConflictTagger.from_pretrained(final)
    assert len(model.encoder.encoder.layer) == 2
    kept = load_file(weights)[f"{LAYER}2.output.dense.weight"]
    assert not torch.equal(model.state_dict()[f"{LAYER}1.output.dense.weight"], kept)
    bundle = export_bundle(
        final,
        tmp_path / "bundle",
        {"tiny": dev_records},
        name="tiny",
        version="1.0.0",
        max_drop_points=100.0,
    )
    assert bundle.parity < 1e-3
    provenance = load_bundle(bundle.path).manifest.provenance
    assert provenance["teachers_sha256"] == described["teachers_sha256"]
    assert "warm_start_sha256" not in provenance
