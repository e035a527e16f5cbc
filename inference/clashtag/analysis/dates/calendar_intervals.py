"""Intervals of the calendar: days, weeks, weekends, months, seasons, years and parts of them.

Every function raises `OverflowError` where the result lies outside the years 1 to 9999.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Final, Literal

from clashtag.analysis.findings import Interval

Part = Literal["early", "mid", "late"]

_PARTS: Final[tuple[Part, ...]] = ("early", "mid", "late")
_WEEK_PARTS: Final[dict[Part, tuple[int, int]]] = {"early": (0, 2), "mid": (1, 3), "late": (3, 6)}
_MONTH_PARTS: Final[dict[Part, tuple[int, int]]] = {
    "early": (1, 10),
    "mid": (11, 20),
    "late": (21, 31),
}
_DECADE_PARTS: Final[dict[Part, tuple[int, int]]] = {
    "early": (0, 3),
    "mid": (4, 6),
    "late": (7, 9),
}
_SEASON_STARTS: Final = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}


def one_day(day: date) -> Interval:
    """Return the interval of a single day."""
    return Interval(day, day, "day")


def period(first_day: date, last_day: date) -> Interval:
    """Return an interval that is no unit of the calendar."""
    return Interval(first_day, last_day, "period")


def week_of(day: date) -> Interval:
    """Return the week, Monday to Sunday, that holds `day`."""
    monday = day - timedelta(days=day.weekday())
    return Interval(monday, monday + timedelta(days=6), "week")


def weekend_of(day: date) -> Interval:
    """Return the Saturday and Sunday of the week that holds `day`."""
    sunday = week_of(day).last_day
    return Interval(sunday - timedelta(days=1), sunday, "weekend")


def month_of(year: int, month: int) -> Interval:
    """Return a month; `month` may lie outside 1 to 12 and then counts into other years."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    _check_year(year)
    return Interval(date(year, month, 1), date(year, month, monthrange(year, month)[1]), "month")


def year_of(year: int) -> Interval:
    """Return a calendar year."""
    return years(year, year, "year")


def years(first: int, last: int, granularity: Literal["year", "period"] = "period") -> Interval:
    """Return the years `first` to `last`, both included."""
    _check_year(first)
    _check_year(last)
    return Interval(date(first, 1, 1), date(last, 12, 31), granularity)


def season_of(season: str, year: int) -> Interval:
    """Return the season that begins in `year`: three whole months, northern hemisphere.

    Args:
        season: spring, summer, autumn or winter.
        year: the year it begins in; winter reaches into February of the next one.
    """
    start = _SEASON_STARTS[season]
    last_day = month_of(year, start + 2).last_day
    return Interval(month_of(year, start).first_day, last_day, "season")


def latest_weekday(weekday: int, day: date) -> date:
    """Return the latest day on or before `day` that falls on `weekday` (Monday is 0)."""
    return day - timedelta(days=(day.weekday() - weekday) % 7)


def next_weekday(weekday: int, day: date) -> date:
    """Return the first day on or after `day` that falls on `weekday` (Monday is 0)."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def same_day_months_ago(day: date, months: int) -> date:
    """Return the same day of the month, or else the month's last day, `months` earlier."""
    month = month_of(day.year, day.month - months)
    return month.first_day.replace(day=min(day.day, month.last_day.day))


def part_of(whole: Interval, part: Part) -> Interval | None:
    """Return the early, middle or late part of an interval, None of one that has no parts.

    Weeks: Monday to Wednesday, Tuesday to Thursday, Thursday to Sunday. Months: days 1 to 10, 11
    to 20, 21 to the end. Seasons: a month each. Years: four months each. Decades: years 0 to 3, 4
    to 6, 7 to 9. Of a day, its early or late hours.
    """
    first = whole.first_day
    match whole.granularity:
        case "day":
            return Interval(first, first, "part_of_day", part)
        case "week":
            from_day, to_day = _WEEK_PARTS[part]
            return period(first + timedelta(days=from_day), first + timedelta(days=to_day))
        case "month":
            from_day, to_day = _MONTH_PARTS[part]
            last_day = min(to_day, whole.last_day.day)
            return period(first.replace(day=from_day), first.replace(day=last_day))
        case "season" | "year":
            months = 1 if whole.granularity == "season" else 4
            return _months(first, months * _PARTS.index(part), months)
    if whole != years(first.year, first.year + 9):
        return None
    from_year, to_year = _DECADE_PARTS[part]
    return years(first.year + from_year, first.year + to_year)


def share_of(whole: Interval, number: int, shares: int) -> Interval | None:
    """Return half or quarter `number` (from 1) of a year, or half of a month; None of others."""
    if not 1 <= number <= shares:
        return None
    if whole.granularity == "year":
        return _months(whole.first_day, (number - 1) * (12 // shares), 12 // shares)
    if whole.granularity == "month" and shares == 2:
        middle = whole.first_day.replace(day=15)
        if number == 1:
            return period(whole.first_day, middle)
        return period(middle + timedelta(days=1), whole.last_day)
    return None


def _months(start: date, offset: int, count: int) -> Interval:
    first = month_of(start.year, start.month + offset)
    last = month_of(start.year, start.month + offset + count - 1)
    return period(first.first_day, last.last_day)


def _check_year(year: int) -> None:
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError(year)
