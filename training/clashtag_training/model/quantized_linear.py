"""Linear layers that can compute as their int8 form will, in evaluation and in training.

The int8 scheme: weights are rounded symmetrically with one step per output, inputs with one
fixed step and zero point per layer, so that no text influences another's rounding. Channels of
an input are first divided by smoothing factors and the weights multiplied by them, which keeps
outlier channels from costing every other one its precision (SmoothQuant, Xiao et al. 2023).
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from transformers.models.bert.modeling_bert import BertLayer

LEVELS = 255
WEIGHT_LIMIT = 127
SMALLEST_STEP = 1e-8


class QuantizableLinear(nn.Linear):
    """A linear layer with room for its int8 form: smoothing, input step and zero point.

    It computes exactly until `quantize` has been called.
    """

    smoothing: Tensor
    input_step: Tensor
    input_zero_point: Tensor

    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__(in_features, out_features, bias)
        self.register_buffer("smoothing", torch.ones(in_features))
        self.register_buffer("input_step", torch.zeros(()))
        self.register_buffer("input_zero_point", torch.zeros((), dtype=torch.int32))

    @property
    def is_quantized(self) -> bool:
        """Whether the layer computes as its int8 form."""
        return bool(self.input_step > 0)

    def quantize(self, smoothing: Tensor, input_step: float, input_zero_point: int) -> None:
        """Compute from now on as the int8 form with these constants."""
        self.smoothing.copy_(smoothing)
        self.input_step.fill_(input_step)
        self.input_zero_point.fill_(input_zero_point)

    def smoothed_weight(self) -> Tensor:
        """Return the weights that belong to smoothed inputs, (outputs, inputs)."""
        return self.weight * self.smoothing

    def forward(self, inputs: Tensor) -> Tensor:
        """Return the products with inputs of (..., inputs); gradients pass through rounding."""
        if not self.is_quantized:
            return super().forward(inputs)
        rounded = torch.fake_quantize_per_tensor_affine(
            inputs.float() / self.smoothing, self.input_step, self.input_zero_point, 0, LEVELS
        )
        weight = self.smoothed_weight().float()
        steps = weight_steps(weight.detach())
        zeros = torch.zeros_like(steps, dtype=torch.int32)
        weight = torch.fake_quantize_per_channel_affine(
            weight, steps, zeros, 0, -WEIGHT_LIMIT, WEIGHT_LIMIT
        )
        return nn.functional.linear(rounded, weight, self.bias)


def weight_steps(weight: Tensor) -> Tensor:
    """Return the rounding step of each output of weights, (outputs, inputs)."""
    return weight.abs().amax(dim=1).clamp(min=SMALLEST_STEP) / WEIGHT_LIMIT


def round_weight(weight: Tensor) -> Tensor:
    """Return weights, (outputs, inputs), rounded to the steps of their outputs."""
    steps = weight_steps(weight).unsqueeze(1)
    return (weight / steps).round().clamp(-WEIGHT_LIMIT, WEIGHT_LIMIT) * steps


def make_quantizable(layer: BertLayer) -> None:
    """Put quantizable linear layers, with the same weights, in place of a layer's own."""
    for module in list(layer.modules()):
        for name, child in list(module.named_children()):
            if type(child) is nn.Linear:
                quantizable = QuantizableLinear(
                    child.in_features, child.out_features, child.bias is not None
                )
                quantizable.load_state_dict(child.state_dict(), strict=False)
                setattr(module, name, quantizable)


def query_key_value(layer: BertLayer) -> tuple[QuantizableLinear, ...]:
    """Return the three linear layers of attention that read the layer's input."""
    attention = layer.attention.self
    return attention.query, attention.key, attention.value


def shared_inputs(layer: BertLayer) -> Iterator[tuple[QuantizableLinear, ...]]:
    """Yield the linear layers of an encoder layer, grouped by the input that they read."""
    yield query_key_value(layer)
    yield (layer.attention.output.dense,)
    yield (layer.intermediate.dense,)
    yield (layer.output.dense,)
