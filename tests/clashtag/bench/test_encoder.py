from __future__ import annotations

import sys

import numpy as np
import onnxruntime
import pytest

onnx = pytest.importorskip("onnx")

from onnx import TensorProto, helper, numpy_helper

from clashtag.bench.ceiling import _product_model, measure_ceiling
from clashtag.bench.encoder import measure_ceiling_share, measure_encoder
from clashtag.bench.matrix_products import matrix_products, operations_per_token
from clashtag.errors import InputError, MissingExtraError
from clashtag.pipeline import Pipeline
from tiny_model import TYPES, WIDTH


def save_graph(path, nodes, weights):
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 4])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    onnx.save(helper.make_model(graph), path)
    return path


def test_products_are_those_with_constant_matrices(bundle):
    statuses = 2
    expected = [(WIDTH, 1 + 2 * len(TYPES)), (WIDTH, statuses)]
    products = matrix_products(bundle.encoder_path)
    assert products == expected
    assert operations_per_token(products) == 2 * WIDTH * (1 + 2 * len(TYPES) + statuses)


def test_products_see_through_dequantised_and_transposed_weights(tmp_path):
    nodes = [
        helper.make_node("DequantizeLinear", ["w", "s"], ["d"]),
        helper.make_node("Transpose", ["d"], ["t"]),
        helper.make_node("MatMul", ["x", "t"], ["h"]),
        helper.make_node("MatMul", ["h", "h"], ["y"]),
    ]
    weights = {"w": np.zeros((5, 4), np.int8), "s": np.array(1, np.float32)}
    products = matrix_products(save_graph(tmp_path / "g.onnx", nodes, weights))
    assert operations_per_token(products) == 2 * 5 * 4


def test_products_of_quantised_operators_are_counted_once(tmp_path):
    nodes = [helper.make_node("MatMulInteger", ["x", "w", "", "z"], ["y"])]
    weights = {"w": np.zeros((4, 6), np.int8), "z": np.zeros(6, np.int8)}
    assert matrix_products(save_graph(tmp_path / "g.onnx", nodes, weights)) == [(4, 6)]


def test_graph_without_products_is_refused(tmp_path):
    path = save_graph(tmp_path / "g.onnx", [helper.make_node("Relu", ["x"], ["y"])], {})
    with pytest.raises(InputError, match="no constant matrix"):
        matrix_products(path)


def test_without_onnx_the_extra_is_named(bundle, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(MissingExtraError, match=r"clashtag\[bench\]"):
        matrix_products(bundle.encoder_path)


def test_ceiling_measures_real_integer_products():
    model = _product_model(onnx, (2, 3, 4))
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    found = session.run(None, {"activations": np.eye(2, 3, dtype=np.uint8)})[0]
    [weights] = onnx.load_from_string(model).graph.initializer
    assert (found == numpy_helper.to_array(weights)[:2]).all()


def test_ceiling_is_the_best_of_all_products():
    ceiling = measure_ceiling([(16, 16), (16, 16)], rows=8, threads=1, seconds=0.0)
    assert [product.is_of_encoder for product in ceiling.products].count(True) == 1
    assert ceiling.all_threads_tops == max(each.all_threads_tops for each in ceiling.products)
    assert ceiling.one_thread_tops > 0


def test_encoder_is_measured_on_the_batches_of_tagging(bundle):
    pipeline = Pipeline.from_bundle(bundle)
    texts = ["The attack killed people.", "Rain."]  # 5 and 2 tokens in one batch of 2 x 7
    speed = measure_encoder(pipeline, texts, rounds=2, seconds=0.0)
    assert speed.tokens_per_batch == 7 + 4
    assert speed.padding == pytest.approx(3 / 14)
    assert [shape.batch for shape in speed.shapes] == [1, 1, 8, 32]


def test_share_is_what_is_reached_of_the_ceiling(bundle):
    speed = measure_encoder(Pipeline.from_bundle(bundle), ["The attack."], rounds=1, seconds=0.0)
    share = measure_ceiling_share(bundle.encoder_path, speed, rows=8, threads=1, seconds=0.0)
    reached = 1e6 * share.megaflop_per_token * speed.tokens_per_second.median
    assert share.share == pytest.approx(reached / (1e12 * share.ceiling.all_threads_tops))
