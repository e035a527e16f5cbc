"""Bipartite matching: the most pairs, or the heaviest, that leave no item in two of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def maximum_matching(neighbours: Sequence[Sequence[int]]) -> int:
    """Return the size of a maximum matching.

    Args:
        neighbours: for each left item, the right items it may be paired with.
    """
    return len(maximum_pairs(neighbours))


def maximum_pairs(neighbours: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Return a maximum matching as pairs of a left and a right item, found by augmenting paths.

    Args:
        neighbours: for each left item, the right items it may be paired with; of several maximum
            matchings, their order decides.
    """
    partner_of_right: dict[int, int] = {}
    for left in range(len(neighbours)):
        _augment(left, neighbours, partner_of_right)
    return sorted((left, right) for right, left in partner_of_right.items())


def _augment(
    left: int, neighbours: Sequence[Sequence[int]], partner_of_right: dict[int, int]
) -> None:
    """Pair `left` with some right item, moving earlier pairs aside, if that is possible."""
    reached_from: dict[int, int] = {}
    queue = deque([left])
    while queue:
        current = queue.popleft()
        for right in neighbours[current]:
            if right in reached_from:
                continue
            reached_from[right] = current
            if right not in partner_of_right:
                _flip_path(right, left, reached_from, partner_of_right)
                return
            queue.append(partner_of_right[right])


def _flip_path(
    right: int, start: int, reached_from: dict[int, int], partner_of_right: dict[int, int]
) -> None:
    """Pair every right item on the path back to `start` with the left item it was reached from."""
    right_of_left = {left: item for item, left in partner_of_right.items()}
    while True:
        left = reached_from[right]
        partner_of_right[right] = left
        if left == start:
            return
        right = right_of_left[left]


def maximum_weight(weights: NDArray[np.float64]) -> float:
    """Return the greatest total weight of a matching (Hungarian method, cubic time).

    Args:
        weights: float64 (left items, right items), none of them negative.
    """
    costs = -(weights if weights.shape[0] <= weights.shape[1] else weights.T)
    rows, columns = costs.shape
    prices = np.zeros(columns + 1)
    row_prices = np.zeros(rows)
    row_of_column = np.full(columns + 1, -1)
    for row in range(rows):
        row_of_column[columns] = row
        current = columns  # a column of its own, from which the path to a free one starts
        slack = np.full(columns, np.inf)
        came_from = np.full(columns, columns)
        is_open = np.ones(columns, dtype=np.bool_)
        while row_of_column[current] >= 0:
            visited = row_of_column[current]
            reduced = costs[visited] - row_prices[visited] - prices[:columns]
            better = is_open & (reduced < slack)
            slack[better], came_from[better] = reduced[better], current
            nearest = int(np.argmin(np.where(is_open, slack, np.inf)))
            step = slack[nearest]
            closed = np.append(~is_open, True)
            row_prices[row_of_column[closed]] += step
            prices[closed] -= step
            slack[is_open] -= step
            is_open[nearest] = False
            current = nearest
        while current != columns:
            before = int(came_from[current])
            row_of_column[current] = row_of_column[before]
            current = before
        row_of_column[columns] = -1
    matched = [(r, c) for c, r in enumerate(row_of_column[:columns]) if r >= 0]
    return float(-sum(costs[r, c] for r, c in matched))
