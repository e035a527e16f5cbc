"""The times that hold for event mentions whose own words name none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from clashtag.analysis.arguments.untagged_times import (
    no_time_between,
    time_beside,
    time_of_entry,
    time_set_before,
)
from clashtag.analysis.dates import resolve_time
from clashtag.analysis.kinds import CONSEQUENCES, NOT_ACTUAL, TIME, VIOLENCE
from clashtag.analysis.text.passages import Passages, passages_of
from clashtag.records import Argument, Event, Record, Span

_ANY_DAY = date.max  # after every day that a text can count from
_DATED_TOGETHER = VIOLENCE | CONSEQUENCES


def with_named_times(passages: Passages, events: Sequence[Event]) -> tuple[Event, ...]:
    """Return events of which those without a day have the time that the text names for them.

    That is the one time of the mention's clause, or the one that opens an earlier sentence of the
    paragraph. A mention that has the hour ("at 04:00") takes the latter alone.
    """
    return tuple(
        event if _has_day(passages.text, event) else _named(passages, event) for event in events
    )


def name_times(record: Record) -> Record:
    """Return a record in which mentions without a day have the date that heads their entry."""
    passages = passages_of(record.text)
    events = (
        event
        if _has_day(record.text, event)
        else _with_time(event, time_of_entry(passages, event.trigger))
        for event in record.events
    )
    return replace(record, events=tuple(events))


def carry_times(record: Record) -> Record:
    """Return a record in which violence and the harm it does take the time told before them.

    A mention without a day takes that of the last such mention before it in its paragraph, unless
    the words between the two name another time. What has an open end, or is no unit of the
    calendar ("since 2015", "by Sunday", "the past week"), is its own mention's alone.
    """
    passages, events = passages_of(record.text), list(record.events)
    last_of: dict[int, Event] = {}
    for number in sorted(range(len(events)), key=lambda n: events[n].trigger.start):
        event = events[number]
        if event.type not in _DATED_TOGETHER or event.status == NOT_ACTUAL:
            continue
        paragraph = passages.paragraph_of(event.trigger.start)
        if paragraph in last_of and not _has_day(passages.text, event):
            event = events[number] = _carried(passages, last_of.pop(paragraph), event)
        if _times(event):
            last_of[paragraph] = event
    return replace(record, events=tuple(events))


def _named(passages: Passages, event: Event) -> Event:
    time = None if _times(event) else time_beside(passages, event.trigger)
    if time is None and event.status != NOT_ACTUAL:
        time = time_set_before(passages, event.trigger)
    return _with_time(event, time)


def _with_time(event: Event, time: Span | None) -> Event:
    if time is None:
        return event
    argument = Argument(TIME, time.start, time.end, time.text)
    return replace(event, arguments=(*event.arguments, argument))


def _carried(passages: Passages, before: Event, event: Event) -> Event:
    is_timed = bool(_times(event))
    times = tuple(
        time
        for time in _times(before)
        if not _is_stretch(passages.text, time) and not (is_timed and _is_hour(passages.text, time))
    )
    first = max([before.trigger.end, *(time.end for time in _times(before))])
    _, last = passages.sentence_bounds(event.trigger.start)
    holds = bool(times) and no_time_between(passages.text, first, last)
    return replace(event, arguments=event.arguments + times) if holds else event


def _is_stretch(text: str, time: Argument) -> bool:
    """Whether a time is open at one end, or no unit of the calendar."""
    resolved = resolve_time(text, time.start, time.end, _ANY_DAY)
    is_period = resolved.interval is not None and resolved.interval.granularity == "period"
    return is_period or (resolved.reason or "").startswith("only ")


def _has_day(text: str, event: Event) -> bool:
    """Whether an event has a time that is more than a clock time or a part of the day."""
    return any(not _is_hour(text, time) for time in _times(event))


def _is_hour(text: str, time: Argument) -> bool:
    resolved = resolve_time(text, time.start, time.end, _ANY_DAY)
    return (resolved.reason or "").startswith("no day named")


def _times(event: Event) -> tuple[Argument, ...]:
    return tuple(argument for argument in event.arguments if argument.role == TIME)
