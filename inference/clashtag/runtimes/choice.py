"""Which runtime a bundle's graphs are loaded into."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from clashtag.errors import InputError, MissingExtraError
from clashtag.runtimes.graph import Graph
from clashtag.runtimes.onnxruntime_graph import OnnxruntimeGraph
from clashtag.runtimes.openvino_graph import OpenvinoGraph

DEFAULT_RUNTIME = "onnxruntime"
RUNTIME_VARIABLE = "CLASHTAG_RUNTIME"
_GRAPHS: Mapping[str, Callable[[Path, int], Graph]] = MappingProxyType(
    {DEFAULT_RUNTIME: OnnxruntimeGraph, "openvino": OpenvinoGraph}
)


@dataclass(frozen=True, slots=True)
class RuntimeSettings:
    """How graphs are run.

    Args:
        threads: threads that share the work of one operator.
        runtime: "onnxruntime" or "openvino", which are also the names of their packages.
    """

    threads: int
    runtime: str = DEFAULT_RUNTIME


def chosen_runtime(runtime: str | None) -> str:
    """Return a runtime that was asked for, else the one that CLASHTAG_RUNTIME names.

    Raises:
        InputError: if there is no runtime of that name.
        MissingExtraError: if it is not installed.
    """
    asked = runtime or os.environ.get(RUNTIME_VARIABLE) or DEFAULT_RUNTIME
    if asked not in _GRAPHS:
        raise InputError(
            f"{'runtime' if runtime else RUNTIME_VARIABLE} must be one of {', '.join(_GRAPHS)}, "
            f"found {asked!r}",
            f"leave it out for {DEFAULT_RUNTIME}",
        )
    if find_spec(asked) is None:
        raise MissingExtraError(
            f"the runtime {asked!r} is not installed", f"pip install 'clashtag[{asked}]'"
        )
    return asked


def open_graph(path: Path, settings: RuntimeSettings) -> Graph:
    """Load an ONNX file into a runtime.

    Raises:
        BundleError: if the runtime cannot load the file.
    """
    return _GRAPHS[settings.runtime](path, settings.threads)
