from __future__ import annotations

from datetime import date

import pytest

from clashtag.analysis.findings import Granularity, Interval
from clashtag.analysis.merging.incident_dates import incident_interval
from clashtag.records import Argument, Event, Span


def day(number: int, time_of_day: str | None = None) -> Interval:
    granularity: Granularity = "part_of_day" if time_of_day else "day"
    return Interval(date(2026, 5, number), date(2026, 5, number), granularity, time_of_day)


def days(first: int, last: int, granularity: Granularity) -> Interval:
    return Interval(date(2026, 5, first), date(2026, 5, last), granularity)


class Mentions:
    """Builds events with times, and keeps what these stand for."""

    def __init__(self) -> None:
        self.intervals: dict[Span, Interval | None] = {}
        self._offset = 0

    def add(self, kind: str, *times: Interval | None, status: str = "actual") -> Event:
        arguments = []
        for interval in times:
            self._offset += 10
            span = Span(self._offset, self._offset + 3, "now")
            self.intervals[span] = interval
            arguments.append(Argument("time", span.start, span.end, span.text))
        self._offset += 10
        trigger = Span(self._offset, self._offset + 3, "hit")
        return Event(kind, trigger, tuple(arguments), status)


@pytest.fixture
def mentions() -> Mentions:
    return Mentions()


MAY = days(1, 31, "month")


def test_nothing_dated_nothing_told(mentions):
    lead = mentions.add("attack", None)
    assert incident_interval(lead, [mentions.add("death")], mentions.intervals) is None


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([day(4)], day(4)),
        ([MAY, day(4)], day(4)),
        ([day(4), day(4, "dawn")], day(4, "dawn")),
        ([day(4, "dawn"), day(4)], day(4, "dawn")),
        ([None, day(4)], day(4)),
        ([day(4), day(6)], days(4, 6, "period")),
        ([day(6), day(4)], days(4, 6, "period")),
    ],
)
def test_times_of_one_mention(mentions, times, expected):
    lead = mentions.add("attack", *times)
    assert incident_interval(lead, [], mentions.intervals) == expected


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([("attack", day(4))], day(4)),  # narrower than the lead's month
        ([("attack", days(3, 12, "period")), ("attack", day(4))], days(3, 12, "period")),
        ([("death", day(4))], MAY),  # a consequence may come later
        ([("attack", Interval(date(2026, 6, 1), date(2026, 6, 1), "day"))], MAY),
    ],
)
def test_mentions_like_the_lead_narrow_it_down(mentions, others, expected):
    lead = mentions.add("attack", MAY)
    further = [mentions.add(kind, interval) for kind, interval in others]
    assert incident_interval(lead, further, mentions.intervals) == expected


def test_a_stated_range_is_not_narrowed_to_one_of_its_days(mentions):
    lead = mentions.add("attack", days(8, 10, "period"))
    other = mentions.add("attack", day(9))
    assert incident_interval(lead, [other], mentions.intervals) == days(8, 10, "period")


def test_harm_dates_what_nothing_else_does(mentions):
    lead = mentions.add("attack")
    death = mentions.add("death", day(4))
    arrest = mentions.add("arrest", day(9))
    planned = mentions.add("attack", day(20), status="other")
    assert incident_interval(lead, [arrest, planned, death], mentions.intervals) == day(4)
    assert incident_interval(lead, [arrest, planned], mentions.intervals) is None


def test_other_violence_dates_it_before_harm_does(mentions):
    lead = mentions.add("attack")
    death = mentions.add("death", day(6))
    clash = mentions.add("clash", day(4))
    assert incident_interval(lead, [death, clash], mentions.intervals) == day(4)
    assert incident_interval(clash, [death], mentions.intervals) == day(4)
