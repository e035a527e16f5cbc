"""Graphs in onnxruntime's CPU provider."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clashtag.runtimes.graph import cannot_load

# onnxruntime decides when it is imported whether to keep a device id and count its use.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import onnxruntime

# The fused kernel is several times slower on CPUs than the two operators that it replaces.
_DISABLED_OPTIMIZERS = ["SkipLayerNormFusion"]
_ERRORS_ONLY = 3


class OnnxruntimeGraph:
    """An ONNX graph in onnxruntime's CPU provider.

    Args:
        path: the ONNX file.
        threads: threads that share the work of one operator.

    Raises:
        BundleError: if onnxruntime cannot load the file.
    """

    def __init__(self, path: Path, threads: int) -> None:
        try:
            self._session = onnxruntime.InferenceSession(
                str(path),
                sess_options=_options(threads),
                providers=["CPUExecutionProvider"],
                disabled_optimizers=_DISABLED_OPTIMIZERS,
            )
        except Exception as error:
            raise cannot_load(path, "onnxruntime", onnxruntime.__version__, error) from error

    @property
    def inputs(self) -> Sequence[str]:
        """The names of what it takes."""
        return [node.name for node in self._session.get_inputs()]

    @property
    def outputs(self) -> Mapping[str, Sequence[int | None]]:
        """The shape of each output by its name; None for a size that varies."""
        return {
            node.name: [size if isinstance(size, int) else None for size in node.shape]
            for node in self._session.get_outputs()
        }

    def run(
        self, outputs: Sequence[str], feeds: Mapping[str, NDArray[Any]]
    ) -> list[NDArray[np.float32]]:
        """Return the outputs asked for, in that order."""
        found: list[NDArray[np.float32]] = self._session.run(outputs, feeds)
        return found


def _options(threads: int) -> Any:  # noqa: ANN401
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Lengths vary from batch to batch: planning memory per shape costs more than it saves.
    options.enable_mem_pattern = False
    options.log_severity_level = _ERRORS_ONLY
    # Idle threads that wait actively are a little faster, at the price of a busy CPU.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options
