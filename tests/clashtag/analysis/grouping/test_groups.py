from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clashtag.analysis.arguments.clean import clean_arguments
from clashtag.analysis.grouping.event_facts import EventFacts, read_facts
from clashtag.analysis.grouping.groups import (
    MAX_EVENTS_BACK,
    PairScorer,
    group_events,
    shipped_scorer,
    text_order,
)
from clashtag.analysis.grouping.pair_features import FEATURES
from clashtag.errors import InputError
from clashtag.records import Event, Record, Span
from clashtag_training.corpora.markup import parse_markup
from eventful_records import records


def record_of(marked: str, **extra: str) -> Record:
    [record] = parse_markup(f"=== a\n\n{marked}\n", "article.txt")
    return replace(record, extra={"published": "2026-05-08", **extra})


def groups_of(marked: str) -> list[list[str]]:
    """The triggers of each incident of an article in mark-up."""
    record = record_of(marked)
    return [[record.events[i].trigger.text for i in group] for group in group_events(record)]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (
            "An {airstrike|1:airstrike} on {Harn|1.target,2.place} on {Monday|1.time,2.time} "
            "{killed|2:death} {four people|2.victim}.",
            [["airstrike", "killed"]],
        ),
        (
            "Harn mourns its dead\n"
            "Gunmen {stormed|1:attack} the market in {Harn|1.place} on {Monday|1.time}.\n"
            "The {attack|2:attack} lasted an hour.",
            [["stormed", "attack"]],
        ),
        (
            "Two towns hit\n"
            "Rebels {shelled|1:shelling} {Harn|1.target} on {Monday|1.time}.\n"
            "Last year, in {Odrel|2.place}, a {car bomb|2:bombing} went off in {March|2.time}.",
            [["shelled"], ["car bomb"]],
        ),
        (
            "Truce sought\n"
            "Rebels {shelled|1:shelling} {Harn|1.target} on {Monday|1.time}.\n"
            "Mediators called for a {truce|2:agreement?}.",
            [["shelled"], ["truce"]],
        ),
    ],
)
def test_incidents_of_short_articles(marked, expected):
    assert groups_of(marked) == expected


def test_different_days_are_different_incidents():
    first = "{Shells|1.instrument} {hit|1:shelling} {Harn|1.target} on {Monday|1.time}. "
    second = "{Shells|2.instrument} {hit|2:shelling} {Harn|2.target} on {Wednesday|2.time}."
    together = PairScorer(100.0, dict.fromkeys(FEATURES, 0.0))
    record = record_of(first + second)
    assert group_events(record, scorer=together) == ((0,), (1,))
    same_day = record_of(first + second.replace("Wednesday", "Monday"))
    assert group_events(same_day, scorer=together) == ((0, 1),)


def test_a_mention_that_points_back_has_no_other_days():
    together = PairScorer(100.0, dict.fromkeys(FEATURES, 0.0))
    first = "{Shells|1.instrument} {hit|1:shelling} {Harn|1.target} on {Monday|1.time}. "
    other_day = "The {shelling|2:shelling} of {Wednesday|2.time} was worse."
    assert group_events(record_of(first + other_day), scorer=together) == ((0,), (1,))
    same_day = other_day.replace("Wednesday", "Monday")
    assert group_events(record_of(first + same_day), scorer=together) == ((0, 1),)
    no_day = "The {shelling|2:shelling} was bad."
    assert group_events(record_of(first + no_day), scorer=together) == ((0, 1),)


@pytest.mark.parametrize(
    "earlier",
    [
        "It is the worst raid since the {August 2022|3.time} {bombing|3:bombing} of the same post.",
        "It is the worst raid since the {2022|3.time} {bombing|3:bombing} of the same post.",
        "It is the worst since {August 2022|3.time}, when a {bombing|3:bombing} burnt the post.",
        "The {bombing|3:bombing} of {August 2022|3.time} was worse.",
    ],
)
def test_what_today_is_measured_by_is_another_happening(earlier):
    together = PairScorer(100.0, dict.fromkeys(FEATURES, 0.0))
    today = "Gunmen {stormed|1:attack} a post on {Thursday|1.time}. The {raid|2:attack} was long. "
    assert group_events(record_of(today + earlier), scorer=together) == ((0, 1), (2,))


