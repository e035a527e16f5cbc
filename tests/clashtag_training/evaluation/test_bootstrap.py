from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.errors import InputError
from clashtag_training.evaluation.bootstrap import (
    Estimate,
    label_scores,
    macro_f1,
    micro_score,
    paired_bootstrap,
)
from clashtag_training.evaluation.counts import Counts, CountTable, count_table


def table(*documents: dict[str, tuple[int, int, int]]) -> CountTable:
    return count_table(
        (str(index), {label: Counts(*counts) for label, counts in document.items()})
        for index, document in enumerate(documents)
    )


def test_bootstrap_of_a_constant_has_no_width() -> None:
    # Every document has precision 1/2, recall 1/4 and so F1 1/3, whichever are drawn.
    score = micro_score(table(*[{"x": (4, 2, 1)}] * 20), samples=200, seed=1)
    assert score.counts == Counts(80, 40, 20)
    assert score.precision == Estimate(0.5, 0.5, 0.5)
    assert score.recall == Estimate(0.25, 0.25, 0.25)
    assert score.f1 == Estimate(pytest.approx(1 / 3), pytest.approx(1 / 3), pytest.approx(1 / 3))


def test_bootstrap_of_a_coin_matches_theory() -> None:
    # 400 documents of one gold item, half found: recall is a mean of 400 coins with standard
    # error sqrt(.25 / 400) = 0.025, so the 95% interval is about 0.5 +- 0.049.
    coins = table(*[{"x": (1, 1, index % 2)} for index in range(400)])
    recall = micro_score(coins, samples=4000, seed=0).recall
    assert recall.low == pytest.approx(0.451, abs=0.006)
    assert recall.high == pytest.approx(0.549, abs=0.006)


def test_bootstrap_is_seeded() -> None:
    counts = table(*[{"x": (3, 2, index % 3)} for index in range(9)])
    assert label_scores(counts, 100, seed=7) == label_scores(counts, 100, seed=7)
    assert label_scores(counts, 100, seed=7) != label_scores(counts, 100, seed=8)


def test_bootstrap_of_one_document_and_of_nothing_found() -> None:
    assert micro_score(table({"x": (2, 0, 0)}), 50, seed=0).f1 == Estimate(0.0, 0.0, 0.0)
    assert label_scores(table({"x": (2, 2, 2)}), 50, seed=0)["x"].f1 == Estimate(1.0, 1.0, 1.0)


def test_bootstrap_macro_is_over_labels_with_support() -> None:
    # x has F1 1, y has F1 0, z was predicted but is not in gold: macro F1 = (1 + 0) / 2.
    counts = table(*[{"x": (1, 1, 1), "y": (1, 0, 0), "z": (0, 1, 0)}] * 5)
    assert macro_f1(counts, 50, seed=0) == Estimate(0.5, 0.5, 0.5)


@pytest.mark.parametrize(("documents", "samples"), [(0, 10), (3, 0)])
def test_bootstrap_refuses_to_draw_nothing(documents: int, samples: int) -> None:
    with pytest.raises(InputError, match=f"{samples} bootstrap samples from {documents} documents"):
        micro_score(table(*[{"x": (1, 1, 1)}] * documents), samples, seed=0)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=8))
def test_bootstrap_interval_is_ordered_and_within_range(sizes: list[tuple[int, int]]) -> None:
    counts = table(*[{"x": (gold, found, min(gold, found))} for gold, found in sizes])
    score = micro_score(counts, 50, seed=3)
    for estimate in (score.precision, score.recall, score.f1):
        assert 0 <= estimate.low <= estimate.high <= 1
        assert 0 <= estimate.value <= 1


def test_paired_bootstrap_of_equal_systems() -> None:
    counts = table(*[{"x": (3, 2, index % 3)} for index in range(9)])
    test = paired_bootstrap(counts, counts, samples=100)
    assert test.difference == Estimate(0.0, 0.0, 0.0)
    assert test.p_value == 1.0


def test_paired_bootstrap_of_a_system_better_everywhere() -> None:
    better = table(*[{"x": (2, 2, 2)}] * 10)
    worse = table(*[{"x": (2, 2, 1)}] * 10)
    test = paired_bootstrap(better, worse, "x", samples=99)
    assert test.difference == Estimate(0.5, 0.5, 0.5)
    assert test.p_value == pytest.approx(2 / 100)  # no draw out of 99 disagrees: 2 * (0 + 1) / 100
    assert paired_bootstrap(worse, better, "x", samples=99).p_value == test.p_value


def test_paired_bootstrap_of_noise_is_not_significant() -> None:
    random = np.random.default_rng(5)
    first, second = (
        table(*[{"x": (1, 1, int(right))} for right in random.integers(0, 2, 60)]) for _ in range(2)
    )
    assert paired_bootstrap(first, second).p_value > 0.05


def test_paired_bootstrap_needs_the_same_gold_and_a_known_label() -> None:
    first, second = table({"x": (2, 1, 1)}), table({"x": (3, 1, 1)})
    with pytest.raises(InputError, match="different gold documents"):
        paired_bootstrap(first, second)
    with pytest.raises(InputError, match="'y'"):
        paired_bootstrap(first, first, "y")
