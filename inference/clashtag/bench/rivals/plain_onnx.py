"""The same weights as anyone would export them: opset 18, eager attention, fp32, no settings.

It does the whole job: our tokens, windows, batches and decoding around those two graphs, run by
onnxruntime as it comes, with all of its own optimisations.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray

from clashtag.bench.rivals import RivalSettings, System
from clashtag.bench.rivals.checkpoint import load_plain_tagger
from clashtag.bundle import load_bundle
from clashtag.hashing import file_sha256
from clashtag.pipeline import Pipeline
from clashtag.session import EncoderOutput
from clashtag.windows import load_tokenizer
from clashtag_training.examples.features import special_tokens

_OPSET = 18
_ENCODER_OUTPUTS = ("hidden", "trigger_logits", "status_logits")
_ROLE_INPUTS = ("hidden", "context_mask", "trigger_start", "trigger_end", "trigger_type")


def load(settings: RivalSettings) -> System:
    """Export the checkpoint and open its graphs.

    Raises:
        InputError: if the settings lack a checkpoint.
    """
    checkpoint = settings.require_checkpoint()
    pipeline = _pipeline(settings, checkpoint)

    def run(texts: Sequence[str]) -> None:
        for _ in pipeline.tag_many(texts):
            pass

    return System(
        run,
        f"plain ONNX export (opset {_OPSET}, eager attention, fp32) in onnxruntime "
        f"{onnxruntime.__version__} with default settings, within our pipeline",
        "whole job",
        settings.has_weights(file_sha256(checkpoint / "model.safetensors")),
    )


def _pipeline(settings: RivalSettings, checkpoint: Path) -> Pipeline:
    model = load_plain_tagger(checkpoint, attention="eager")
    tokenizer = load_tokenizer(checkpoint / "tokenizer.json")
    labels = load_bundle(settings.model).labels
    with tempfile.TemporaryDirectory() as folder:
        graphs = _export(model, Path(folder))
        encoder, roles = (_session(graph, settings.threads_each) for graph in graphs)
    return Pipeline(
        labels=replace(labels, special_tokens=special_tokens(tokenizer)),
        tokenizer=tokenizer,
        encoder=_PlainEncoder(encoder),
        roles=_PlainRoles(roles),
    )


class _PlainEncoder:
    def __init__(self, session: Any) -> None:  # noqa: ANN401 - onnxruntime is untyped
        self._session = session

    def run(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> EncoderOutput:
        feeds = {"input_ids": input_ids, "attention_mask": attention_mask}
        return EncoderOutput(*self._session.run(_ENCODER_OUTPUTS, feeds))


class _PlainRoles:
    def __init__(self, session: Any) -> None:  # noqa: ANN401
        self._session = session

    def run(
        self,
        hidden: NDArray[np.float32],
        context_mask: NDArray[np.int64],
        trigger_start: NDArray[np.int64],
        trigger_end: NDArray[np.int64],
        trigger_type: NDArray[np.int64],
    ) -> NDArray[np.float32]:
        values = (hidden, context_mask, trigger_start, trigger_end, trigger_type)
        feeds = dict(zip(_ROLE_INPUTS, values, strict=True))
        logits: NDArray[np.float32] = self._session.run(["role_logits"], feeds)[0]
        return logits


class _Graph(torch.nn.Module):  # type: ignore[misc]  # torch counts as untyped
    """A method of a model as a module of its own, which is what torch exports."""

    def __init__(self, model: Any, method: Callable[..., Any]) -> None:  # noqa: ANN401
        super().__init__()
        self.model = model
        self.method = method

    def forward(self, *inputs: Any) -> Any:  # noqa: ANN401
        return self.method(*inputs)


def _export(model: Any, folder: Path) -> tuple[Path, Path]:  # noqa: ANN401
    """Write the graphs of the encoder and of the roles, and return their paths."""
    head = model.config.shipped_head

    def encode(input_ids: Any, attention_mask: Any) -> tuple[Any, ...]:  # noqa: ANN401
        states, role_states = model.encode(input_ids, attention_mask)
        return role_states, *model.tag_triggers(head, states)

    def tag_roles(*inputs: Any) -> Any:  # noqa: ANN401
        return model.tag_roles(head, *inputs)

    axes = {name: torch.export.Dim(name) for name in ("batch", "tokens", "triggers", "context")}
    windows = {0: axes["batch"], 1: axes["tokens"]}
    contexts = {0: axes["triggers"], 1: axes["context"]}
    ids = torch.randint(5, 20, (2, 24))
    states = torch.randn(3, 24, model.config.encoder_config().hidden_size)
    mask = torch.ones(3, 24, dtype=torch.int64)
    places = torch.tensor([1, 2, 3])
    encoder, roles = folder / "encoder.onnx", folder / "roles.onnx"
    _write(
        _Graph(model, encode),
        {"input_ids": ids, "attention_mask": torch.ones_like(ids)},
        (windows, windows),
        _ENCODER_OUTPUTS,
        encoder,
    )
    inputs = (states, mask, places, places + 1, torch.zeros_like(places))
    _write(
        _Graph(model, tag_roles),
        dict(zip(_ROLE_INPUTS, inputs, strict=True)),
        (contexts, contexts, *[{0: axes["triggers"]}] * 3),
        ("role_logits",),
        roles,
    )
    return encoder, roles


def _write(
    graph: _Graph,
    inputs: Mapping[str, Any],
    dynamic_shapes: tuple[Any, ...],
    outputs: tuple[str, ...],
    path: Path,
) -> None:
    with warnings.catch_warnings():
        # The exporter warns of its own deprecated calls and of axes that share a name.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            graph,
            tuple(inputs.values()),
            str(path),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_shapes=(dynamic_shapes,),
            opset_version=_OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )


def _session(path: Path, threads: int) -> Any:  # noqa: ANN401
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
