from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.records import Record
from clashtag_training.evaluation.reliability import event_reliability, reliability

TEXT = "Rebels attacked Goma"
ITEMS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


def test_calibration_error_is_the_mean_distance_of_the_bins() -> None:
    items = [(0.2, False), (0.4, True), (0.8, True), (0.9, True), (1.0, False), (0.9, True)]
    found = reliability(items, bins=3)
    assert found is not None
    # 0.2 and 0.4, half right; 0.8, right; 0.9 twice and 1.0, two of three right.
    assert [one.predictions for one in found.bins] == [2, 1, 3]
    assert [one.mean_score for one in found.bins] == pytest.approx([0.3, 0.8, 2.8 / 3])
    assert [one.correct for one in found.bins] == pytest.approx([0.5, 1.0, 2 / 3])
    assert [(one.low, one.high) for one in found.bins] == [(0.2, 0.4), (0.8, 0.8), (0.9, 1.0)]
    assert found.calibration_error == pytest.approx((2 * 0.2 + 1 * 0.2 + 3 * 0.8 / 3) / 6)
    assert found.mean_score == pytest.approx(4.2 / 6)
    assert found.correct == pytest.approx(4 / 6)


def test_scores_that_are_met_have_no_error() -> None:
    found = reliability([(0.25, True), *[(0.25, False)] * 3, (1.0, True)])
    assert found is not None
    assert found.calibration_error == 0.0


@pytest.mark.parametrize(
    "items", [[], [(None, True)], [(1.5, True)], [(-0.1, True)], [(float("nan"), False)]]
)
def test_without_probabilities_there_is_no_reliability(
    items: list[tuple[float | None, bool]],
) -> None:
    assert reliability(items) is None


def test_items_without_a_score_are_passed_over() -> None:
    found = reliability([(0.5, True), (None, False)])
    assert found is not None
    assert (found.predictions, found.correct) == (1, 1.0)


@given(ITEMS, st.integers(1, 12), st.randoms())
def test_bins_hold_every_item_once_in_whatever_order(
    items: list[tuple[float, bool]], bins: int, order: random.Random
) -> None:
    found = reliability(items, bins)
    assert found is not None
    assert sum(one.predictions for one in found.bins) == found.predictions == len(items)
    assert len(found.bins) <= bins
    assert all(one.high < other.low for one, other in zip(found.bins, found.bins[1:], strict=False))
    assert abs(found.mean_score - found.correct) - 1e-9 <= found.calibration_error <= 1
    shuffled = order.sample(items, len(items))
    assert reliability(shuffled, bins) == found


def scored(record: Record, event_score: float, argument_score: float | None) -> Record:
    events = tuple(
        replace(
            event,
            score=event_score,
            arguments=tuple(replace(one, score=argument_score) for one in event.arguments),
        )
        for event in record.events
    )
    return replace(record, events=events)


@pytest.fixture
def pairs(make_record: Callable[..., Record]) -> tuple[list[Record], list[Record]]:
    """Records with a right event and a wrong role, a wrong type, and an event that is not there."""
    agent, target = [("agent", "Rebels")], [("agent", "Rebels"), ("target", "Rebels")]
    gold = [
        make_record("a", TEXT, ("attack", "attacked", agent)),
        make_record("b", TEXT, ("riot", "attacked", agent)),
        make_record("c", TEXT),
    ]
    found = [
        make_record("a", TEXT, ("attack", "attacked", target)),
        make_record("b", TEXT, ("attack", "attacked", agent)),
        make_record("c", TEXT, ("attack", "Goma", agent)),
    ]
    return gold, [scored(record, 0.9, 0.8) for record in found]


def test_scores_are_held_against_the_metrics(pairs: tuple[list[Record], list[Record]]) -> None:
    found = event_reliability(*pairs, "end-to-end")
    assert found is not None
    triggers, arguments = found["triggers"], found["arguments"]
    assert (triggers.predictions, triggers.correct) == (3, pytest.approx(1 / 3))
    assert triggers.calibration_error == pytest.approx(0.9 - 1 / 3)
    # Arguments of wrong triggers say nothing of an argument's score.
    assert (arguments.predictions, arguments.correct) == (2, 0.5)
    assert arguments.calibration_error == pytest.approx(0.3)


def test_gold_triggers_have_argument_scores_alone(
    pairs: tuple[list[Record], list[Record]],
) -> None:
    found = event_reliability(*pairs, "gold triggers")
    assert found is not None
    assert set(found) == {"arguments"}


def test_unscored_events_have_no_calibration(pairs: tuple[list[Record], list[Record]]) -> None:
    gold, predicted = pairs
    assert event_reliability(gold, gold, "end-to-end") is None
    triggers_only = [scored(record, 0.9, None) for record in predicted]
    assert set(event_reliability(gold, triggers_only, "end-to-end") or {}) == {"triggers"}
