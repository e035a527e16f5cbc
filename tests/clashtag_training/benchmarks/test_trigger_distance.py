from __future__ import annotations

import pytest

from clashtag_training.benchmarks.trigger_distance import DISTANCES, Places


@pytest.mark.parametrize(
    ("words", "group"),
    [(0, "0 to 2"), (2, "0 to 2"), (3, "3 to 5"), (40, "21 to 40"), (41, "41 or more")],
)
def test_distance_groups(words, group):
    text = "raided " + "on " * words + "Belmar"
    places = Places.of(text)
    trigger, found = ("attack", 0, 6), ("target", len(text) - 6, len(text))
    assert places.distance((trigger, found)) == group
    assert places.distance((found, trigger)) == group


def test_overlapping_spans_are_at_no_distance():
    places = Places.of("the two guards of Belmar")
    assert places.distance((("death", 0, 14), ("victim", 4, 24))) == DISTANCES[0]


@pytest.mark.parametrize(
    ("text", "is_same"),
    [
        ("Rebels fled . Soldiers followed", False),
        ("Rebels fled the U . S . Soldiers base", True),
        ("Rebels fled from Mr . Soldiers", True),
    ],
)
def test_sentences_of_joined_tokens(text, is_same):
    start = text.index("Soldiers")
    item = (("attack", 0, 6), ("target", start, start + 8))
    assert (Places.of(text).sentence(item) == "same sentence") is is_same
