"""Matrix products and embedding look-ups in an ONNX graph, exact or in int8."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto
from torch import Tensor, nn

from clashtag_training.export.graph_builder import MICROSOFT, GraphBuilder
from clashtag_training.model.quantized_linear import WEIGHT_LIMIT, QuantizableLinear, weight_steps


class Products(Protocol):
    """How a graph multiplies by weights and looks up vectors."""

    def multiply(
        self, graph: GraphBuilder, states: str, layers: Sequence[QuantizableLinear]
    ) -> list[str]:
        """Add the outputs of linear layers that read the same states; return their names."""

    def look_up(self, graph: GraphBuilder, ids: str, table: nn.Embedding) -> str:
        """Add the vectors of ids, (..., width); return their name."""


class ExactProducts:
    """Everything in fp32, as the model computes."""

    def multiply(
        self, graph: GraphBuilder, states: str, layers: Sequence[QuantizableLinear]
    ) -> list[str]:
        """Add the outputs of linear layers that read the same states; return their names."""
        return [add_linear(graph, states, layer) for layer in layers]

    def look_up(self, graph: GraphBuilder, ids: str, table: nn.Embedding) -> str:
        """Add the vectors of ids, (..., width); return their name."""
        return graph.add("Gather", graph.constant("vectors", array(table.weight)), ids)


class Int8Products:
    """Products of rounded inputs and weights, and vectors rounded row by row.

    The rounding of an input is fixed, so no text changes the scores of another in its batch.
    """

    def multiply(
        self, graph: GraphBuilder, states: str, layers: Sequence[QuantizableLinear]
    ) -> list[str]:
        """Add the outputs of linear layers that read the same states; return their names."""
        first = layers[0]
        smoothing = array(first.smoothing)
        if np.any(smoothing != 1):
            states = graph.add("Mul", states, graph.constant("inverse_smoothing", 1 / smoothing))
        step = graph.constant("input_step", array(first.input_step))
        zero = graph.constant("input_zero_point", array(first.input_zero_point).astype(np.uint8))
        rounded = graph.add("QuantizeLinear", states, step, zero)
        return [self._product(graph, rounded, step, zero, layer) for layer in layers]

    def _product(
        self, graph: GraphBuilder, rounded: str, step: str, zero: str, layer: QuantizableLinear
    ) -> str:
        weight = layer.smoothed_weight().detach().float()
        steps = weight_steps(weight)
        integers = (weight / steps.unsqueeze(1)).round().clamp(-WEIGHT_LIMIT, WEIGHT_LIMIT)
        return graph.add(
            "MatMulIntegerToFloat",
            rounded,
            graph.constant("weight", array(integers).T.astype(np.int8)),
            step,
            graph.constant("weight_steps", array(steps)),
            zero,
            "",
            graph.constant("bias", array(layer.bias)),
            domain=MICROSOFT,
        )

    def look_up(self, graph: GraphBuilder, ids: str, table: nn.Embedding) -> str:
        """Add the vectors of ids, (..., width); return their name."""
        weight = table.weight.detach().float()
        steps = weight_steps(weight).unsqueeze(1)
        integers = graph.constant("vectors", array((weight / steps).round()).astype(np.int8))
        found = graph.add("Cast", graph.add("Gather", integers, ids), to=TensorProto.FLOAT)
        return graph.add(
            "Mul", found, graph.add("Gather", graph.constant("vector_steps", array(steps)), ids)
        )


def add_linear(graph: GraphBuilder, states: str, layer: nn.Linear, name: str | None = None) -> str:
    """Add an exact linear layer; return its output's name."""
    product = graph.add("MatMul", states, graph.constant("weight", array(layer.weight).T))
    return graph.add("Add", product, graph.constant("bias", array(layer.bias)), name=name)


def array(tensor: Tensor) -> NDArray[np.float32]:
    """Return a tensor's values."""
    values: NDArray[np.float32] = tensor.detach().cpu().numpy()
    return values
