"""Sequences of unequal length to padded batches within a budget of tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clashtag.labels import SpecialTokens


def group_by_length(lengths: Sequence[int], budget_tokens: int) -> list[list[int]]:
    """Group the indices of similar lengths so that longest x count stays within the budget.

    A sequence longer than the budget forms a group of its own: nothing is cut.
    """
    order = sorted(range(len(lengths)), key=lambda index: -lengths[index])
    groups: list[list[int]] = []
    first = 0
    while first < len(order):
        count = max(1, budget_tokens // max(1, lengths[order[first]]))
        groups.append(order[first : first + count])
        first += count
    return groups


def pad(rows: Sequence[NDArray[Any]], fill: float = 0) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Stack rows of (tokens, ...) into (batch, longest, ...) and a mask of (batch, longest)."""
    longest = max(len(row) for row in rows)
    padded = np.full((len(rows), longest, *rows[0].shape[1:]), fill, dtype=rows[0].dtype)
    mask = np.zeros((len(rows), longest), dtype=np.int64)
    for index, row in enumerate(rows):
        padded[index, : len(row)] = row
        mask[index, : len(row)] = 1
    return padded, mask


def pad_windows(
    windows: Sequence[NDArray[np.int64]], special: SpecialTokens
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Put `[CLS]` and `[SEP]` around the token ids of windows and pad them to one length."""
    opening, closing = np.array([special.cls]), np.array([special.sep])
    return pad([np.concatenate((opening, ids, closing)) for ids in windows], special.pad)
