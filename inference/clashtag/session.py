"""The two graphs of a bundle behind typed calls; `run` may be called from any thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from clashtag.errors import BundleError
from clashtag.runtimes.choice import RuntimeSettings, open_graph


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

    def __init__(self, path: Path, settings: RuntimeSettings, *, types: int, statuses: int) -> None:
        inputs = ("input_ids", "attention_mask")
        self._graph = _CheckedGraph(
            path, settings, inputs, ("hidden", "trigger_logits", "status_logits")
        )
        self._graph.require_size("trigger_logits", axis=2, size=1 + 2 * types)
        self._graph.require_size("status_logits", axis=2, size=statuses)

    def run(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> EncoderOutput:
        """Encode a batch of windows, (batch, tokens) each."""
        return EncoderOutput(
            *self._graph.run({"input_ids": input_ids, "attention_mask": attention_mask})
        )


class RoleSession:
    """Runs `roles.onnx`: triggers in their contexts to role logits."""

    def __init__(self, path: Path, settings: RuntimeSettings, *, roles: int) -> None:
        inputs = ("hidden", "context_mask", "trigger_start", "trigger_end", "trigger_type")
        self._graph = _CheckedGraph(path, settings, inputs, ("role_logits",))
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


class _CheckedGraph:
    """A graph whose inputs and outputs are checked by name when it is loaded."""

    def __init__(
        self,
        path: Path,
        settings: RuntimeSettings,
        known_inputs: tuple[str, ...],
        outputs: tuple[str, ...],
    ) -> None:
        self._graph = open_graph(path, settings)
        self._path = path
        self._inputs = self._graph.inputs
        self._outputs = outputs
        produced = self._graph.outputs
        problems = [f"unknown input {name!r}" for name in self._inputs if name not in known_inputs]
        problems += [f"no output {name!r}" for name in outputs if name not in produced]
        if problems:
            raise self._error("; ".join(problems))

    def require_size(self, output: str, axis: int, size: int) -> None:
        """Check a fixed axis of an output; a dynamic one passes.

        Raises:
            BundleError: if the graph was exported for other labels.
        """
        shape = self._graph.outputs[output]
        found = shape[axis] if len(shape) > axis else None
        if found is not None and found != size:
            raise self._error(f"{output!r} has {found} entries on axis {axis}, labels.json {size}")

    def run(self, feeds: dict[str, NDArray[Any]]) -> list[NDArray[np.float32]]:
        """Return the outputs in the order asked for; inputs that the graph lacks are left out."""
        return self._graph.run(self._outputs, {name: feeds[name] for name in self._inputs})

    def _error(self, problem: str) -> BundleError:
        return BundleError(f"{str(self._path)!r}: {problem}", "export the bundle again")
