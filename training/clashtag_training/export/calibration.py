"""The constants of a model's int8 form, chosen by the error that they leave on real texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from transformers.models.bert.modeling_bert import BertLayer

from clashtag.errors import ConfigError
from clashtag_training.model.modeling import ConflictTagger
from clashtag_training.model.quantized_linear import (
    LEVELS,
    SMALLEST_STEP,
    QuantizableLinear,
    round_weight,
    shared_inputs,
)

SMOOTHING_STRENGTHS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
# Shares of the seen range that are kept; what lies outside is clipped.
RANGE_SHARES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
SAMPLED_ROWS = 1024
ROWS_PER_BATCH = 64


@dataclass(frozen=True, slots=True)
class InputRounding:
    """How an input is rounded: smoothing factors, (channels,), one step and one zero point.

    `error` is the mean squared error that is left in the products.
    """

    smoothing: Tensor
    step: float
    zero_point: int
    error: float


def calibrate(model: ConflictTagger, run: Callable[[], object]) -> None:
    """Make a model compute as its int8 form, with constants that suit the texts of a run.

    Args:
        model: its weights keep their meaning; those around attention are rescaled.
        run: sends texts with events through the model.

    Raises:
        ConfigError: if a layer has seen nothing, as role layers do in texts without events.
    """
    layers = [*model.encoder.encoder.layer, *model.role_layers]
    groups = [group for layer in layers for group in shared_inputs(layer)]
    with torch.no_grad():
        with _sampled_inputs([group[0] for group in groups]) as samples:
            run()
        for group, sample in zip(groups, samples, strict=True):
            if not sample:
                raise ConfigError(
                    "the texts for calibration hold no event",
                    "give dev records with annotated events",
                )
            rows = _evenly(torch.cat(sample), SAMPLED_ROWS)
            rounding = choose_rounding(rows, [linear.weight for linear in group])
            for linear in group:
                linear.quantize(rounding.smoothing, rounding.step, rounding.zero_point)
        for layer in layers:
            _fold_attention_smoothing(layer)


def choose_rounding(rows: Tensor, weights: Sequence[Tensor]) -> InputRounding:
    """Return the rounding of an input that leaves the least error in its products.

    Args:
        rows: a sample of the input, (rows, channels).
        weights: of the layers that read it, (outputs, channels) each.
    """
    weight = torch.cat(list(weights))
    exact = rows @ weight.T
    return min(_roundings(rows, weight, exact), key=lambda rounding: rounding.error)


def _roundings(rows: Tensor, weight: Tensor, exact: Tensor) -> Iterator[InputRounding]:
    for smoothing in _smoothings(rows, weight):
        smoothed = rows / smoothing
        rounded_weight = round_weight(weight * smoothing)
        low, high = min(float(smoothed.min()), 0.0), max(float(smoothed.max()), 0.0)
        for share in RANGE_SHARES:
            step = max(share * (high - low) / LEVELS, SMALLEST_STEP)
            zero_point = min(LEVELS, max(0, round(-share * low / step)))
            rounded = torch.fake_quantize_per_tensor_affine(smoothed, step, zero_point, 0, LEVELS)
            error = float((rounded @ rounded_weight.T - exact).square().mean())
            yield InputRounding(smoothing, step, zero_point, error)


def _smoothings(rows: Tensor, weight: Tensor) -> Iterator[Tensor]:
    largest = rows.abs().amax(dim=0).clamp(min=1e-5)
    widest = weight.abs().amax(dim=0).clamp(min=1e-5)
    yield torch.ones_like(largest)
    for strength in SMOOTHING_STRENGTHS:
        factors = largest**strength / widest ** (1 - strength)
        yield factors / factors.log().mean().exp()


def _fold_attention_smoothing(layer: BertLayer) -> None:
    """Let the values of attention come smoothed, which saves a step of its output layer."""
    value, output = layer.attention.self.value, layer.attention.output.dense
    value.weight /= output.smoothing.unsqueeze(1)
    value.bias /= output.smoothing
    output.weight *= output.smoothing
    output.smoothing.fill_(1.0)


@contextmanager
def _sampled_inputs(layers: Sequence[QuantizableLinear]) -> Iterator[list[list[Tensor]]]:
    """Collect rows of what each layer reads, while the block runs."""
    samples: list[list[Tensor]] = [[] for _ in layers]

    def collector(sample: list[Tensor]) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
        def collect(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            rows = inputs[0].detach().float().flatten(end_dim=-2)
            sample.append(_evenly(rows, ROWS_PER_BATCH))

        return collect

    with ExitStack() as hooks:
        for layer, sample in zip(layers, samples, strict=True):
            hooks.callback(layer.register_forward_pre_hook(collector(sample)).remove)
        yield samples


def _evenly(rows: Tensor, count: int) -> Tensor:
    """Return up to `count` rows, evenly spread."""
    return rows[torch.linspace(0, len(rows) - 1, min(count, len(rows))).long()]
