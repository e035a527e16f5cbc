"""Plain time expressions without a time of day as intervals, however they are put together.

Where an expression names a unit and the larger one that it lies in ("tuesday" in "last week",
"early" in "april" in "last year"), the larger one is read first, by the same rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from clashtag.analysis.dates.anchors import Anchor, NoDateError
from clashtag.analysis.dates.calendar_intervals import (
    Part,
    month_of,
    one_day,
    part_of,
    period,
    season_of,
    share_of,
    week_of,
)
from clashtag.analysis.dates.day_rules import DAY_RULES, make_day
from clashtag.analysis.dates.span_rules import SPAN_RULES
from clashtag.analysis.dates.words import (
    DAY,
    MONTH,
    SEASON,
    WEEKDAY,
    month_number,
    weekday_number,
)
from clashtag.analysis.findings import Interval

Compound = Callable[[re.Match[str], Interval, Anchor], Interval | None]

_ONE_DAY: Final = timedelta(days=1)


def read_phrase(phrase: str, anchor: Anchor) -> Interval | None:
    """Return the interval of a plain time expression; None where no rule knows it.

    Raises:
        NoDateError: it is known, and stands for no interval.
        OverflowError: the interval lies outside the years 1 to 9999.
    """
    for pattern, reader in (*DAY_RULES, *SPAN_RULES):
        match = pattern.fullmatch(phrase)
        interval = None if match is None else reader(match, anchor)
        if interval is not None:
            return interval
    for pattern, compound in _COMPOUNDS:
        match = pattern.fullmatch(phrase)
        larger = None if match is None else read_phrase(match["larger"], anchor)
        interval = None if match is None or larger is None else compound(match, larger, anchor)
        if interval is not None:
            return interval
    return None


def _weekday_in(match: re.Match[str], larger: Interval, _anchor: Anchor) -> Interval | None:
    """Read "tuesday last week", and "monday 5 july 1993", where both must agree."""
    weekday = weekday_number(match["weekday"])
    if larger.granularity == "week":
        return one_day(larger.first_day + weekday * _ONE_DAY)
    if larger.granularity != "day":
        return None
    if larger.first_day.weekday() != weekday:
        raise NoDateError("contradictory")
    return larger


def _day_in(match: re.Match[str], larger: Interval, _anchor: Anchor) -> Interval | None:
    if larger.granularity != "month":
        return None
    first = larger.first_day
    return one_day(make_day(first.year, first.month, int(match["day"])))


def _month_in(match: re.Match[str], larger: Interval, _anchor: Anchor) -> Interval | None:
    if larger.granularity != "year":
        return None
    return month_of(larger.first_day.year, month_number(match["month"]))


def _season_in(match: re.Match[str], larger: Interval, _anchor: Anchor) -> Interval | None:
    if larger.granularity != "year":
        return None
    if match["season"] == "winter":
        raise NoDateError("ambiguous")
    return season_of(match["season"], larger.first_day.year)


def _part_in(match: re.Match[str], larger: Interval, _anchor: Anchor) -> Interval | None:
    parts: dict[str, Part] = {"early": "early", "mid": "mid", "middle": "mid"}
    parts |= {"late": "late", "end": "late"}
    return part_of(larger, parts.get(match["part"], "early"))


def _share_in(match: re.Match[str], larger: Interval, _anchor: Anchor) -> Interval | None:
    shares = 2 if match["share"] == "half" else 4
    number = shares if match["number"] == "last" else int(match["number"][0])
    return share_of(larger, number, shares)


def _first_months_in(match: re.Match[str], larger: Interval, _anchor: Anchor) -> Interval | None:
    number = int(match["number"])
    if larger.granularity != "year" or not 1 <= number <= 12:
        return None
    return period(larger.first_day, month_of(larger.first_day.year, number).last_day)


def _week_in(match: re.Match[str], larger: Interval, _anchor: Anchor) -> Interval | None:
    """Read "2nd week september", days 8 to 14, and "last week april", its last seven days."""
    if larger.granularity != "month":
        return None
    first_day = larger.last_day - 6 * _ONE_DAY
    if match["number"][0].isdecimal():
        first_day = larger.first_day + 7 * (int(match["number"][0]) - 1) * _ONE_DAY
    if first_day > larger.last_day:
        raise NoDateError("contradictory")
    return Interval(first_day, min(first_day + 6 * _ONE_DAY, larger.last_day), "week")


def _week_with(match: re.Match[str], larger: Interval, _anchor: Anchor) -> Interval | None:
    """Read "week 6 may", "week starting 6 may", "week to 12 may"."""
    if larger.granularity != "day":
        return None
    match match["edge"]:
        case None:
            return week_of(larger.first_day)
        case "ending" | "to":
            return Interval(larger.last_day - 6 * _ONE_DAY, larger.last_day, "week")
    return Interval(larger.first_day, larger.first_day + 6 * _ONE_DAY, "week")


def _side_of_today(match: re.Match[str], larger: Interval, anchor: Anchor) -> Interval | None:
    """Read "earlier this week", "later this year"; of a span without today in it, all of it."""
    first_day, last_day = larger.first_day, larger.last_day
    if first_day == last_day or not first_day <= anchor.today <= last_day:
        return larger
    if match["side"] == "earlier":
        last_day = max(first_day, anchor.today - _ONE_DAY)
    else:
        first_day = min(last_day, anchor.today + _ONE_DAY)
    if first_day == last_day:
        return one_day(first_day)
    return period(first_day, last_day)


def _to_date(_match: re.Match[str], larger: Interval, anchor: Anchor) -> Interval | None:
    """Read "so far this month" and "this year to date"."""
    if not larger.first_day <= anchor.today <= larger.last_day:
        return None
    return period(larger.first_day, anchor.today)


_COMPOUNDS: Final[tuple[tuple[re.Pattern[str], Compound], ...]] = tuple(
    (re.compile(pattern), compound)
    for pattern, compound in (
        (rf"(?P<weekday>{WEEKDAY}) (?P<larger>.+)", _weekday_in),
        (rf"(?P<larger>.*(?:week|ago|\d|{MONTH})) (?P<weekday>{WEEKDAY})", _weekday_in),
        (rf"{DAY} (?P<larger>.+)", _day_in),
        (rf"(?P<month>{MONTH}) (?P<larger>.+)", _month_in),
        (rf"(?P<season>{SEASON}) (?P<larger>.+)", _season_in),
        (
            r"(?P<part>early|mid|middle|late|start|beginning|outset|end) (?P<larger>.+)",
            _part_in,
        ),
        (
            r"(?P<number>[1-4](?:st|nd|rd|th)|last) (?P<share>half|quarter) (?P<larger>.+)",
            _share_in,
        ),
        (r"1st (?P<number>\d{1,2}) months (?P<larger>.+)", _first_months_in),
        (r"(?P<number>[1-5](?:st|nd|rd|th)|last|final) week (?P<larger>.+)", _week_in),
        (r"week (?:(?P<edge>beginning|starting|commencing|ending|to) )?(?P<larger>.+)", _week_with),
        (r"(?P<side>earlier|later) (?P<larger>.+)", _side_of_today),
        (r"so far (?P<larger>.+)", _to_date),
        (r"(?P<larger>.+) (?:so far|to date)", _to_date),
    )
)
