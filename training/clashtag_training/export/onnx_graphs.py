"""A trained model as two ONNX graphs, and the proof that they compute what it computes.

The graphs are written operator by operator: the layout of every tensor on the hot path is
decided here, and an int8 graph differs from an exact one in its products only.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from onnx import ModelProto, TensorProto
from torch import nn
from transformers.models.bert.modeling_bert import BertLayer

from clashtag.errors import ClashtagError
from clashtag.runtimes.choice import RuntimeSettings
from clashtag.session import EncoderSession, RoleSession
from clashtag_training.export.graph_builder import Axis, GraphBuilder
from clashtag_training.export.onnx_products import Products, add_linear, array
from clashtag_training.model.modeling import (
    MASKED_SCORE,
    ROLE_TAGS,
    ConflictTagger,
    TriggerConditioning,
)
from clashtag_training.model.quantized_linear import query_key_value
from clashtag_training.model.torch_sessions import TorchEncoderSession, TorchRoleSession

PARITY_TOLERANCE = 1e-4
ENCODER_PARITY_SHAPES = ((1, 3), (2, 17), (3, 64), (1, 256))
ROLE_PARITY_SHAPES = ((1, 1), (2, 9), (5, 33), (3, 128))


class ParityError(ClashtagError):
    """An exported graph whose outputs differ from the model's."""


def encoder_graph(model: ConflictTagger, head: str, products: Products) -> ModelProto:
    """Return the encoder and one head's triggers as a graph with dynamic batch and tokens."""
    graph = GraphBuilder()
    embeddings = model.encoder.embeddings
    vectors = products.look_up(graph, "input_ids", embeddings.word_embeddings)
    # No token of ours is of the second type.
    places = embeddings.position_embeddings.weight + embeddings.token_type_embeddings.weight[0]
    tokens = graph.add("Shape", "input_ids", start=1, end=2)
    first = graph.constant("first", np.zeros(1, np.int64))
    places = graph.add("Slice", graph.constant("places", array(places)), first, tokens)
    states = _add_norm(graph, graph.add("Add", vectors, places), embeddings.LayerNorm, None)
    bias = _attention_bias(graph, "attention_mask")
    layers = list(model.encoder.encoder.layer)
    shared = len(layers) - len(model.role_layers)
    for depth, layer in enumerate(layers, start=1):
        name = "hidden" if depth == shared else None
        states = _add_layer(graph, states, bias, layer, products, name)
    trigger_head = model.trigger_heads[head]
    add_linear(graph, states, trigger_head.types, "trigger_logits")
    add_linear(graph, states, trigger_head.statuses, "status_logits")
    if shared == len(layers):
        graph.add("Identity", states, name="hidden")
    axes: list[Axis] = ["batch", "tokens"]
    sizes = {
        "hidden": states_width(model),
        "trigger_logits": trigger_head.types.out_features,
        "status_logits": trigger_head.statuses.out_features,
    }
    return graph.model(
        dict.fromkeys(("input_ids", "attention_mask"), (TensorProto.INT64, axes)),
        {name: (TensorProto.FLOAT, [*axes, size]) for name, size in sizes.items()},
    )


def role_graph(model: ConflictTagger, head: str, products: Products) -> ModelProto:
    """Return the role layers and one head's roles as a graph with dynamic triggers and context."""
    graph = GraphBuilder()
    role_head = model.role_heads[head]
    states = _add_conditioning(graph, model.conditioning, role_head.type_embeddings)
    bias = _attention_bias(graph, "context_mask")
    for layer in model.role_layers:
        states = _add_layer(graph, states, bias, layer, products)
    logits = add_linear(graph, states, role_head.tags)
    shape = graph.constant("role_shape", np.array([0, 0, role_head.roles, ROLE_TAGS]))
    graph.add("Reshape", logits, shape, name="role_logits")
    axes: list[Axis] = ["triggers", "context"]
    inputs: dict[str, tuple[int, list[Axis]]] = {
        "hidden": (TensorProto.FLOAT, [*axes, states_width(model)])
    }
    inputs["context_mask"] = (TensorProto.INT64, axes)
    for name in ("trigger_start", "trigger_end", "trigger_type"):
        inputs[name] = (TensorProto.INT64, ["triggers"])
    outputs = {"role_logits": (TensorProto.FLOAT, [*axes, role_head.roles, ROLE_TAGS])}
    return graph.model(inputs, outputs)


