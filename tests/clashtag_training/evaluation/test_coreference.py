from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.errors import InputError
from clashtag_training.evaluation.coreference import (
    CONLL,
    METRICS,
    conll_gain,
    conll_score,
    grouping_scores,
    grouping_table,
)


def groups(text: str) -> list[frozenset[str]]:
    """ "abc de" are two groups of the mentions a to e."""
    return [frozenset(group) for group in text.split()]


def table(gold: str, predicted: str):
    return grouping_table({"x": groups(gold)}, {"x": groups(predicted)})


# The example of Pradhan et al. (2014), worked out by hand: e is missed, h and i are invented.
GOLD, PREDICTED = "abc defg", "ab cd fghi"
BY_HAND = {
    "muc": (2 / 5, 2 / 5),
    "b_cubed": ((2 + 0.5 + 0.5 + 1) / 8, (4 / 3 + 1 / 3 + 1 / 4 + 1) / 7),
    "ceaf_e": ((4 / 5 + 4 / 8) / 3, (4 / 5 + 4 / 8) / 2),
    "pairs": (2 / 8, 2 / 9),
    "groups": (0.0, 0.0),
}


@pytest.mark.parametrize("metric", METRICS)
def test_scores_by_hand(metric):
    precision, recall = BY_HAND[metric]
    score = grouping_scores(table(GOLD, PREDICTED), samples=5, seed=0)[metric]
    assert score.precision.value == pytest.approx(precision)
    assert score.recall.value == pytest.approx(recall)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    assert score.f1.value == pytest.approx(f1)
    assert table(GOLD, PREDICTED).f1(metric) == pytest.approx(f1)


def test_conll_score_is_the_mean_of_three():
    scored = table(GOLD, PREDICTED)
    mean = sum(scored.f1(metric) for metric in CONLL) / 3
    assert scored.conll == pytest.approx(mean)
    score = conll_score(scored, samples=5, seed=0)
    assert score.f1.value == pytest.approx(mean)
    assert (score.counts.gold, score.counts.predicted) == (7, 8)


def test_counts_are_the_items_of_the_metric():
    scores = grouping_scores(table("abc de f", "ab cde f"), samples=5, seed=0)
    counted = {m: (s.counts.gold, s.counts.predicted, s.counts.correct) for m, s in scores.items()}
    assert counted == {
        "muc": (3, 3, 2),
        "b_cubed": (6, 6, 5),  # 4.67 rounded: 4/3 + 1/3 + 2 + 1
        "ceaf_e": (3, 3, 3),  # 2.6 rounded: 4/5 + 4/5 + 1
        "pairs": (4, 4, 2),
        "groups": (3, 3, 1),
    }


def test_documents_add_up_before_anything_is_divided():
    gold = {"x": groups("ab"), "y": groups("abcd")}
    both = grouping_table(gold, {"x": groups("a b"), "y": groups("abcd")})
    assert both.f1("pairs") == pytest.approx(2 * 6 / (7 + 6))


def test_a_document_without_predictions_is_missed():
    missed = grouping_table({"x": groups("abc"), "y": groups("de")}, {"x": groups("abc")})
    assert missed.f1("b_cubed") == pytest.approx(2 * 3 / (5 + 3))


def test_no_mention_scores_nothing():
    assert table("", "").conll == 0.0


@pytest.mark.parametrize(
    ("gold", "predicted", "problem"),
    [
        ({"x": groups("ab")}, {"y": groups("ab")}, "'y': no gold grouping"),
        ({"x": groups("ab")}, {"x": groups("ab bc")}, "'x': predicted a mention twice"),
        ({"x": [frozenset()]}, {}, "'x': gold an empty group"),
    ],
)
def test_what_cannot_be_scored_is_an_error(gold, predicted, problem):
    with pytest.raises(InputError, match=problem):
        grouping_table(gold, predicted)


def test_a_gain_is_the_difference_on_equal_draws():
    gold = {name: groups("abc de") for name in "uvwxyz"}
    better = grouping_table(gold, gold)
    worse = grouping_table(gold, {name: groups("a b c d e") for name in gold})
    gain = conll_gain(better, worse, samples=50, seed=1)
    assert gain.f1.value == pytest.approx(better.conll - worse.conll)
    assert gain.f1.low == pytest.approx(gain.f1.high)  # all documents are alike
    assert conll_gain(better, better, samples=50, seed=1).f1.high == 0.0


def test_a_gain_needs_the_same_documents():
    one, other = table("ab", "ab"), grouping_table({"y": groups("ab")}, {})
    with pytest.raises(InputError, match="different documents"):
        conll_gain(one, other, samples=5, seed=0)


def test_intervals_hold_the_value_and_need_documents():
    gold = {str(n): groups("abc de" if n % 2 else "ab cde") for n in range(12)}
    predicted = {str(n): groups("abc de") for n in range(12)}
    score = conll_score(grouping_table(gold, predicted), samples=200, seed=3)
    assert score.f1.low < score.f1.value < score.f1.high
    with pytest.raises(InputError, match="0 documents"):
        conll_score(grouping_table({}, {}), samples=5, seed=0)


partitions = st.lists(st.integers(0, 3), min_size=1, max_size=7).map(
    lambda labels: [
        frozenset(i for i, own in enumerate(labels) if own == label)
        for label in sorted(set(labels))
    ]
)


@given(partitions, partitions)
def test_scores_are_fractions_and_mirror_when_sides_change(gold, predicted):
    ours = grouping_table({"x": gold}, {"x": predicted}).values
    theirs = grouping_table({"x": predicted}, {"x": gold}).values
    np.testing.assert_allclose(ours[..., [1, 0, 3, 2]], theirs)
    assert (ours[..., 2] <= ours[..., 0] + 1e-9).all()
    assert (ours[..., 3] <= ours[..., 1] + 1e-9).all()


@given(partitions)
def test_a_perfect_grouping_is_perfect(gold):
    scored = grouping_table({"x": gold}, {"x": list(reversed(gold))})
    np.testing.assert_allclose(scored.values[..., 2], scored.values[..., 0])
    np.testing.assert_allclose(scored.values[..., 3], scored.values[..., 1])
