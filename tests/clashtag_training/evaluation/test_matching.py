from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from clashtag_training.evaluation.matching import maximum_matching


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
