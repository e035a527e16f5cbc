from __future__ import annotations

import pytest

pytestmark = pytest.mark.training
pytest.importorskip("transformers")
torch = pytest.importorskip("torch")

from clashtag_training.model.quantized_linear import QuantizableLinear, round_weight, weight_steps


@pytest.fixture
def layer():
    torch.manual_seed(0)
    return QuantizableLinear(16, 8)


def test_a_layer_computes_exactly_until_it_is_quantized(layer):
    inputs = torch.randn(5, 16)
    exact = inputs @ layer.weight.T + layer.bias
    assert not layer.is_quantized
    torch.testing.assert_close(layer(inputs), exact)
    layer.quantize(torch.ones(16), 0.05, 128)
    assert layer.is_quantized
    assert 0 < (layer(inputs) - exact).abs().max() < 0.1


def test_inputs_and_weights_are_rounded_to_whole_steps(layer):
    smoothing = torch.linspace(0.5, 2.0, 16)
    layer.quantize(smoothing, 0.1, 100)
    inputs = torch.randn(5, 16)
    integers = ((inputs / smoothing) / 0.1 + 100).round().clamp(0, 255) - 100
    expected = 0.1 * integers @ round_weight(layer.weight * smoothing).T + layer.bias
    torch.testing.assert_close(layer(inputs), expected)


def test_what_lies_outside_the_range_is_clipped_and_gets_no_gradient(layer):
    layer.quantize(torch.ones(16), 0.01, 0)
    inputs = torch.full((1, 16), 9.0)
    inputs[0, 3] = 1.0
    inputs.requires_grad_()
    layer(inputs).sum().backward()
    assert inputs.grad is not None
    assert inputs.grad[0, 3] != 0
    assert int((inputs.grad != 0).sum()) == 1


def test_weights_learn_through_rounding(layer):
    layer.quantize(torch.ones(16), 0.05, 128)
    layer(torch.randn(5, 16)).square().sum().backward()
    assert layer.weight.grad is not None
    assert bool((layer.weight.grad != 0).all())


def test_an_output_without_weights_has_a_step_too():
    steps = weight_steps(torch.tensor([[0.0, 0.0], [1.27, -0.5]]))
    assert steps[0] > 0
    assert steps[1] == pytest.approx(0.01)
