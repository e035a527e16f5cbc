"""The two ONNX graphs of a bundle behind typed calls; `run` may be called from any thread."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from clashtag.errors import BundleError

# onnxruntime decides when it is imported whether to keep a device id and count its use.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import onnxruntime

# The fused kernel is several times slower on CPUs than the two operators that it replaces.
_DISABLED_OPTIMIZERS = ["SkipLayerNormFusion"]
_ERRORS_ONLY = 3


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """How the graphs are run.

    Args:
        threads: threads that share the work of one operator.
        spinning: let idle threads wait actively: a little faster, at the price of a busy CPU.
    """

    threads: int
    spinning: bool = False


@dataclass(frozen=True, slots=True)
class EncoderOutput:
    """What the encoder says of each token; every array is float32 (batch, tokens, ...)."""

    hidden: NDArray[np.float32]
    trigger_logits: NDArray[np.float32]
    status_logits: NDArray[np.float32]


class Encoder(Protocol):
    """Anything that turns windows, (batch, tokens) each, into an `EncoderOutput`."""

    def run(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> EncoderOutput:
        """Encode a batch of windows."""


class RoleScorer(Protocol):
    """Anything that turns triggers in their contexts into role logits, as `RoleSession` does."""

    def run(
        self,
        hidden: NDArray[np.float32],
        context_mask: NDArray[np.int64],
        trigger_start: NDArray[np.int64],
        trigger_end: NDArray[np.int64],
        trigger_type: NDArray[np.int64],
    ) -> NDArray[np.float32]:
        """Return role logits, (triggers, context, roles, O/B/I)."""


class EncoderSession:
    """Runs `encoder.onnx`: token ids to hidden states, trigger and status logits."""

    def __init__(self, path: Path, settings: SessionSettings, *, types: int, statuses: int) -> None:
        inputs = ("input_ids", "attention_mask")
        self._graph = _Graph(path, settings, inputs, ("hidden", "trigger_logits", "status_logits"))
        self._graph.require_size("trigger_logits", axis=2, size=1 + 2 * types)
        self._graph.require_size("status_logits", axis=2, size=statuses)

    def run(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> EncoderOutput:
        """Encode a batch of windows, (batch, tokens) each."""
        return EncoderOutput(
            *self._graph.run({"input_ids": input_ids, "attention_mask": attention_mask})
        )


class RoleSession:
    """Runs `roles.onnx`: triggers in their contexts to role logits."""

    def __init__(self, path: Path, settings: SessionSettings, *, roles: int) -> None:
        inputs = ("hidden", "context_mask", "trigger_start", "trigger_end", "trigger_type")
        self._graph = _Graph(path, settings, inputs, ("role_logits",))
        self._graph.require_size("role_logits", axis=2, size=roles)

    def run(
        self,
        hidden: NDArray[np.float32],
        context_mask: NDArray[np.int64],
        trigger_start: NDArray[np.int64],
        trigger_end: NDArray[np.int64],
        trigger_type: NDArray[np.int64],
    ) -> NDArray[np.float32]:
        """Return role logits, (triggers, context, roles, O/B/I).

        Args:
            hidden: hidden states around each trigger, (triggers, context, width).
            context_mask: 1 for tokens and 0 for padding, (triggers, context).
            trigger_start: position in its context of each trigger's first token, (triggers,).
            trigger_end: position after its last token, (triggers,).
            trigger_type: index of its type in the ontology, (triggers,).
        """
        (role_logits,) = self._graph.run(
            {
                "hidden": hidden,
                "context_mask": context_mask,
                "trigger_start": trigger_start,
                "trigger_end": trigger_end,
                "trigger_type": trigger_type,
            }
        )
        return role_logits


class _Graph:
    """An ONNX graph whose inputs and outputs are checked by name when it is loaded."""

    def __init__(
        self,
        path: Path,
        settings: SessionSettings,
        known_inputs: tuple[str, ...],
        outputs: tuple[str, ...],
    ) -> None:
        try:
            self._session = onnxruntime.InferenceSession(
                str(path),
                sess_options=_options(settings),
                providers=["CPUExecutionProvider"],
                disabled_optimizers=_DISABLED_OPTIMIZERS,
            )
        except Exception as error:
            raise BundleError(
                f"onnxruntime {onnxruntime.__version__} cannot load {str(path)!r}: {error}",
                "upgrade onnxruntime, or export the bundle for an older operator set",
            ) from error
        self._path = path
        self._inputs = [node.name for node in self._session.get_inputs()]
        self._outputs = list(outputs)
        produced = {node.name for node in self._session.get_outputs()}
        problems = [f"unknown input {name!r}" for name in self._inputs if name not in known_inputs]
        problems += [f"no output {name!r}" for name in outputs if name not in produced]
        if problems:
            raise self._error("; ".join(problems))

    def require_size(self, output: str, axis: int, size: int) -> None:
        """Check a fixed axis of an output; a dynamic one passes.

        Raises:
            BundleError: if the graph was exported for other labels.
        """
        shapes = {node.name: node.shape for node in self._session.get_outputs()}
        found = shapes[output][axis] if len(shapes[output]) > axis else None
        if isinstance(found, int) and found != size:
            raise self._error(f"{output!r} has {found} entries on axis {axis}, labels.json {size}")

    def run(self, feeds: dict[str, NDArray[Any]]) -> list[NDArray[np.float32]]:
        """Return the outputs in the order asked for; inputs that the graph lacks are left out."""
        wanted = {name: feeds[name] for name in self._inputs}
        outputs: list[NDArray[np.float32]] = self._session.run(self._outputs, wanted)
        return outputs

    def _error(self, problem: str) -> BundleError:
        return BundleError(f"{str(self._path)!r}: {problem}", "export the bundle again")


def _options(settings: SessionSettings) -> Any:  # noqa: ANN401
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = settings.threads
    options.inter_op_num_threads = 1
    # Lengths vary from batch to batch: planning memory per shape costs more than it saves.
    options.enable_mem_pattern = False
    options.log_severity_level = _ERRORS_ONLY
    options.add_session_config_entry(
        "session.intra_op.allow_spinning", "1" if settings.spinning else "0"
    )
    return options
