"""What a runtime makes of a bundle's ONNX file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from clashtag.errors import BundleError


class Graph(Protocol):
    """An ONNX graph that is loaded and ready; `run` may be called from any thread."""

    @property
    def inputs(self) -> Sequence[str]:
        """The names of what it takes."""

    @property
    def outputs(self) -> Mapping[str, Sequence[int | None]]:
        """The shape of each output by its name; None for a size that varies."""

    def run(
        self, outputs: Sequence[str], feeds: Mapping[str, NDArray[Any]]
    ) -> list[NDArray[np.float32]]:
        """Return the outputs asked for, in that order."""


def cannot_load(path: Path, runtime: str, version: str, error: Exception) -> BundleError:
    """Return the error for a file that a runtime refuses."""
    return BundleError(
        f"{runtime} {version} cannot load {str(path)!r}: {error}",
        f"upgrade {runtime}, or export the bundle for an older operator set",
    )