def states_width(model: ConflictTagger) -> int:
    """Return the width of the encoder's states."""
    width: int = model.config.encoder_config().hidden_size
    return width


def _add_layer(  # noqa: PLR0917 - what a layer is made of
    graph: GraphBuilder,
    states: str,
    bias: str,
    layer: BertLayer,
    products: Products,
    name: str | None = None,
) -> str:
    """Add an encoder layer; its states may take a name."""
    attention = layer.attention
    heads = attention.self.num_attention_heads
    projections = products.multiply(graph, states, query_key_value(layer))
    attended = graph.add("Attention", *projections, bias, q_num_heads=heads, kv_num_heads=heads)
    (attended,) = products.multiply(graph, attended, [attention.output.dense])
    states = _add_norm(graph, graph.add("Add", attended, states), attention.output.LayerNorm, None)
    (inner,) = products.multiply(graph, states, [layer.intermediate.dense])
    (outer,) = products.multiply(graph, graph.add("Gelu", inner), [layer.output.dense])
    return _add_norm(graph, graph.add("Add", outer, states), layer.output.LayerNorm, name)


def _add_norm(graph: GraphBuilder, states: str, norm: nn.LayerNorm, name: str | None) -> str:
    scale = graph.constant("norm_scale", array(norm.weight))
    bias = graph.constant("norm_bias", array(norm.bias))
    return graph.add(
        "LayerNormalization", states, scale, bias, name=name, axis=-1, epsilon=norm.eps
    )


def _attention_bias(graph: GraphBuilder, mask: str) -> str:
    """Add what `clashtag_training.model.modeling.attention_bias` returns for a mask."""
    present = graph.add("Cast", mask, to=TensorProto.FLOAT)
    blocked = graph.add("Sub", graph.constant("one", np.float32(1)), present)
    scores = graph.add("Mul", blocked, graph.constant("masked", np.float32(MASKED_SCORE)))
    scores = graph.add("Unsqueeze", scores, graph.constant("middle", np.array([1, 2])))
    # onnxruntime 1.31 takes no mask that it would have to broadcast over the queries.
    batch = graph.add("Shape", mask, start=0, end=1)
    tokens = graph.add("Shape", mask, start=1, end=2)
    one = graph.constant("ones", np.array([1]))
    return graph.add("Expand", scores, graph.add("Concat", batch, one, tokens, tokens, axis=0))


