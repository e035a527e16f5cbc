from __future__ import annotations

import pytest

from clashtag_training.evaluation.counts import Counts
from clashtag_training.export.thresholds import (
    CONTINUATIONS,
    GRID,
    MIN_GOLD_ITEMS,
    LabelCounts,
    choose_continuation,
    choose_thresholds,
)

HALF = GRID.index(0.5)


def columns(gold, *, best_at, slope=1):
    """Counts of a label with `gold` items whose F1 is 1 at one step and falls on both sides."""
    return [
        Counts(gold=gold, predicted=gold, correct=max(0, gold - slope * abs(step - best_at)))
        for step in range(len(GRID))
    ]


def test_each_frequent_label_gets_its_own_best_threshold():
    counts = LabelCounts({"a": columns(40, best_at=1), "b": columns(40, best_at=11)})
    assert choose_thresholds([counts], ["a", "b"]) == {"a": GRID[1], "b": GRID[11]}


def test_rare_labels_keep_what_is_best_for_all_together():
    often, rare = columns(200, best_at=9, slope=3), columns(MIN_GOLD_ITEMS - 1, best_at=2)
    counts = LabelCounts({"often": often, "rare": rare})
    assert choose_thresholds([counts], ["often", "rare"]) == {"often": GRID[9], "rare": GRID[9]}


def test_where_all_are_equal_one_half_is_kept():
    flat = LabelCounts({"a": [Counts(30, 30, 12)] * len(GRID)})
    assert choose_thresholds([flat], ["a"]) == {"a": 0.5}
    nothing = LabelCounts({"a": [Counts(0, 0, 0)] * len(GRID)})
    assert choose_thresholds([nothing], ["a"]) == {"a": 0.5}


def test_corpora_weigh_alike_whatever_their_size():
    large = LabelCounts({"a": columns(4000, best_at=HALF)})
    small = LabelCounts({"a": columns(40, best_at=HALF + 4)})
    # Off its best by a step the small corpus loses a hundred times what the large one loses.
    assert choose_thresholds([large, small], ["a"]) == {"a": GRID[HALF + 4]}


@pytest.mark.parametrize("gold", [MIN_GOLD_ITEMS - 1, MIN_GOLD_ITEMS])
def test_items_of_all_corpora_count_as_frequent(gold):
    first = {"a": columns(gold - 5, best_at=3), "b": columns(400, best_at=8)}
    second = {"a": columns(5, best_at=3), "b": columns(400, best_at=8)}
    chosen = choose_thresholds([LabelCounts(first), LabelCounts(second)], ["a", "b"])
    assert (chosen["a"] == GRID[3]) == (gold >= MIN_GOLD_ITEMS)


def test_continuation_is_chosen_together_with_its_own_thresholds():
    flat = LabelCounts({"a": [Counts(40, 40, 30)] * len(GRID)})
    better = LabelCounts({"a": columns(40, best_at=3)})
    counts = {p: [better if p == 0.3 else flat] for p in CONTINUATIONS}
    continuation, thresholds = choose_continuation(counts, ["a"])
    assert (continuation.roles, thresholds) == (0.3, {"a": GRID[3]})


def test_continuation_stays_where_none_is_better():
    counts = {p: [LabelCounts({"a": columns(40, best_at=3)})] for p in CONTINUATIONS}
    assert choose_continuation(counts, ["a"])[0].roles == 0.2
