"""The matrix products of an ONNX graph, read from its own weights."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clashtag.errors import InputError, MissingExtraError

# What may stand between a weight and the product that reads it.
_PASSED_THROUGH = ("DequantizeLinear", "Transpose", "Cast", "Identity")
# QLinearMatMul, DynamicQuantizeMatMul, FusedMatMul, QGemm, ...; Attention with its own weights.
_PRODUCTS = ("MatMul", "Gemm", "Attention")


def import_onnx() -> Any:  # noqa: ANN401 - an untyped module
    """Return the module `onnx`.

    Raises:
        MissingExtraError: if it is not installed.
    """
    try:
        import onnx  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            "the matrix products of a graph need the module 'onnx', which is not installed",
            "pip install 'clashtag[bench]'",
        ) from error
    return onnx


def matrix_products(graph_path: Path) -> list[tuple[int, int]]:
    """Return the shape of the weight matrix of each product with an activation.

    A token needs 2 x rows x columns operations in each. Products of two activations, as in
    attention, are left out.

    Raises:
        MissingExtraError: if `onnx` is not installed.
        InputError: if the graph has no product with a constant matrix.
    """
    graph = import_onnx().load(str(graph_path), load_external_data=False).graph
    shapes: dict[str, tuple[int, ...]] = {
        tensor.name: tuple(tensor.dims) for tensor in graph.initializer
    }
    shapes |= {node.output[0]: shape for node in graph.node if (shape := _constant_shape(node))}
    sources = {
        node.output[0]: node.input[0] for node in graph.node if node.op_type in _PASSED_THROUGH
    }
    products: list[tuple[int, int]] = []
    for node in graph.node:
        if any(name in node.op_type for name in _PRODUCTS):
            found = [_shape(name, sources, shapes) for name in node.input[1:]]
            products += [(shape[0], shape[1]) for shape in found if len(shape) == 2][:1]
    if not products:
        raise InputError(
            f"{str(graph_path)!r} multiplies by no constant matrix", "export the bundle again"
        )
    return products


def operations_per_token(products: list[tuple[int, int]]) -> int:
    """Return the multiplications and additions that one token needs in these products."""
    return sum(2 * rows * columns for rows, columns in products)


def _shape(
    name: str, sources: Mapping[str, str], shapes: Mapping[str, tuple[int, ...]]
) -> tuple[int, ...]:
    while name in sources:
        name = sources[name]
    return shapes.get(name, ())


def _constant_shape(node: Any) -> tuple[int, ...]:  # noqa: ANN401 - onnx is untyped
    if node.op_type != "Constant":
        return ()
    return next((tuple(a.t.dims) for a in node.attribute if a.name == "value"), ())
