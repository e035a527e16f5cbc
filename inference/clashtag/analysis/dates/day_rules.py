"""The simplest expressions for days: "yesterday", "5 may", "the 8th", "last tuesday".

A reader takes the match of its pattern on a plain time expression (`words.plain`) and an anchor.
It raises `NoDateError` where the expression stands for no interval, and `OverflowError` where the
interval lies outside the years 1 to 9999.
"""

from __future__ import annotations

import re
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Final

from clashtag.analysis.dates.anchors import Anchor, NoDateError
from clashtag.analysis.dates.calendar_intervals import (
    latest_weekday,
    month_of,
    next_weekday,
    one_day,
    week_of,
    weekend_of,
)
from clashtag.analysis.dates.words import DAY, MONTH, WEEKDAY, month_number, weekday_number
from clashtag.analysis.findings import Interval

_ONE_DAY: Final = timedelta(days=1)
_NEAR: Final = timedelta(days=31)
_LEAP_YEARS_APART: Final = 8


def _near_day(match: re.Match[str], anchor: Anchor) -> Interval:
    days = {"day before yesterday": -2, "yesterday": -1, "tomorrow": 1, "day after tomorrow": 2}
    return one_day(anchor.today + days.get(match[0], 0) * _ONE_DAY)


def _iso_day(match: re.Match[str], _anchor: Anchor) -> Interval:
    return one_day(make_day(int(match["year"]), int(match["month"]), int(match["day"])))


def _numeric_day(match: re.Match[str], anchor: Anchor) -> Interval:
    """Read "23/11/2023" and "18/4", where it is certain which number is the day."""
    first, second = int(match["first"]), int(match["second"])
    if match["mark"] != "." and first <= 12 and second <= 12 and first != second:
        raise NoDateError("ambiguous")
    day, month = (second, first) if second > 12 >= first else (first, second)
    if not match["year"]:
        return one_day(_day_of_some_year(day, month, anchor))
    century = 2000 if len(match["year"]) == 2 else 0
    return one_day(make_day(century + int(match["year"]), month, day))


def _day_and_month(match: re.Match[str], anchor: Anchor) -> Interval:
    day, month = int(match["day"]), month_number(match["month"])
    if match["last"]:
        return one_day(_latest_in_years(day, month, anchor.today - _ONE_DAY))
    return one_day(_day_of_some_year(day, month, anchor))


def _day_alone(match: re.Match[str], anchor: Anchor) -> Interval:
    """Read "the 8th": on or after the date that the text named last, else the latest one.

    After "Aug. 29", "the 4th" is 4 September, but only if that was before publication.
    """
    day, today, named = int(match["day"]), anchor.today, anchor.named
    if named is not None:
        onward = _first_in_months(day, named, 1)
        if onward <= today or onward.month == named.month:
            return one_day(onward)
        return one_day(make_day(named.year, named.month, day))
    return one_day(_first_in_months(day, today, 1 if anchor.is_planned else -1))


def _weekday_and_date(match: re.Match[str], anchor: Anchor) -> Interval:
    """Read "thursday 25th" and "friday 10 may": the nearest such day on which both agree."""
    day, weekday, today = int(match["day"]), weekday_number(match["weekday"]), anchor.today
    if match["month"]:
        month = month_number(match["month"])
        months = [(today.year + offset, month) for offset in (-1, 0, 1)]
    else:
        near = [month_of(today.year, today.month + offset).first_day for offset in (-2, -1, 0, 1)]
        months = [(first.year, first.month) for first in near]
    days = [_existing_day(year, month, day) for year, month in months]
    agreeing = [found for found in days if found and found.weekday() == weekday]
    if not agreeing:
        raise NoDateError("contradictory")
    return one_day(min(agreeing, key=lambda found: abs(found - today)))


def _weekday(match: re.Match[str], anchor: Anchor) -> Interval:
    weekday, today = weekday_number(match["weekday"]), anchor.today
    match match["which"] or match["after"]:
        case None if anchor.is_planned:
            return one_day(next_weekday(weekday, today))
        case None:
            return one_day(latest_weekday(weekday, today))
        case "this":
            return one_day(week_of(today).first_day + weekday * _ONE_DAY)
        case "next":
            return one_day(next_weekday(weekday, today + _ONE_DAY))
        case "before last":
            return one_day(latest_weekday(weekday, today - _ONE_DAY) - 7 * _ONE_DAY)
    return one_day(latest_weekday(weekday, today - _ONE_DAY))


