"""Graphs in OpenVINO's CPU plugin (extra: openvino).

Where the CPU has bfloat16 products (AVX512_BF16, AMX), what a graph leaves in float32 is computed
in bfloat16: so attention, and all of a float32 bundle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clashtag.runtimes.graph import cannot_load


class OpenvinoGraph:
    """An ONNX graph in OpenVINO's CPU plugin.

    Args:
        path: the ONNX file.
        threads: threads that share the work of one operator.

    Raises:
        BundleError: if OpenVINO cannot load the file.
    """

    def __init__(self, path: Path, threads: int) -> None:
        import openvino  # noqa: PLC0415

        try:
            self._model = openvino.Core().compile_model(
                str(path), "CPU", {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1}
            )
        except RuntimeError as error:
            raise cannot_load(path, "openvino", openvino.__version__, error) from error
        # A request holds the buffers of one run: as many are made as ever run at one time.
        self._idle_requests: SimpleQueue[Any] = SimpleQueue()

    @property
    def inputs(self) -> Sequence[str]:
        """The names of what it takes."""
        return [port.any_name for port in self._model.inputs]

    @property
    def outputs(self) -> Mapping[str, Sequence[int | None]]:
        """The shape of each output by its name; None for a size that varies."""
        return {
            port.any_name: [
                None if size.is_dynamic else size.get_length() for size in port.partial_shape
            ]
            for port in self._model.outputs
        }

    def run(
        self, outputs: Sequence[str], feeds: Mapping[str, NDArray[Any]]
    ) -> list[NDArray[np.float32]]:
        """Return the outputs asked for, in that order."""
        try:
            request = self._idle_requests.get_nowait()
        except Empty:
            request = self._model.create_infer_request()
        request.infer(dict(feeds), share_inputs=True)
        found = [request.get_tensor(name).data.copy() for name in outputs]
        self._idle_requests.put(request)
        return found
