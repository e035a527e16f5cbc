"""Labelled windows to padded tensors, one head a batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from clashtag.windows import context_bounds
from clashtag_training.examples.features import IGNORED_LABEL, LabelledTrigger, LabelledWindow


class WindowCollator:
    """Pads windows of one head, and crops each trigger's context, into one batch of tensors."""

    def __init__(
        self, pad_id: int, role_context_tokens: int, roles_by_head: dict[str, int]
    ) -> None:
        self.pad_id = pad_id
        self.role_context_tokens = role_context_tokens
        self.roles_by_head = roles_by_head

    def __call__(self, windows: Sequence[LabelledWindow]) -> dict[str, Any]:
        """Return the keyword arguments of `ConflictTagger.forward`.

        Raises:
            ValueError: if the windows belong to more than one head.
        """
        heads = {window.head for window in windows}
        if len(heads) != 1:
            raise ValueError(f"a batch holds one head, not {sorted(heads)}")
        head = heads.pop()
        batch: dict[str, Any] = {
            "head": head,
            "input_ids": _pad([w.input_ids for w in windows], self.pad_id),
            "attention_mask": _pad([np.ones_like(w.input_ids) for w in windows], 0),
            "trigger_labels": _pad([w.trigger_labels for w in windows], IGNORED_LABEL),
            "status_labels": _pad([w.status_labels for w in windows], IGNORED_LABEL),
        }
        if self.roles_by_head[head]:
            batch |= self._contexts(windows)
        return batch

    def _contexts(self, windows: Sequence[LabelledWindow]) -> dict[str, Tensor]:
        rows: list[tuple[int, int, int, LabelledTrigger]] = []
        for number, window in enumerate(windows):
            for trigger in window.triggers:
                # Positions of the text's own tokens are one less than those of the window.
                start, end = context_bounds(
                    trigger.start - 1,
                    trigger.end - 1,
                    len(window.input_ids) - 2,
                    self.role_context_tokens,
                )
                rows.append((number, start + 1, end + 1, trigger))
        return {
            "context_window": torch.tensor([number for number, *_ in rows], dtype=torch.long),
            "context_start": torch.tensor([start for _, start, *_ in rows], dtype=torch.long),
            "context_mask": _pad([np.ones(end - start, np.int64) for _, start, end, _ in rows], 0),
            "trigger_start": torch.tensor(
                [trigger.start - start for _, start, _, trigger in rows], dtype=torch.long
            ),
            "trigger_end": torch.tensor(
                [trigger.end - start for _, start, _, trigger in rows], dtype=torch.long
            ),
            "trigger_type": torch.tensor([t.type for *_, t in rows], dtype=torch.long),
            "role_labels": _pad([t.role_labels[s:e] for _, s, e, t in rows], IGNORED_LABEL),
        }


def _pad(arrays: Sequence[NDArray[np.int64]], value: int) -> Tensor:
    """Stack arrays of unlike length, padded at the end of their first axis."""
    if not arrays:
        return torch.zeros((0, 0), dtype=torch.long)
    shape = (len(arrays), max(len(array) for array in arrays), *arrays[0].shape[1:])
    padded = np.full(shape, value, dtype=np.int64)
    for row, array in zip(padded, arrays, strict=True):
        row[: len(array)] = array
    return torch.from_numpy(padded)