def _add_conditioning(
    graph: GraphBuilder, conditioning: TriggerConditioning, type_embeddings: nn.Embedding
) -> str:
    """Add what `TriggerConditioning` computes from the inputs of the role graph."""
    column = graph.constant("column", np.array([1]))
    zero, one = graph.constant("zero", np.int64(0)), graph.constant("one", np.int64(1))
    length = graph.add("Shape", "hidden", start=1, end=2)
    length = graph.add("Squeeze", length)
    positions = graph.add(
        "Unsqueeze", graph.add("Range", zero, length, one), graph.constant("row", np.array([0]))
    )
    start = graph.add("Unsqueeze", "trigger_start", column)
    end = graph.add("Unsqueeze", "trigger_end", column)
    last = graph.add("Sub", end, one)
    before = graph.add("Min", graph.add("Sub", positions, start), zero)
    after = graph.add("Max", graph.add("Sub", positions, last), zero)
    furthest = conditioning.max_distance
    bounds = [graph.constant("furthest", np.int64(side * furthest)) for side in (-1, 1)]
    distance = graph.add("Clip", graph.add("Add", before, after), *bounds)
    row = graph.add("Add", distance, graph.constant("middle_row", np.int64(furthest)))
    distances = graph.constant("distances", array(conditioning.distances.weight))
    inside = graph.add(
        "And",
        graph.add("GreaterOrEqual", positions, start),
        graph.add("LessOrEqual", positions, last),
    )
    inside = graph.add("Cast", inside, to=TensorProto.FLOAT)
    count = graph.add("ReduceSum", inside, column, keepdims=1)
    count = graph.add("Max", count, graph.constant("at_least", np.float32(1)))
    shares = graph.add("Unsqueeze", graph.add("Div", inside, count), column)
    trigger = add_linear(graph, graph.add("MatMul", shares, "hidden"), conditioning.trigger)
    types = graph.constant("types", array(type_embeddings.weight))
    kind = graph.add("Gather", types, graph.add("Unsqueeze", "trigger_type", column))
    condition = graph.add(
        "Add", graph.add("Add", trigger, kind), graph.add("Gather", distances, row)
    )
    return graph.add("Add", "hidden", condition)


def check_parity(model: ConflictTagger, head: str, encoder: Path, roles: Path) -> float:
    """Compare fp32 graphs with the model at several shapes; return the largest difference.

    Raises:
        ParityError: if any output differs by more than 1e-4.
    """
    labels = model.config.heads[head]
    settings = RuntimeSettings(threads=1)
    encoder_session = EncoderSession(
        encoder, settings, types=len(labels["types"]), statuses=len(labels["statuses"])
    )
    role_session = RoleSession(roles, settings, roles=len(labels["roles"]))
    worst = 0.0
    for shape in ENCODER_PARITY_SHAPES:
        ids, mask = _window_inputs(model, shape)
        expected = TorchEncoderSession(model, head).run(ids, mask)
        found = encoder_session.run(ids, mask)
        kept = mask.astype(bool)
        for name in ("hidden", "trigger_logits", "status_logits"):
            worst = max(worst, _gap(getattr(expected, name)[kept], getattr(found, name)[kept]))
        _require_parity("encoder", shape, worst)
    for shape in ROLE_PARITY_SHAPES:
        inputs = _role_inputs(model, head, shape)
        logits = role_session.run(**inputs)
        worst = max(worst, _gap(TorchRoleSession(model, head).run(**inputs), logits))
        _require_parity("roles", shape, worst)
    return worst


def _require_parity(graph: str, shape: tuple[int, int], difference: float) -> None:
    if not difference <= PARITY_TOLERANCE:
        raise ParityError(
            f"the {graph} graph differs from the model by {difference:.2e} at shape {shape}",
            f"at most {PARITY_TOLERANCE:.0e} is allowed; try another version of torch",
        )


def _gap(expected: np.ndarray, found: np.ndarray) -> float:
    return float(np.abs(expected - found).max(initial=0.0))


def _window_inputs(model: ConflictTagger, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(shape)
    vocabulary = model.config.encoder_config().vocab_size
    mask = np.ones(shape, dtype=np.int64)
    if len(mask) > 1:
        mask[1:, shape[1] // 2 + 1 :] = 0
    return generator.integers(5, vocabulary, shape), mask


def _role_inputs(model: ConflictTagger, head: str, shape: tuple[int, int]) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(shape)
    triggers, context = shape
    width = model.config.encoder_config().hidden_size
    start = generator.integers(0, context, triggers)
    types = len(model.config.heads[head]["types"])
    return {
        "hidden": generator.standard_normal((triggers, context, width)).astype(np.float32),
        "context_mask": np.ones(shape, dtype=np.int64),
        "trigger_start": start,
        "trigger_end": np.minimum(start + 2, context),
        "trigger_type": generator.integers(0, types, triggers),
    }
