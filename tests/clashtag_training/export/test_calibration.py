from __future__ import annotations

import copy

import pytest

pytestmark = pytest.mark.training
pytest.importorskip("transformers")
torch = pytest.importorskip("torch")

from clashtag.errors import ConfigError
from clashtag_training.export.calibration import calibrate, choose_rounding
from clashtag_training.model.quantized_linear import LEVELS, round_weight
from clashtag_training.model.torch_sessions import torch_pipeline


def error_of(rounding, rows, weight):
    smoothed = rows / rounding.smoothing
    rounded = torch.fake_quantize_per_tensor_affine(
        smoothed, rounding.step, rounding.zero_point, 0, LEVELS
    )
    return float((rounded @ round_weight(weight * rounding.smoothing).T - rows @ weight.T).std())


def test_an_outlier_channel_is_smoothed_away():
    torch.manual_seed(0)
    rows, weight = torch.randn(400, 32), torch.randn(16, 32)
    rows[:, 7] *= 60
    rounding = choose_rounding(rows, [weight])
    assert rounding.smoothing[7] > 3 * rounding.smoothing.median()
    assert error_of(rounding, rows, weight) ** 2 == pytest.approx(rounding.error, rel=0.05)
    plain = choose_rounding(rows / rounding.smoothing, [weight * rounding.smoothing])
    assert rounding.error <= 1.05 * plain.error


def test_a_lone_large_value_is_clipped():
    torch.manual_seed(0)
    rows, weight = torch.randn(4000, 32), torch.randn(16, 32)
    rows[17] *= 30
    rounding = choose_rounding(rows, [weight])
    assert rounding.step * LEVELS < float(rows.max() - rows.min())


def test_a_calibrated_model_computes_nearly_the_same(trained, tokenizer, records):
    model = copy.deepcopy(trained)
    pipeline = torch_pipeline(model, tokenizer)
    exact = list(pipeline.encode([record.text for record in records]))
    calibrate(model, lambda: pipeline.tag_roles(records, [r.events for r in records]))
    assert model.is_quantized
    rounded = list(pipeline.encode([record.text for record in records]))
    unrounded = torch_pipeline(model.without_rounding(), tokenizer)
    again = list(unrounded.encode([record.text for record in records]))
    for one, other, third in zip(exact, rounded, again, strict=True):
        gap = abs(one.trigger_logits - other.trigger_logits).max()
        assert 0 < gap < 0.1 * abs(one.trigger_logits).max()
        assert abs(one.trigger_logits - third.trigger_logits).max() < 1e-3


def test_layers_that_read_the_same_input_round_it_alike(trained, tokenizer, records):
    model = copy.deepcopy(trained)
    pipeline = torch_pipeline(model, tokenizer)
    calibrate(model, lambda: pipeline.tag_roles(records, [r.events for r in records]))
    for layer in [*model.encoder.encoder.layer, *model.role_layers]:
        attention = layer.attention.self
        steps = {float(part.input_step) for part in (attention.query, attention.key)}
        assert steps == {float(attention.value.input_step)}
        assert bool((layer.attention.output.dense.smoothing == 1).all())


def test_texts_without_events_calibrate_nothing(trained, tokenizer, records):
    model = copy.deepcopy(trained)
    pipeline = torch_pipeline(model, tokenizer)
    with pytest.raises(ConfigError, match="hold no event"):
        calibrate(model, lambda: pipeline.tag_roles(records, [()] * len(records)))
