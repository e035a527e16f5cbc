"""A trained model as two ONNX graphs, proven equal to it at shapes it was not traced with."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from clashtag.errors import ClashtagError
from clashtag.session import EncoderSession, RoleSession, SessionSettings
from clashtag_training.modeling import ConflictTagger
from clashtag_training.torch_sessions import TorchEncoderSession, TorchRoleSession

OPSET = 23
PARITY_TOLERANCE = 1e-4
ENCODER_PARITY_SHAPES = ((1, 3), (2, 17), (3, 64), (1, 256))
ROLE_PARITY_SHAPES = ((1, 1), (2, 9), (5, 33), (3, 128))


class ParityError(ClashtagError):
    """An exported graph whose outputs differ from the model's."""


class _EncoderGraph(nn.Module):
    """The encoder and one head's triggers."""

    def __init__(self, model: ConflictTagger, head: str) -> None:
        super().__init__()
        self.model = model
        self.head = head

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        hidden, role_states = self.model.encode(input_ids, attention_mask)
        return role_states, *self.model.tag_triggers(self.head, hidden)


class _RoleGraph(nn.Module):
    """The role layers and one head's roles."""

    def __init__(self, model: ConflictTagger, head: str) -> None:
        super().__init__()
        self.model = model
        self.head = head

    def forward(self, *inputs: Tensor) -> Tensor:
        return self.model.tag_roles(self.head, *inputs)


def export_encoder(model: ConflictTagger, head: str, path: Path) -> None:
    """Write `encoder.onnx` in fp32, with dynamic batch and tokens."""
    ids = torch.randint(5, 100, (2, 24))
    batch, tokens = torch.export.Dim("batch"), torch.export.Dim("tokens", max=512)
    _export(
        _EncoderGraph(model, head),
        {"input_ids": ids, "attention_mask": torch.ones_like(ids)},
        {"input_ids": {0: batch, 1: tokens}, "attention_mask": {0: batch, 1: tokens}},
        ["hidden", "trigger_logits", "status_logits"],
        path,
    )


def export_roles(model: ConflictTagger, head: str, path: Path) -> None:
    """Write `roles.onnx` in fp32, with dynamic triggers and context."""
    triggers, context = torch.export.Dim("triggers"), torch.export.Dim("context")
    inputs = {
        name: torch.from_numpy(array) for name, array in _role_inputs(model, head, (3, 24)).items()
    }
    shapes: list[dict[int, object]] = [{0: triggers, 1: context}, {0: triggers, 1: context}]
    shapes += [{0: triggers}] * 3
    _export(_RoleGraph(model, head), inputs, (tuple(shapes),), ["role_logits"], path)


def _export(
    graph: nn.Module,
    inputs: Mapping[str, Tensor],
    dynamic_shapes: object,
    outputs: list[str],
    path: Path,
) -> None:
    with warnings.catch_warnings():
        # The exporter warns of its own deprecated calls and of axes that share a name.
        warnings.simplefilter("ignore", FutureWarning)
        warnings.simplefilter("ignore", UserWarning)
        torch.onnx.export(
            graph.eval(),
            tuple(inputs.values()),
            str(path),
            input_names=list(inputs),
            output_names=outputs,
            dynamic_shapes=dynamic_shapes,
            opset_version=OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    onnx.checker.check_model(str(path))


def check_parity(model: ConflictTagger, head: str, encoder: Path, roles: Path) -> float:
    """Compare fp32 graphs with the model at several shapes; return the largest difference.

    Raises:
        ParityError: if any output differs by more than 1e-4.
    """
    labels = model.config.heads[head]
    settings = SessionSettings(threads=1)
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
