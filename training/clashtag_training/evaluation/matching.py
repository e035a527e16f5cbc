"""Maximum bipartite matching: the most pairs that leave no item in two of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence


def maximum_matching(neighbours: Sequence[Sequence[int]]) -> int:
    """Return the size of a maximum matching, found by augmenting paths.

    Args:
        neighbours: for each left item, the right items it may be paired with.
    """
    partner_of_right: dict[int, int] = {}
    return sum(_augment(left, neighbours, partner_of_right) for left in range(len(neighbours)))


def _augment(
    left: int, neighbours: Sequence[Sequence[int]], partner_of_right: dict[int, int]
) -> bool:
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
                return True
            queue.append(partner_of_right[right])
    return False


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
