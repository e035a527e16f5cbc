from __future__ import annotations

import copy

import numpy as np
import pytest

pytestmark = pytest.mark.training
pytest.importorskip("transformers")
torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from clashtag.runtimes.choice import RuntimeSettings
from clashtag.session import EncoderSession, RoleSession
from clashtag_training.export.calibration import calibrate
from clashtag_training.export.onnx_graphs import (
    PARITY_TOLERANCE,
    ParityError,
    check_parity,
    encoder_graph,
    role_graph,
)
from clashtag_training.export.onnx_products import Int8Products
from clashtag_training.model.torch_sessions import TorchRoleSession, torch_pipeline


def names(values):
    return {
        value.name: [axis.dim_param or axis.dim_value for axis in value.type.tensor_type.shape.dim]
        for value in values
    }


def test_graphs_have_the_inputs_and_outputs_of_a_bundle(graphs, ontology):
    encoder = onnx.load(graphs / "encoder.onnx").graph
    assert names(encoder.input) == {
        "input_ids": ["batch", "tokens"],
        "attention_mask": ["batch", "tokens"],
    }
    shapes = names(encoder.output)
    assert list(shapes) == ["hidden", "trigger_logits", "status_logits"]
    assert shapes["trigger_logits"][2] == 1 + 2 * len(ontology.types)
    assert shapes["status_logits"][2] == len(ontology.statuses)
    roles = onnx.load(graphs / "roles.onnx").graph
    shapes = names(roles.input)
    assert shapes["hidden"][:2] == shapes["context_mask"] == ["triggers", "context"]
    assert shapes["trigger_start"] == shapes["trigger_end"] == shapes["trigger_type"]
    assert names(roles.output)["role_logits"][2:] == [len(ontology.roles), 3]


def test_graphs_equal_the_model_at_any_shape(trained, graphs):
    worst = check_parity(trained, "ours", graphs / "encoder.onnx", graphs / "roles.onnx")
    assert worst <= PARITY_TOLERANCE


@pytest.mark.parametrize("part", ["encoder", "role_layers"])
def test_graphs_of_another_model_are_refused(trained, graphs, part):
    other = copy.deepcopy(trained)
    with torch.no_grad():
        next(getattr(other, part).parameters()).mul_(1.5)
    with pytest.raises(ParityError, match=r"graph differs from the model by \d"):
        check_parity(other, "ours", graphs / "encoder.onnx", graphs / "roles.onnx")


def test_padding_changes_no_logits_in_the_graphs(graphs, ontology):
    settings = RuntimeSettings(threads=1)
    encoder = EncoderSession(
        graphs / "encoder.onnx",
        settings,
        types=len(ontology.types),
        statuses=len(ontology.statuses),
    )
    ids = np.arange(5, 16)[np.newaxis]
    alone = encoder.run(ids, np.ones_like(ids))
    padding = np.zeros((1, 9), dtype=np.int64)
    padded = encoder.run(np.hstack([ids, padding]), np.hstack([np.ones_like(ids), padding]))
    np.testing.assert_allclose(padded.trigger_logits[:, :11], alone.trigger_logits, atol=1e-5)
    roles = RoleSession(graphs / "roles.onnx", settings, roles=len(ontology.roles))
    position = np.array([3]), np.array([5]), np.array([1])
    expected = roles.run(alone.hidden, np.ones_like(ids), *position)
    found = roles.run(
        np.pad(alone.hidden, ((0, 0), (0, 9), (0, 0)), constant_values=7.0),
        np.hstack([np.ones_like(ids), padding]),
        *position,
    )
    np.testing.assert_allclose(found[:, :11], expected, atol=1e-5)


@pytest.fixture(scope="module")
def rounding(trained, tokenizer, records):
    """The trained model, computing as its int8 form."""
    model = copy.deepcopy(trained)
    pipeline = torch_pipeline(model, tokenizer)
    calibrate(model, lambda: pipeline.tag_roles(records, [r.events for r in records]))
    return model


def test_the_int8_role_graph_equals_the_rounding_model(rounding, tmp_path):
    onnx.save(role_graph(rounding, "ours", Int8Products()), tmp_path / "roles.onnx")
    session = RoleSession(tmp_path / "roles.onnx", RuntimeSettings(threads=1), roles=4)
    generator = np.random.default_rng(0)
    width = rounding.config.encoder_config().hidden_size
    inputs = {
        "hidden": generator.standard_normal((3, 21, width)).astype(np.float32),
        "context_mask": np.ones((3, 21), dtype=np.int64),
        "trigger_start": np.array([0, 7, 20]),
        "trigger_end": np.array([2, 8, 21]),
        "trigger_type": np.array([0, 1, 1]),
    }
    expected = TorchRoleSession(rounding, "ours").run(**inputs)
    exact = TorchRoleSession(rounding.without_rounding(), "ours").run(**inputs)
    found = session.run(**inputs)
    # Where a value lies between two steps, either side is right.
    assert np.abs(found - expected).mean() < 0.1 * np.abs(exact - expected).mean()


def test_int8_scores_do_not_depend_on_batch_neighbours(rounding, tmp_path):
    onnx.save(encoder_graph(rounding, "ours", Int8Products()), tmp_path / "encoder.onnx")
    session = EncoderSession(
        tmp_path / "encoder.onnx", RuntimeSettings(threads=1), types=2, statuses=2
    )
    generator = np.random.default_rng(0)
    ids = generator.integers(5, 60, (6, 24))
    mask = np.ones_like(ids)
    mask[3:, 20:] = 0
    together = session.run(ids, mask).trigger_logits
    for row in range(6):
        kept = int(mask[row].sum())
        alone = session.run(ids[row : row + 1, :kept], mask[row : row + 1, :kept])
        np.testing.assert_allclose(together[row, :kept], alone.trigger_logits[0], atol=1e-4)
