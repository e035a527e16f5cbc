"""The most that this machine's int8 matrix products reach through onnxruntime.

What is measured is `MatMulInteger`, unsigned activations times signed weights, and nothing else:
no scales, no zero points, outputs written into memory that is there already.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnxruntime

from clashtag.bench.matrix_products import import_onnx

_OPSET = 17
_IR_VERSION = 9
# Large enough to use every unit of a core, small enough for its caches in part.
_LARGER_SHAPES = ((1024, 1024, 1024), (1024, 2048, 2048), (2048, 1024, 4096), (512, 4096, 1024))


@dataclass(frozen=True, slots=True)
class ProductSpeed:
    """One product, (rows, inner) x (inner, columns), in tera-operations a second (TOPS)."""

    rows: int
    inner: int
    columns: int
    one_thread_tops: float
    all_threads_tops: float
    is_of_encoder: bool


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The best of all products with one thread and with all of them, and each product."""

    threads: int
    one_thread_tops: float
    all_threads_tops: float
    products: tuple[ProductSpeed, ...]


def measure_ceiling(
    weights: Iterable[tuple[int, int]], rows: int, threads: int, seconds: float
) -> Ceiling:
    """Measure int8 products at the shapes of an encoder, and at a few larger ones.

    The fastest of many repetitions counts, since it is a ceiling.

    Args:
        weights: shapes of weight matrices; each is measured once.
        rows: tokens in a batch.
        threads: what "all threads" means.
        seconds: spent on each product with each number of threads.

    Raises:
        MissingExtraError: if `onnx` is not installed.
    """
    onnx = import_onnx()
    of_encoder = [(rows, *shape) for shape in sorted(set(weights))]
    larger = [shape for shape in _LARGER_SHAPES if shape not in of_encoder]
    products = []
    for shape in (*of_encoder, *larger):
        model = _product_model(onnx, shape)
        one = _tops(model, shape, 1, seconds)
        every = one if threads == 1 else _tops(model, shape, threads, seconds)
        products.append(ProductSpeed(*shape, one, every, shape in of_encoder))
    return Ceiling(
        threads=threads,
        one_thread_tops=max(product.one_thread_tops for product in products),
        all_threads_tops=max(product.all_threads_tops for product in products),
        products=tuple(products),
    )


def _tops(model: bytes, shape: Sequence[int], threads: int, seconds: float) -> float:
    rows, inner, columns = shape
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    activations = np.random.default_rng(0).integers(0, 256, (rows, inner), dtype=np.uint8)
    product = onnxruntime.OrtValue.ortvalue_from_shape_and_type((rows, columns), np.int32)
    binding = session.io_binding()
    binding.bind_cpu_input("activations", activations)
    binding.bind_ortvalue_output("product", product)
    session.run_with_iobinding(binding)
    fastest = float("inf")
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or fastest == float("inf"):
        begin = time.perf_counter()
        session.run_with_iobinding(binding)
        fastest = min(fastest, time.perf_counter() - begin)
    return 2 * rows * inner * columns / fastest / 1e12


def _product_model(onnx: Any, shape: Sequence[int]) -> bytes:  # noqa: ANN401
    rows, inner, columns = shape
    types = onnx.TensorProto
    weights = np.random.default_rng(1).integers(-127, 128, (inner, columns), dtype=np.int8)
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("MatMulInteger", ["activations", "weights"], ["product"])],
        "product",
        [onnx.helper.make_tensor_value_info("activations", types.UINT8, [rows, inner])],
        [onnx.helper.make_tensor_value_info("product", types.INT32, [rows, columns])],
        [onnx.numpy_helper.from_array(weights, "weights")],
    )
    model: bytes = onnx.helper.make_model(
        graph, opset_imports=[onnx.helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION
    ).SerializeToString()
    return model
