from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag_training.evaluation.matching import (
    maximum_matching,
    maximum_pairs,
    maximum_weight,
)


def test_matching_empty() -> None:
    assert maximum_matching([]) == 0
    assert maximum_matching([[], []]) == 0


def test_matching_moves_a_whole_chain_aside() -> None:
    # 0 and 1 settle on rights 0 and 1 first; 2 wants only right 0, so both must move on.
    assert maximum_matching([[0, 1], [1, 2], [0]]) == 3


def test_matching_is_deep_without_recursion() -> None:
    size = 3000
    assert maximum_matching([*([index, index + 1] for index in range(size)), [0]]) == size + 1


@given(st.lists(st.lists(st.integers(0, 4), max_size=5), max_size=5))
def test_matching_equals_exhaustive_search(neighbours: list[list[int]]) -> None:
    padded = [*neighbours, *[[]] * (5 - len(neighbours))]
    best = max(
        sum(right in rights for right, rights in zip(order, padded, strict=True))
        for order in permutations(range(5))
    )
    assert maximum_matching(neighbours) == best
    pairs = maximum_pairs(neighbours)
    assert all(right in neighbours[left] for left, right in pairs)
    assert len({left for left, _ in pairs}) == len({right for _, right in pairs}) == best


def test_weight_of_nothing() -> None:
    assert maximum_weight(np.zeros((0, 0))) == 0.0
    assert maximum_weight(np.zeros((0, 3))) == 0.0


def test_weight_gives_up_the_heaviest_pair_for_two_others() -> None:
    # 5 + 0 is less than 4 + 4.
    assert maximum_weight(np.array([[5.0, 4.0], [4.0, 0.0]])) == 8.0


@given(st.integers(1, 5), st.integers(1, 5), st.data())
def test_weight_equals_exhaustive_search(rows: int, columns: int, data: st.DataObject) -> None:
    row = st.lists(st.integers(0, 9), min_size=columns, max_size=columns)
    cells = data.draw(st.lists(row, min_size=rows, max_size=rows))
    weights = np.array(cells, dtype=np.float64)
    few, many = (weights, columns) if rows <= columns else (weights.T, rows)
    best = max(
        sum(few[index, chosen] for index, chosen in enumerate(order))
        for order in permutations(range(many), len(few))
    )
    assert maximum_weight(weights) == pytest.approx(best)
