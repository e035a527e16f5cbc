"""fp32 graphs to int8: outlier channels are smoothed first, then weights and activations rounded.

Activations are rounded with one scale a tensor, so a single large channel costs every other one
its precision. Before each matrix product the channels are therefore divided by smoothing factors
and the rows of the weights multiplied by them, which changes nothing in fp32 (SmoothQuant, Xiao
et al. 2023); the strength is chosen per product by the rounding error it leaves.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

Feeds = Mapping[str, NDArray[np.generic]]

STRENGTHS = (0.4, 0.5, 0.6, 0.7, 0.8)
MAX_CALIBRATION_ROWS = 4096
_SMALLEST = 1e-5


def quantize(source: Path, target: Path, calibration: Sequence[Feeds]) -> None:
    """Write the int8 form of a graph: weights per channel, activations scaled at run time.

    Args:
        source: the fp32 graph.
        target: the int8 graph.
        calibration: inputs of the graph, from texts like those it will read.
    """
    smoothed = target.with_suffix(".smoothed.onnx")
    try:
        onnx.save(smooth(onnx.load(source), calibration), smoothed)
        with _quiet():
            quantize_dynamic(
                smoothed,
                target,
                op_types_to_quantize=["MatMul", "Gemm", "Gather"],
                per_channel=True,
                weight_type=QuantType.QInt8,
            )
    finally:
        smoothed.unlink(missing_ok=True)


def smooth(model: ModelProto, calibration: Sequence[Feeds]) -> ModelProto:
    """Return an equal graph whose matrix products read activations without outlier channels.

    An input is left as it is where no strength lowers its rounding error.
    """
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    products = _products_by_input(model, weights)
    activations = _sample_activations(model, list(products), calibration)
    for name, nodes in products.items():
        matrices = [weights[node.input[1]] for node in nodes]
        factors = best_smoothing(activations[name], matrices)
        if factors is not None:
            _insert_smoothing(model, name, nodes, factors, matrices)
    used = {name for node in model.graph.node for name in node.input}
    kept = [tensor for tensor in model.graph.initializer if tensor.name in used]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    return model


def best_smoothing(
    activations: NDArray[np.float32], matrices: Sequence[NDArray[np.float32]]
) -> NDArray[np.float32] | None:
    """Return the factors, one per channel, that leave the least rounding error, or None.

    Args:
        activations: (rows, channels) that the products read.
        matrices: (channels, outputs) each.
    """
    largest = np.maximum(np.abs(activations).max(axis=0), _SMALLEST)
    widest = np.maximum(
        np.max([np.abs(matrix).max(axis=1) for matrix in matrices], axis=0), _SMALLEST
    )
    best, lowest = None, _rounding_error(activations, matrices, np.ones_like(largest))
    for strength in STRENGTHS:
        factors = largest**strength / widest ** (1 - strength)
        factors = (factors / np.exp(np.log(factors).mean())).astype(np.float32)
        error = _rounding_error(activations, matrices, factors)
        if error < lowest:
            best, lowest = factors, error
    return best


def _rounding_error(
    activations: NDArray[np.float32],
    matrices: Sequence[NDArray[np.float32]],
    factors: NDArray[np.float32],
) -> float:
    """Return the squared error of int8 products of smoothed operands."""
    rounded = _round(activations / factors, axis=None, levels=255)
    error = 0.0
    for matrix in matrices:
        weights = _round(matrix * factors[:, np.newaxis], axis=0, levels=254)
        error += float(np.square(rounded @ weights - activations @ matrix).sum())
    return error


def _round(values: NDArray[np.float32], axis: int | None, levels: int) -> NDArray[np.float32]:
    """Round to int8 steps: symmetric per column (axis 0), or one asymmetric range for all."""
    if axis is None:
        low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
        step = max(high - low, _SMALLEST) / levels
        rounded = np.round(values / step) * step
    else:
        steps = np.maximum(2 * np.abs(values).max(axis=axis, keepdims=True), _SMALLEST) / levels
        rounded = np.round(values / steps) * steps
    return rounded.astype(np.float32)


def _products_by_input(
    model: ModelProto, weights: Mapping[str, NDArray[np.float32]]
) -> dict[str, list[NodeProto]]:
    """Return the matrix products with constant weights, by the activation they read."""
    products: dict[str, list[NodeProto]] = {}
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in weights:
            products.setdefault(node.input[0], []).append(node)
    return products


def _sample_activations(
    model: ModelProto, names: Sequence[str], calibration: Sequence[Feeds]
) -> dict[str, NDArray[np.float32]]:
    """Run the graph and return up to 4,096 rows of each activation, (rows, channels)."""
    probe = ModelProto()
    probe.CopyFrom(model)
    outputs = {output.name for output in probe.graph.output}
    probe.graph.output.extend(
        helper.make_empty_tensor_value_info(name) for name in names if name not in outputs
    )
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        probe.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    sampled: dict[str, list[NDArray[np.float32]]] = {name: [] for name in names}
    rows_per_batch = max(1, MAX_CALIBRATION_ROWS // len(calibration))
    for feeds in calibration:
        for name, values in zip(names, session.run(list(names), dict(feeds)), strict=True):
            rows = values.reshape(-1, values.shape[-1])
            chosen = np.linspace(0, len(rows) - 1, min(rows_per_batch, len(rows))).astype(int)
            sampled[name].append(rows[chosen])
    return {name: np.concatenate(rows) for name, rows in sampled.items()}


def _insert_smoothing(
    model: ModelProto,
    name: str,
    nodes: Sequence[NodeProto],
    factors: NDArray[np.float32],
    matrices: Sequence[NDArray[np.float32]],
) -> None:
    names = {node.name for node in nodes}
    first = next(i for i, node in enumerate(model.graph.node) if node.name in names)
    inverse = numpy_helper.from_array(1 / factors, f"{name}_inverse_smoothing")
    model.graph.initializer.append(inverse)
    for node, matrix in zip(nodes, matrices, strict=True):
        smoothed = numpy_helper.from_array(
            matrix * factors[:, np.newaxis], f"{node.input[1]}_smoothed"
        )
        model.graph.initializer.append(smoothed)
        node.input[0], node.input[1] = f"{name}_smoothed", smoothed.name
    division = helper.make_node(
        "Mul", [name, inverse.name], [f"{name}_smoothed"], name=f"{name}_smoothing"
    )
    model.graph.node.insert(first, division)


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the quantiser's advice to run a preprocessing that the exporter already did."""
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)
    try:
        yield
    finally:
        root.setLevel(level)
