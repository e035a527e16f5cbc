from __future__ import annotations

import pytest
from hypothesis import given, settings

from clashtag.analysis.arguments.mention_times import carry_times, name_times
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


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (f"{RAID}. At {{04:00|2.time}} they {{shelled|2:shelling}} it.", ["04:00", "Monday"]),
        (f"{RAID}. At {{noon on Tuesday|2.time}} they {{fled|2:displacement}}.", None),
        (f"{RAID}. It rained on Tuesday. At {{noon|2.time}} a guard {{died|2:death}}.", ["noon"]),
    ],
)
def test_a_clock_time_takes_the_day_before_it(marked, expected):
    assert times(marked) == [["Monday"], expected or ["noon on Tuesday"]]


def test_a_clock_time_is_not_carried_to_another():
    marked = "At {noon|1.time} guards {fled|1:displacement}. At {dusk|2.time} one {died|2:death}."
    assert times(marked) == [["noon"], ["dusk"]]


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


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("12 June: Two guards {died|1:death}. A mill {burned|2:destruction}.", ["12 June"] * 2),
        ("• 12 June 2024 – Two guards {died|1:death}.", ["12 June 2024"]),
        ("Monday, 12 June, 14:30. Two guards {died|1:death}.", ["Monday, 12 June"]),
        (
            "12 June\n• Two guards {died|1:death}.\n• A mill {burned|2:destruction}.",
            ["12 June"] * 2,
        ),
        ("12 June, 07:00. Calm.\n08:20. Shots.\n09:00–10:00. A guard {died|1:death}.", ["12 June"]),
        # no heading, or another time
        ("June saw 12 raids. Two guards {died|1:death}.", [None]),
        ("12 June: Calm.\nTwo guards {died|1:death}.", [None]),
        ("12 June\nCalm.\nTwo guards {died|1:death}.", [None]),
        ("12 June: Calm. On Friday two guards {died|1:death}.", [None]),
        ("HARN, 12 June - Two guards {died|1:death}.", [None]),
    ],
)
def test_the_date_that_heads_an_entry_holds_for_what_it_tells(lines, expected):
    [record] = parse_markup(f"=== a\n\nThe headline\n{lines}\n", "article.txt")
    events = name_times(record).events
    assert [event.arguments[0].text if event.arguments else None for event in events] == expected


def test_the_hour_of_an_entry_takes_its_date():
    marked = "The headline\n12 June: At {04:00|1.time} a guard {died|1:death}."
    [record] = parse_markup(f"=== a\n\n{marked}\n", "article.txt")
    [event] = name_times(record).events
    assert [one.text for one in event.arguments] == ["04:00", "12 June"]


def test_the_headline_heads_no_entry():
    [record] = parse_markup("=== a\n\n12 June: {raid|1:attack} on Harn\nCalm.\n", "article.txt")
    assert name_times(record) == record


@pytest.mark.parametrize(
    "time",
    [
        *(
            "since {2015|1.time}",
            "{since 2015|1.time}",
            "since {last year|1.time}",
            "by {Sunday|1.time}",
        ),
        *("after {2019|1.time}", "over {the past week|1.time}", "in {the 1990s|1.time}"),
        *("{between 3 and 7 May|1.time}", "until {Friday|1.time}"),
    ],
)
def test_a_stretch_of_time_is_not_carried_on(time):
    marked = f"Rebels {{raided|1:attack}} farms {time}. Two guards {{died|2:death}}."
    assert times(marked)[1] == []


def test_of_several_times_those_that_are_no_stretch_are_carried_on():
    marked = (
        "Rebels {raided|1:attack} farms since {2015|1.time}, and on {Monday|1.time} too."
        " Two guards {died|2:death}."
    )
    assert times(marked)[1] == ["Monday"]


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
