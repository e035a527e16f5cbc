from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.training
pytest.importorskip("transformers")
pytest.importorskip("torch")

from clashtag_training.examples.features import LabelledWindow
from clashtag_training.examples.sampling import CorpusShare, HeadBatchSampler

NOTHING = np.zeros(0, dtype=np.int64)


def windows_of(*corpora):
    """Return windows and shares of corpora, each (head, lengths, passes)."""
    windows, shares = [], []
    for head, lengths, passes in corpora:
        start = len(windows)
        windows += [
            LabelledWindow(head, np.zeros(length, np.int64), NOTHING, NOTHING, ())
            for length in lengths
        ]
        shares.append(CorpusShare(start, len(windows), passes))
    return windows, shares


@given(
    lengths=st.lists(st.integers(3, 300), min_size=1, max_size=60),
    others=st.lists(st.integers(3, 300), max_size=60),
    budget=st.integers(50, 600),
    seed=st.integers(0, 5),
)
def test_batches_hold_one_head_within_the_budget(lengths, others, budget, seed):
    windows, shares = windows_of(("ours", lengths, 1.0), ("theirs", others, 1.0))
    sampler = HeadBatchSampler(windows, shares, budget, seed)
    batches = list(sampler)
    assert len(batches) == len(sampler)
    for batch in batches:
        assert len({windows[index].head for index in batch}) == 1
        longest = max(len(windows[index].input_ids) for index in batch)
        assert len(batch) == 1 or longest * len(batch) <= budget
    # Of the first epoch, which sets the number of batches, nothing is left out.
    assert Counter(i for batch in batches for i in batch) == Counter(range(len(windows)))


def test_order_follows_from_seed_and_epoch():
    windows, shares = windows_of(("ours", range(10, 60), 1.0), ("theirs", range(10, 60), 1.0))

    def order(seed, epoch):
        sampler = HeadBatchSampler(windows, shares, 200, seed)
        sampler.set_epoch(epoch)
        return list(sampler)

    assert order(1, 0) == order(1, 0)
    assert order(1, 3) == order(1, 3)
    assert order(1, 0) != order(1, 1)
    assert order(1, 0) != order(2, 0)


@pytest.mark.parametrize(("passes", "rows"), [(0.0, 0), (0.25, 10), (1.0, 40), (2.5, 100)])
def test_passes_say_how_often_an_epoch_sees_a_corpus(passes, rows):
    windows, shares = windows_of(("ours", [20] * 40, passes), ("theirs", [20] * 8, 1.0))
    sampler = HeadBatchSampler(windows, shares, 100, seed=7)
    for epoch in range(3):
        sampler.set_epoch(epoch)
        seen = Counter(index for batch in sampler for index in batch if index < 40)
        assert sum(seen.values()) == rows
        whole = int(passes)
        assert set(seen.values()) <= {whole, whole + 1}


def test_fractions_draw_another_part_each_epoch():
    windows, shares = windows_of(("ours", [20] * 40, 0.5))
    sampler = HeadBatchSampler(windows, shares, 100, seed=7)
    first = {index for batch in sampler for index in batch}
    sampler.set_epoch(1)
    assert {index for batch in sampler for index in batch} != first