def test_days_of_an_undated_article_are_compared_all_the_same():
    marked = (
        "{Shells|1.instrument} {hit|1:shelling} {Harn|1.target} on {Monday|1.time}. "
        "{Shells|2.instrument} {hit|2:shelling} {Harn|2.target} on {Wednesday|2.time}."
    )
    undated = replace(record_of(marked), extra={})
    together = PairScorer(100.0, dict.fromkeys(FEATURES, 0.0))
    assert group_events(undated, scorer=together) == ((0,), (1,))


def test_a_mention_is_compared_with_a_whole_incident():
    """The third fits the second well and the first badly: its share of the mean decides."""
    record = record_of("They {fired|1:attack}, {hit|2:attack} and {struck|3:attack} Harn.")

    class Scores(PairScorer):
        def score(self, first, second):
            pair = first.event.trigger.text, second.event.trigger.text
            return {("fired", "hit"): 1.0, ("hit", "struck"): 1.0}.get(pair, self.bias)

    assert group_events(record, scorer=Scores(-1.0, {})) == ((0, 1, 2),)
    assert group_events(record, scorer=Scores(-9.0, {})) == ((0, 1), (2,))


def read(marked: str) -> list[EventFacts]:
    record = record_of(marked)
    return read_facts(record, text_order(record), date(2026, 5, 8))


def test_mentions_without_place_or_time_are_set_amid_those_of_others():
    before, beside, after, elsewhere = read(
        "Gunmen {raided|1:attack} {Harn|1.place} on {Monday|1.time}. Two {died|2:death} there. "
        "On {Tuesday|3.time} {fires|3:destruction} broke out.\nSome {fled|4:displacement}."
    )
    assert before.setting == beside.setting == after.setting == before.places != frozenset()
    assert before.setting_days == beside.setting_days == before.intervals
    assert after.setting_days == after.intervals != before.intervals
    assert elsewhere.setting == frozenset()
    assert elsewhere.setting_days == ()


def test_the_first_act_is_the_main_one():
    assert [one.is_main for one in read("Two {died|1:death} in a {raid|2:attack}.")] == [
        False,
        True,
    ]
    headline = "{Calm|1:agreement} after a {raid|2:attack}\nIt {rained|3:shelling} shells."
    assert [one.is_main for one in read(headline)] == [True, True, False]


def test_no_event_no_incident():
    assert group_events(Record("Nothing happened.")) == ()


def test_a_date_that_is_none_is_an_error():
    record = Record("It burnt.", id="a7", extra={"published": "last week"})
    with pytest.raises(InputError, match=r"'a7': 'published' is 'last week'"):
        group_events(record)


def test_shipped_weights_are_those_of_the_features():
    assert list(shipped_scorer().weights) == list(FEATURES)


def test_a_long_article_stays_linear_in_its_events():
    calls = 0

    class Counting(PairScorer):
        def score(self, *_):
            nonlocal calls
            calls += 1
            return -1.0

    size = 3 * MAX_EVENTS_BACK
    text = "hit " * size
    events = [Event("attack", Span(4 * i, 4 * i + 3, "hit")) for i in range(size)]
    groups = group_events(Record(text, events=tuple(events)), scorer=Counting(0.0, {}))
    assert len(groups) == size
    assert calls < size * MAX_EVENTS_BACK


@settings(deadline=None)
@given(records(), st.randoms(use_true_random=False))
def test_incidents_partition_the_events_whatever_their_order(record, random):
    groups = group_events(record)
    assert sorted(index for group in groups for index in group) == list(range(len(record.events)))
    order = random.sample(range(len(record.events)), len(record.events))
    shuffled = replace(record, events=tuple(record.events[index] for index in order))

    def contents(of: Record) -> list[list[Event]]:
        return [[of.events[index] for index in group] for group in group_events(of)]

    assert contents(shuffled) == contents(record)
    starts = [[event.trigger.start for event in group] for group in contents(record)]
    assert all(group == sorted(group) for group in starts)
    assert [group[0] for group in starts] == sorted(group[0] for group in starts)


@settings(max_examples=50)
@given(records())
def test_arguments_are_cleaned_before_grouping_whoever_calls(record):
    assert group_events(record) == group_events(clean_arguments(record))


def test_grouping_reads_clean_arguments():
    marked = (
        "A raid {killed|1:death} {two guards|1.victim} in {Odrel|1.place}. "
        "In {Harn and|2.place} the {raid|2:attack} began."
    )
    record = record_of(marked)
    cleaned = clean_arguments(record)
    assert cleaned.events[1].arguments != record.events[1].arguments
    assert group_events(record) == group_events(cleaned)
