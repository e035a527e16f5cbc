import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clashtag.batches import group_by_length, pad, pad_windows
from clashtag.labels import SpecialTokens


@settings(deadline=None)
@given(st.lists(st.integers(0, 300), max_size=60), st.integers(1, 1000))
def test_groups_hold_every_index_once_and_keep_the_budget(lengths, budget):
    groups = group_by_length(lengths, budget)
    assert sorted(index for group in groups for index in group) == list(range(len(lengths)))
    for group in groups:
        longest = max(lengths[index] for index in group)
        assert len(group) == 1 or longest * len(group) <= budget


def test_groups_join_like_lengths():
    assert group_by_length([10, 50, 11, 49], budget_tokens=100) == [[1, 3], [2, 0]]


def test_pad_fills_up_to_the_longest_row():
    rows = [np.ones((1, 2), dtype=np.float32), np.ones((3, 2), dtype=np.float32)]
    padded, mask = pad(rows)
    assert padded.shape == (2, 3, 2)
    assert padded.dtype == np.float32
    assert mask.tolist() == [[1, 0, 0], [1, 1, 1]]
    assert padded[0, 1:].sum() == 0


def test_windows_are_opened_closed_and_padded():
    special = SpecialTokens(cls=7, sep=8, pad=9)
    ids, mask = pad_windows([np.array([1, 2, 3]), np.array([4])], special)
    assert ids.tolist() == [[7, 1, 2, 3, 8], [7, 4, 8, 9, 9]]
    assert mask.tolist() == [[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]]
