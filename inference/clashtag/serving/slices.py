"""A pipeline whose work is cut into slices, one batch of the model each."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from clashtag.pipeline import Pipeline
from clashtag.session import Encoder, EncoderOutput, RoleScorer

Slice = Callable[[], AbstractContextManager[None]]
"""What is entered before each batch and left after it."""


def in_slices(pipeline: Pipeline, a_slice: Slice) -> Pipeline:
    """Return a pipeline that runs each batch, of its encoder and of its roles, in a slice."""
    return replace(
        pipeline,
        encoder=_SlicedEncoder(pipeline.encoder, a_slice),
        roles=_SlicedRoles(pipeline.roles, a_slice),
    )


@dataclass(frozen=True, slots=True)
class _SlicedEncoder:
    encoder: Encoder
    a_slice: Slice

    def run(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> EncoderOutput:
        with self.a_slice():
            return self.encoder.run(input_ids, attention_mask)


@dataclass(frozen=True, slots=True)
class _SlicedRoles:
    roles: RoleScorer
    a_slice: Slice

    def run(
        self,
        hidden: NDArray[np.float32],
        context_mask: NDArray[np.int64],
        trigger_start: NDArray[np.int64],
        trigger_end: NDArray[np.int64],
        trigger_type: NDArray[np.int64],
    ) -> NDArray[np.float32]:
        with self.a_slice():
            return self.roles.run(hidden, context_mask, trigger_start, trigger_end, trigger_type)
