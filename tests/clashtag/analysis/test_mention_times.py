from __future__ import annotations

import pytest
from hypothesis import given, settings

from clashtag.analysis.mention_times import carry_times
from clashtag_training.corpora.markup import parse_markup
from eventful_records import records


def times(marked: str) -> list[list[str]]:
    """The times of each event of a text in mark-up, once they are carried on."""
    [record] = parse_markup(f"=== a\n\n{marked}\n", "article.txt")
    return [
        [argument.text for argument in event.arguments if argument.role == "time"]
        for event in carry_times(record).events
    ]


RAID = "Gunmen {raided|1:attack} Harn on {Monday|1.time}"


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (f"{RAID}. Two guards {{died|2:death}}.", ["Monday"]),
        (f"{RAID} and {{burned|2:destruction}} a mill.", ["Monday"]),
        (f"{RAID}. It was hot. They {{shelled|2:shelling}} the port too.", ["Monday"]),
        (f"{RAID}. They {{left|2:displacement}} on {{Tuesday|2.time}}.", ["Tuesday"]),
        # the story moves on
        (f"{RAID}. By evening two guards {{died|2:death}}.", []),
        (f"{RAID}. It rained on Tuesday. Two guards {{died|2:death}}.", []),
        (f"{RAID}.\nTwo guards {{died|2:death}}.", []),
        # neither violence nor its harm, or no fact
        (f"{RAID}. Both sides {{signed|2:agreement}} a truce.", []),
        (f"{RAID}. They may {{shell|2:shelling?}} the port.", []),
    ],
)
def test_a_time_is_carried_on_until_another_is_told(marked, expected):
    assert times(marked) == [["Monday"], expected]


def test_a_time_is_not_carried_back():
    assert (
        times("Two guards {died|1:death} in a raid. {Shells|2:shelling} fell on {Monday|2.time}.")[
            0
        ]
        == []
    )


def test_a_carried_time_is_measured_from_where_it_was_told():
    marked = f"{RAID}. A guard {{died|2:death}}. It ended on Friday. A baker {{died|3:death}}."
    assert times(marked) == [["Monday"], ["Monday"], []]


@settings(max_examples=100)
@given(records())
def test_only_mentions_without_a_time_change(record):
    carried = carry_times(record)
    assert len(carried.events) == len(record.events)
    for before, after in zip(record.events, carried.events, strict=True):
        if any(argument.role == "time" for argument in before.arguments):
            assert after == before
        assert after.arguments[: len(before.arguments)] == before.arguments
        for argument in after.arguments:
            assert record.text[argument.start : argument.end] == argument.text
