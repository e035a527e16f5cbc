"""A bundle of a few kilobytes whose graphs are set by hand, so that its events are predictable.

Words decide labels. `attack`, `shelling` and `killed` are triggers; `air strike` is one trigger of
two words; a trigger after `planned` has the status `other`. Within `REACH_TOKENS` of a trigger,
`gunmen` and `armed gunmen` are agents, `militia` is agent and claimant at once, `civilians` are
targets or victims as the type allows, `kyiv` is a place and `monday` a time. Small seeded noise
and a mean over the window make scores depend on every token that is not padding.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from clashtag.bundle import seal_bundle
from clashtag.labels import Labels, WindowSettings
from clashtag.ontology import Ontology

REACH_TOKENS = 20
OPSET = 17
IR_VERSION = 9
HIGH = 12.0

ONTOLOGY = Ontology.from_dict(
    {
        "version": 1,
        "statuses": {"actual": "It happened.", "other": "It was planned, feared or denied."},
        "roles": {
            "agent": "Who does it.",
            "target": "What it is aimed at.",
            "victim": "Who is hurt.",
            "place": "Where it happens.",
            "time": "When it happens.",
            "claimant": "Who claims it.",
        },
        "types": {
            "attack": {
                "definition": "One-sided violence.",
                "roles": ["agent", "target", "place", "time", "claimant"],
            },
            "airstrike": {
                "definition": "A strike from the air.",
                "roles": ["agent", "target", "place", "time", "claimant"],
            },
            "death": {
                "definition": "People die.",
                "roles": ["victim", "agent", "place", "time"],
            },
        },
    }
)
TYPES = list(ONTOLOGY.types)
ROLES = list(ONTOLOGY.roles)

LABELS = Labels(
    ontology=ONTOLOGY,
    trigger_thresholds=dict.fromkeys(TYPES, 0.5),
    role_thresholds=dict.fromkeys(ROLES, 0.5),
    shared_span_roles=(("agent", "claimant"),),
    windows=WindowSettings(max_tokens=64, overlap_tokens=12, role_context_tokens=48),
)

_WORDS = "attack shelling killed air strike planned armed gunmen militia civilians kyiv monday"
_FILLERS = "the a of in on and said people talks market rain report word price . , ! ? - ' \""
FEATURES = _WORDS.split()
FILLERS = _FILLERS.split()
_PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *FEATURES, *FILLERS, "##ers", "##s"]
# Published ids of the special tokens, which labels.json has by default.
SPECIAL_IDS = {"[PAD]": 0, "[CLS]": 101, "[SEP]": 102}
VOCABULARY = SPECIAL_IDS | {
    piece: index
    for index, piece in enumerate((p for p in _PIECES if p not in SPECIAL_IDS), start=1)
}
NOISE_WIDTH = 4
WIDTH = 2 * len(FEATURES) + NOISE_WIDTH


def write_tiny_bundle(directory: Path, labels: Labels = LABELS) -> Path:
    """Write the bundle into a new directory and return it."""
    directory.mkdir(parents=True)
    onnx.save(encoder_graph(), directory / "encoder.onnx")
    onnx.save(roles_graph(), directory / "roles.onnx")
    tiny_tokenizer().save(str(directory / "tokenizer.json"))
    (directory / "labels.json").write_text(json.dumps(labels.to_dict()), encoding="utf-8")
    seal_bundle(directory, "tiny", "1.0.0", {"purpose": "tests"})
    return directory


def tiny_tokenizer() -> Tokenizer:
    """Return a WordPiece tokenizer that, like published ones, truncates and pads by default."""
    tokenizer = Tokenizer(models.WordPiece(VOCABULARY, unk_token="[UNK]"))  # noqa: S106
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]"])
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 102), ("[CLS]", 101))
    tokenizer.enable_truncation(16)
    tokenizer.enable_padding(length=16)
    return tokenizer


def encoder_graph() -> onnx.ModelProto:
    """Return ids -> hidden (this token's features, the one's before it, noise) and logits."""
    features = len(FEATURES)
    random = np.random.default_rng(0)
    table = np.zeros((max(VOCABULARY.values()) + 1, features + NOISE_WIDTH), dtype=np.float32)
    table[:, features:] = random.normal(0, 0.1, (len(table), NOISE_WIDTH))
    for index, word in enumerate(FEATURES):
        table[VOCABULARY[word], index] = 1.0
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["embedded"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last_axis"], ["mask_column"]),
        helper.make_node("Mul", ["embedded", "mask_column"], ["seen"]),
        helper.make_node("Split", ["seen", "widths"], ["words", "noise"], axis=2),
        helper.make_node("Pad", ["words", "shift_right"], ["previous"]),
        helper.make_node("ReduceSum", ["noise", "token_axis"], ["noise_sum"], keepdims=1),
        helper.make_node("ReduceSum", ["mask_column", "token_axis"], ["count"], keepdims=1),
        helper.make_node("Div", ["noise_sum", "count"], ["noise_mean"]),
        helper.make_node("Add", ["noise", "noise_mean"], ["mixed"]),
        helper.make_node("Concat", ["words", "previous", "mixed"], ["hidden"], axis=2),
        helper.make_node("MatMul", ["hidden", "trigger_weight"], ["trigger_products"]),
        helper.make_node("Add", ["trigger_products", "trigger_bias"], ["trigger_logits"]),
        helper.make_node("MatMul", ["hidden", "status_weight"], ["status_products"]),
        helper.make_node("Add", ["status_products", "status_bias"], ["status_logits"]),
    ]
    constants = {
        "table": table,
        "last_axis": np.array([2]),
        "token_axis": np.array([1]),
        "widths": np.array([features, NOISE_WIDTH]),
        "shift_right": np.array([0, 1, 0, 0, -1, 0]),
        "trigger_weight": _trigger_weight(random),
        "trigger_bias": np.array([HIGH / 2, *[0.0] * (2 * len(TYPES))], dtype=np.float32),
        "status_weight": _weight(random, 2, {("planned", "previous", 1): HIGH}),
        "status_bias": np.array([HIGH / 2, 0.0], dtype=np.float32),
    }
    inputs = {name: (TensorProto.INT64, ["batch", "tokens"]) for name in _ENCODER_INPUTS}
    outputs = {
        "hidden": ["batch", "tokens", WIDTH],
        "trigger_logits": ["batch", "tokens", 1 + 2 * len(TYPES)],
        "status_logits": ["batch", "tokens", len(ONTOLOGY.statuses)],
    }
    return _model(nodes, constants, inputs, outputs)


_ENCODER_INPUTS = ("input_ids", "attention_mask")


def _trigger_weight(random: np.random.Generator) -> np.ndarray:
    begins = {"attack": "attack", "shelling": "attack", "air": "airstrike", "killed": "death"}
    weights = {
        (word, "current", 1 + 2 * TYPES.index(event_type)): HIGH
        for word, event_type in begins.items()
    }
    inside_airstrike = 2 + 2 * TYPES.index("airstrike")
    # "strike" goes on with a trigger only right after "air".
    weights["strike", "current", inside_airstrike] = HIGH / 4
    weights["air", "previous", inside_airstrike] = HIGH / 2
    return _weight(random, 1 + 2 * len(TYPES), weights)


def roles_graph() -> onnx.ModelProto:
    """Return hidden -> role logits, pushed to O beyond `REACH_TOKENS` from the trigger."""
    random = np.random.default_rng(1)
    fillers = {
        "gunmen": ["agent"],
        "militia": ["agent", "claimant"],
        "civilians": ["target", "victim"],
        "kyiv": ["place"],
        "monday": ["time"],
    }
    weights = {
        (word, "current", 3 * ROLES.index(role) + 1): HIGH
        for word, roles in fillers.items()
        for role in roles
    }
    agent = 3 * ROLES.index("agent")
    weights["armed", "current", agent + 1] = HIGH
    weights["armed", "previous", agent + 1] = -HIGH
    weights["armed", "previous", agent + 2] = HIGH
    bias = np.tile(np.array([HIGH / 2, 0.0, 0.0], dtype=np.float32), len(ROLES))
    type_bias = random.normal(0, 0.1, (len(TYPES), 1, 3 * len(ROLES))).astype(np.float32)
    far = np.tile(np.array([2 * HIGH, 0.0, 0.0], dtype=np.float32), len(ROLES))
    nodes = [
        helper.make_node("MatMul", ["hidden", "weight"], ["products"]),
        helper.make_node("Add", ["products", "bias"], ["by_word"]),
        helper.make_node("Gather", ["type_bias", "trigger_type"], ["by_type"]),
        helper.make_node("Add", ["by_word", "by_type"], ["logits"]),
        helper.make_node("Shape", ["context_mask"], ["shape"]),
        helper.make_node("Gather", ["shape", "one"], ["context"]),
        helper.make_node("Range", ["zero", "context", "one"], ["positions"]),
        helper.make_node("Unsqueeze", ["trigger_start", "column"], ["starts"]),
        helper.make_node("Unsqueeze", ["trigger_end", "column"], ["ends"]),
        helper.make_node("Sub", ["starts", "positions"], ["before"]),
        helper.make_node("Sub", ["positions", "ends"], ["after"]),
        helper.make_node("Max", ["before", "after"], ["distance"]),
        helper.make_node("Greater", ["distance", "reach"], ["is_far"]),
        helper.make_node("Cast", ["is_far"], ["is_far_number"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["is_far_number", "last_axis"], ["far_column"]),
        helper.make_node("Mul", ["far_column", "far"], ["penalty"]),
        helper.make_node("Add", ["logits", "penalty"], ["flat_logits"]),
        helper.make_node("Reshape", ["flat_logits", "by_role"], ["role_logits"]),
    ]
    constants = {
        "weight": _weight(random, 3 * len(ROLES), weights),
        "bias": bias,
        "type_bias": type_bias,
        "far": far,
        "zero": np.array(0),
        "one": np.array(1),
        "column": np.array([1]),
        "last_axis": np.array([2]),
        "reach": np.array(REACH_TOKENS),
        "by_role": np.array([0, 0, len(ROLES), 3]),
    }
    inputs = {
        "hidden": (TensorProto.FLOAT, ["triggers", "context", WIDTH]),
        "context_mask": (TensorProto.INT64, ["triggers", "context"]),
        "trigger_start": (TensorProto.INT64, ["triggers"]),
        "trigger_end": (TensorProto.INT64, ["triggers"]),
        "trigger_type": (TensorProto.INT64, ["triggers"]),
    }
    outputs = {"role_logits": ["triggers", "context", len(ROLES), 3]}
    return _model(nodes, constants, inputs, outputs)


def _weight(
    random: np.random.Generator, columns: int, entries: dict[tuple[str, str, int], float]
) -> np.ndarray:
    """Return (WIDTH, columns): the given entries by (word, current or previous), then noise."""
    weight = np.zeros((WIDTH, columns), dtype=np.float32)
    weight[-NOISE_WIDTH:] = random.normal(0, 0.5, (NOISE_WIDTH, columns))
    for (word, place, column), value in entries.items():
        offset = len(FEATURES) if place == "previous" else 0
        weight[offset + FEATURES.index(word), column] = value
    return weight


def _model(
    nodes: list[onnx.NodeProto],
    constants: dict[str, np.ndarray],
    inputs: dict[str, tuple[int, list[str | int]]],
    outputs: dict[str, list[str | int]],
) -> onnx.ModelProto:
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, *of) for name, of in inputs.items()],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
            for name, shape in outputs.items()
        ],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
    )
    onnx.checker.check_model(model)
    return model
