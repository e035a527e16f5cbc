"""When an incident happened, from the time arguments of its own mentions alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import reduce

from clashtag.analysis.findings import Interval
from clashtag.analysis.kinds import TIME, closeness
from clashtag.records import Event, Span


def incident_interval(
    lead: Event, others: Sequence[Event], intervals: Mapping[Span, Interval | None]
) -> Interval | None:
    """Return when an incident happened; None where no mention of it is dated.

    The lead mention dates it, or else the first mention of the lead's type and status that is
    dated, and further ones of these may say more exactly when. Where none of these is dated, the
    first other violence that is dates it, or else the harm it did, and the publication date never.

    Args:
        lead: the mention that names the incident.
        others: its further mentions, in text order.
        intervals: what each time argument stands for, by its span.
    """
    alike = [other for other in others if other.status == lead.status]
    like = [lead, *(other for other in alike if other.type == lead.type)]
    dated = _dated(like, intervals)
    if dated:
        return reduce(_narrowed, dated)
    for kind in (1, 2):
        told = _dated([one for one in alike if closeness(lead, one) == kind], intervals)
        if told:
            return told[0]
    return None


def _dated(mentions: Sequence[Event], intervals: Mapping[Span, Interval | None]) -> list[Interval]:
    told = [_told(mention, intervals) for mention in mentions]
    return [interval for interval in told if interval is not None]


def _told(mention: Event, intervals: Mapping[Span, Interval | None]) -> Interval | None:
    """Return when one mention puts it: "Monday" and "dawn" meet, "Monday" and "Friday" span."""
    spans = sorted(
        (argument.start, argument.end, argument.text)
        for argument in mention.arguments
        if argument.role == TIME
    )
    found = (intervals[Span(*span)] for span in spans)
    dated = [interval for interval in found if interval is not None]
    return reduce(_joined, dated) if dated else None


def _joined(one: Interval, other: Interval) -> Interval:
    if one.first_day <= other.last_day and other.first_day <= one.last_day:
        return _narrowed(one, other) if _days(other) <= _days(one) else _narrowed(other, one)
    first_day, last_day = min(one.first_day, other.first_day), max(one.last_day, other.last_day)
    return Interval(first_day, last_day, "period")


def _narrowed(wide: Interval, narrow: Interval) -> Interval:
    """Return the narrower interval if it lies within the wide one, and that is no stated range."""
    is_inside = wide.first_day <= narrow.first_day and narrow.last_day <= wide.last_day
    is_finer = _days(narrow) < _days(wide) or (narrow.time_of_day and not wide.time_of_day)
    return narrow if is_inside and is_finer and wide.granularity != "period" else wide


def _days(interval: Interval) -> timedelta:
    return interval.last_day - interval.first_day