def _weekdays_ago(match: re.Match[str], anchor: Anchor) -> Interval:
    """Read "2 fridays ago": the second one back from the day before publication."""
    latest = latest_weekday(weekday_number(match["weekday"]), anchor.today - _ONE_DAY)
    return one_day(latest - 7 * (int(match["number"]) - 1) * _ONE_DAY)


def _weekend(match: re.Match[str], anchor: Anchor) -> Interval:
    today = anchor.today
    match match["which"] or match["after"]:
        case None if not anchor.is_planned:
            return weekend_of(latest_weekday(5, today))
        case "this" if not anchor.is_planned and today.weekday() <= 1:
            raise NoDateError("ambiguous")
        case "next":
            return weekend_of(today + 7 * _ONE_DAY)
        case "before last":
            return weekend_of(latest_weekday(6, today - _ONE_DAY) - 7 * _ONE_DAY)
        case "last" | "past":
            return weekend_of(latest_weekday(6, today - _ONE_DAY))
    return weekend_of(today)


DAY_RULES: Final = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (r"(?:day before )?yesterday|(?:day after )?tomorrow|today|(?:right )?now", _near_day),
        (r"(?P<year>\d{4})(?P<mark>[-/.]?)(?P<month>\d\d)(?P=mark)(?P<day>\d\d)", _iso_day),
        (
            r"(?P<first>\d{1,2})(?P<mark>[/.-])(?P<second>\d{1,2})"
            r"(?:(?P=mark)(?P<year>\d{4}|\d\d))",
            _numeric_day,
        ),
        (r"(?P<first>\d{1,2})(?P<mark>/)(?P<second>\d{1,2})(?P<year>)?", _numeric_day),
        (rf"{DAY} (?P<month>{MONTH})(?P<last> last)?", _day_and_month),
        (r"(?P<day>\d{1,2})(?:st|nd|rd|th)", _day_alone),
        (rf"(?P<weekday>{WEEKDAY}) {DAY}(?: (?P<month>{MONTH}))?", _weekday_and_date),
        (
            rf"(?:(?P<which>last|past|this|next) )?(?P<weekday>{WEEKDAY})"
            r"(?: (?P<after>last|next|before last))?",
            _weekday,
        ),
        (rf"(?P<number>[1-9]\d?) (?P<weekday>{WEEKDAY})s ago", _weekdays_ago),
        (
            r"(?:(?P<which>last|past|this|next) )?(?:week-?end)"
            r"(?: (?P<after>last|next|before last))?",
            _weekend,
        ),
    )
)


def make_day(year: int, month: int, day: int) -> date:
    """Return a day that the text names in full.

    Raises:
        NoDateError: the calendar has no such day.
        OverflowError: the year lies outside 1 to 9999.
    """
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError(year)
    try:
        return date(year, month, day)
    except ValueError:
        raise NoDateError("contradictory") from None


def _existing_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _first_in_months(day: int, start: date, step: int) -> date:
    """Return the first such day of a month from `start` on, or back if `step` is -1."""
    for offset in range(0, 4 * step, step):
        first = month_of(start.year, start.month + offset).first_day
        found = _existing_day(first.year, first.month, day)
        if found is not None and (found - start) * step >= timedelta(0):
            return found
    raise NoDateError("contradictory")


def _latest_in_years(day: int, month: int, today: date) -> date:
    for year in range(today.year, today.year - _LEAP_YEARS_APART - 1, -1):
        found = _existing_day(year, month, day)
        if found is not None and found <= today:
            return found
    raise NoDateError("contradictory")


def _day_of_some_year(day: int, month: int, anchor: Anchor) -> date:
    """Return the latest such day up to publication, or the next one if it is planned.

    Raises:
        NoDateError: the next one lies within a month, and nothing says that it is planned.
    """
    today = anchor.today
    latest = _latest_in_years(day, month, today)
    upcoming = _existing_day(today.year + (latest.year == today.year), month, day)
    if latest == today or upcoming is None:
        return latest
    if anchor.is_planned:
        return upcoming
    if upcoming - today <= _NEAR:
        raise NoDateError("ambiguous")
    return latest
