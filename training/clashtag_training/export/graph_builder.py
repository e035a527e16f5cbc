"""Writing ONNX graphs node by node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

OPSET = 23
# What onnxruntime adds to the standard's operators.
MICROSOFT = "com.microsoft"
_IR_VERSION = 10

Axis = int | str


class GraphBuilder:
    """Collects nodes and constants; every method returns the name of the value it adds."""

    def __init__(self) -> None:
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []
        self._taken: set[str] = set()

    def constant(self, name: str, values: NDArray[np.generic] | np.generic) -> str:
        """Add a constant; a name that is taken gets a number."""
        unique = self._unique(name)
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), unique))
        return unique

    def add(
        self,
        operator: str,
        *inputs: str,
        name: str | None = None,
        domain: str = "",
        **attributes: int | float | str | Sequence[int],
    ) -> str:
        """Add an operator with one output; an input named "" is left out."""
        output = self._unique(name or operator.lower())
        self._nodes.append(
            helper.make_node(operator, list(inputs), [output], output, domain=domain, **attributes)
        )
        return output

    def model(
        self,
        inputs: Mapping[str, tuple[int, Sequence[Axis]]],
        outputs: Mapping[str, tuple[int, Sequence[Axis]]],
    ) -> ModelProto:
        """Return the graph as a checked model.

        Args:
            inputs: ONNX element type and shape by name; axes with a name are dynamic.
            outputs: the same for values that were added under these names.
        """
        graph = helper.make_graph(
            self._nodes,
            "clashtag",
            [helper.make_tensor_value_info(name, *form) for name, form in inputs.items()],
            [helper.make_tensor_value_info(name, *form) for name, form in outputs.items()],
            self._constants,
        )
        operators = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(
            graph, producer_name="clashtag", ir_version=_IR_VERSION, opset_imports=operators
        )
        onnx.checker.check_model(model)
        return model

    def _unique(self, name: str) -> str:
        unique, number = name, 1
        while unique in self._taken:
            number += 1
            unique = f"{name}_{number}"
        self._taken.add(unique)
        return unique
