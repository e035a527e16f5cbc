"""The simplest expressions for longer spans: "last week", "2 weeks ago", "march", "the 1990s".

A reader takes the match of its pattern on a plain time expression (`words.plain`) and an anchor.
It raises `NoDateError` where the expression stands for no interval, and `OverflowError` where the
interval lies outside the years 1 to 9999.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from clashtag.analysis.dates.anchors import Anchor, NoDateError
from clashtag.analysis.dates.calendar_intervals import (
    month_of,
    one_day,
    period,
    same_day_months_ago,
    season_of,
    week_of,
    year_of,
    years,
)
from clashtag.analysis.dates.words import MONTH, SEASON, UNIT, month_number
from clashtag.analysis.findings import Interval

_ONE_DAY: Final = timedelta(days=1)
_HOURS_OF_TODAY: Final = 12


def _unit(match: re.Match[str], anchor: Anchor) -> Interval | None:
    """Read "last week", "this month", "the year before last", "next decade"."""
    offsets = {"last": -1, "this": 0, "next": 1, "before last": -2, "after next": 2}
    offset = offsets.get(match["which"] or match["after"])
    if offset is None:
        return None
    today = anchor.today
    match match["unit"]:
        case "week":
            return week_of(today + 7 * offset * _ONE_DAY)
        case "month":
            return month_of(today.year, today.month + offset)
        case "year":
            return year_of(today.year + offset)
        case "decade":
            return _ten_years((today.year // 10 + offset) * 10)
    return _century((today.year - 1) // 100 + 1 + offset)


def _ago(match: re.Match[str], anchor: Anchor) -> Interval:
    """Read "3 days ago", "2 weeks from now", and "40 years ago yesterday", which is a day."""
    number, unit = int(match["number"] or 1), match["unit"]
    number = -number if match["way"] == "ago" else number
    today = anchor.today - (match["day"] == "yesterday") * _ONE_DAY
    if unit in {"month", "year"}:
        months = number * (12 if unit == "year" else 1)
        if match["day"]:
            return one_day(same_day_months_ago(today, -months))
        month = month_of(today.year, today.month + months)
        return month if unit == "month" else year_of(month.first_day.year)
    if unit == "decade" or (unit == "hour" and abs(number) > _HOURS_OF_TODAY and number % 24):
        raise NoDateError("vague")
    then = today + _whole_days(number, unit) * _ONE_DAY
    if unit == "night":
        return Interval(then, then, "part_of_day", "night")
    return week_of(then) if unit == "week" and not match["day"] else one_day(then)


def _whole_days(number: int, unit: str) -> int:
    match unit:
        case "minute":
            return 0
        case "hour":
            return 0 if abs(number) <= _HOURS_OF_TODAY else number // 24
        case "week":
            return 7 * number
    return number


def _half_year_ago(_match: re.Match[str], anchor: Anchor) -> Interval:
    return month_of(anchor.today.year, anchor.today.month - 6)


def _past_stretch(match: re.Match[str], anchor: Anchor) -> Interval:
    """Read "past 48 hours", "last 2 weeks", "past year": up to and including the publication."""
    number, unit, today = int(match["number"] or 1), match["unit"], anchor.today
    if unit in {"month", "year", "decade"}:
        months = number * {"month": 1, "year": 12, "decade": 120}[unit]
        return period(same_day_months_ago(today, months), today)
    if unit == "minute" or (unit == "hour" and number <= _HOURS_OF_TODAY):
        return one_day(today)
    hours = number * {"hour": 1, "day": 24, "night": 24, "week": 168}[unit]
    return period(today + -hours // 24 * _ONE_DAY, today)


def _month(match: re.Match[str], anchor: Anchor) -> Interval:
    month, today = month_number(match["month"]), anchor.today
    year = today.year
    match match["which"] or match["after"]:
        case None if anchor.is_planned:
            year += month < today.month
        case None:
            year -= month > today.month
        case "last" | "past":
            year -= month >= today.month
        case "next":
            year += month <= today.month
    return month_of(year, month)


def _season(match: re.Match[str], anchor: Anchor) -> Interval:
    name, which, today = match["season"], match["which"], anchor.today
    around = [season_of(name, today.year + offset) for offset in (-2, -1, 0, 1)]
    ended = sum(season.last_day < today for season in around)
    begun = sum(season.first_day <= today for season in around)
    match which:
        case "last" | "past":
            return around[ended - 1]
        case "this":
            return around[1 if name == "winter" and today.month <= 6 else 2]
        case "next":
            return around[begun]
    return around[ended] if anchor.is_planned else around[begun - 1]


def _seasons_ago(match: re.Match[str], anchor: Anchor) -> Interval:
    name, today = match["season"], anchor.today
    latest = today.year if season_of(name, today.year).last_day < today else today.year - 1
    return season_of(name, latest - int(match["number"]) + 1)


def _winter(match: re.Match[str], _anchor: Anchor) -> Interval:
    first, last = int(match["first"]), int(match["last"])
    if (first + 1) % 100 != last % 100:
        raise NoDateError("contradictory")
    return season_of("winter", first)


def _year(match: re.Match[str], _anchor: Anchor) -> Interval:
    return year_of(int(match[0]))


def _years(match: re.Match[str], _anchor: Anchor) -> Interval:
    """Read "2014-2016" and "2014-15"."""
    first, last = int(match["first"]), int(match["last"])
    if len(match["last"]) == 2:
        last += first // 100 * 100
    if last <= first:
        raise NoDateError("contradictory")
    return years(first, last)


def _numeric_month(match: re.Match[str], _anchor: Anchor) -> Interval:
    """Read "2024-05" and "05/2024"; "2004-05" may be two years."""
    year, month = int(match["year"]), int(match["month"])
    if (year + 1) % 100 == month and not match[0].endswith(match["year"]):
        raise NoDateError("ambiguous")
    return month_of(year, month)


def _decade(match: re.Match[str], _anchor: Anchor) -> Interval:
    """Read "1990s" and "'90s"; "1900s" may be a century and "'20s" either of two decades."""
    first = int(f"{match['century'] or 19}{match['decade']}0")
    is_short = match["century"] is None
    if (first % 100 == 0 and first != 2000) or (is_short and first < 1930):
        raise NoDateError("ambiguous")
    return _ten_years(first)


def _spoken_decade(match: re.Match[str], _anchor: Anchor) -> Interval:
    decades = ("thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties")
    return _ten_years(1930 + 10 * decades.index(match[0]))


def _numbered_century(match: re.Match[str], _anchor: Anchor) -> Interval:
    return _century(int(match["number"]))


def _ten_years(first: int) -> Interval:
    return years(first, first + 9)


def _century(number: int) -> Interval:
    return years(100 * number - 99, 100 * number)


SPAN_RULES: Final = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (
            r"(?:(?P<which>last|this|next) )?"
            r"(?P<unit>week|month|year|decade|century)(?: (?P<after>before last|after next))?",
            _unit,
        ),
        (
            rf"(?P<number>\d{{1,9}}) (?P<unit>{UNIT})s? (?P<way>ago|from now|time)"
            r"(?: (?P<day>today|yesterday))?",
            _ago,
        ),
        (rf"(?P<number>)(?P<unit>{UNIT}) (?P<way>ago)(?: (?P<day>today|yesterday))?", _ago),
        (r"half 1 year ago", _half_year_ago),
        (rf"(?:last|past) (?P<number>\d{{1,9}}) (?P<unit>{UNIT})s?", _past_stretch),
        (r"(?:last|past)(?P<number>) (?P<unit>hour|week|month|year|decade)", _past_stretch),
        (r"(?:previous|preceding) (?P<number>\d{1,9}) (?P<unit>hour)s", _past_stretch),
        (
            rf"(?:(?P<which>last|past|this|next) )?(?P<month>{MONTH})(?: (?P<after>last|next))?",
            _month,
        ),
        (rf"(?:(?P<which>last|past|this|next) )?(?P<season>{SEASON})", _season),
        (rf"(?P<number>\d{{1,4}}) (?P<season>{SEASON})s ago", _seasons_ago),
        (r"winter (?P<first>\d{4})[-/](?P<last>\d{4}|\d\d)", _winter),
        (r"1[0-9]\d\d|2[01]\d\d", _year),
        (r"(?P<first>\d{4})[-/](?P<last>\d{4})", _years),
        (r"(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])", _numeric_month),
        (r"(?P<month>0?[1-9]|1[0-2])/(?P<year>\d{4})", _numeric_month),
        (r"(?P<first>\d{4})[-/](?P<last>\d\d)", _years),
        (r"(?P<century>1[0-9]|20)?(?:'?)(?P<decade>\d)0s", _decade),
        (r"thirties|forties|fifties|sixties|seventies|eighties|nineties", _spoken_decade),
        (r"(?P<number>\d{1,2})(?:st|nd|rd|th) century", _numbered_century),
    )
)
