"""The times that hold for event mentions whose own words name none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clashtag.analysis.kinds import CONSEQUENCES, TIME, VIOLENCE
from clashtag.analysis.passages import Passages, passages_of
from clashtag.analysis.untagged_times import no_time_between, time_beside, time_set_before
from clashtag.records import Argument, Event, Record

_DATED_TOGETHER = VIOLENCE | CONSEQUENCES


def with_named_times(passages: Passages, events: Sequence[Event]) -> tuple[Event, ...]:
    """Return events of which those without a time have the one that the text names for them.

    That is the one time of the mention's clause, or the one that opens an earlier sentence of the
    paragraph.
    """
    return tuple(event if _times(event) else _named(passages, event) for event in events)


def carry_times(record: Record) -> Record:
    """Return a record in which violence and the harm it does take the time told before them.

    A mention without a time takes that of the last such mention before it in its paragraph, unless
    the words between the two name another time.
    """
    passages, events = passages_of(record.text), list(record.events)
    last_of: dict[int, Event] = {}
    for number in sorted(range(len(events)), key=lambda n: events[n].trigger.start):
        event = events[number]
        if event.type not in _DATED_TOGETHER or event.status == "other":
            continue
        paragraph = passages.paragraph_of(event.trigger.start)
        if _times(event):
            last_of[paragraph] = event
        elif paragraph in last_of:
            before = last_of.pop(paragraph)
            carried = _carried(passages, before, event)
            if carried is not event:
                events[number] = last_of[paragraph] = carried
    return replace(record, events=tuple(events))


def _named(passages: Passages, event: Event) -> Event:
    time = time_beside(passages, event.trigger)
    if time is None and event.status != "other":
        time = time_set_before(passages, event.trigger)
    found = () if time is None else (Argument(TIME, time.start, time.end, time.text),)
    return replace(event, arguments=event.arguments + found)


def _carried(passages: Passages, before: Event, event: Event) -> Event:
    times = _times(before)
    first = max(before.trigger.end, *(time.end for time in times))
    _, last = passages.sentence_bounds(event.trigger.start)
    holds = no_time_between(passages.text, first, last)
    return replace(event, arguments=event.arguments + times) if holds else event


def _times(event: Event) -> tuple[Argument, ...]:
    return tuple(argument for argument in event.arguments if argument.role == TIME)
