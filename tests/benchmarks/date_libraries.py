"""How each date library is asked for the days of an English time expression."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import MAXYEAR, date, datetime, timedelta
from typing import Any

from clashtag.analysis.dates.calendar_intervals import month_of, week_of, year_of

Days = tuple[date, date] | None
Reader = Callable[[str, datetime], Days]


def one_day(moment: date | None) -> Days:
    """Return the day of a date or datetime."""
    if moment is None:
        return None
    day = moment.date() if isinstance(moment, datetime) else moment
    return day, day


def unit_days(day: date, unit: str) -> Days:
    """Return the days of the week, month or year around a day, or the day itself."""
    match unit:
        case "week":
            interval = week_of(day)
        case "month":
            interval = month_of(day.year, day.month)
        case "year":
            interval = year_of(day.year)
        case _:
            return day, day
    return interval.first_day, interval.last_day


def dateparser_reader() -> Reader:
    from dateparser.date import DateDataParser

    def read(words: str, base: datetime) -> Days:
        settings = {"RELATIVE_BASE": base, "PREFER_DATES_FROM": "past"}
        found = DateDataParser(languages=["en"], settings=settings).get_date_data(words)
        if found.date_obj is None:
            return None
        return unit_days(found.date_obj.date(), found.period)

    return read


def dateutil_reader() -> Reader:
    from dateutil import parser

    return lambda words, base: one_day(parser.parse(words, default=base, fuzzy=True))


def parsedatetime_reader() -> Reader:
    from parsedatetime import Calendar

    calendar = Calendar()

    def read(words: str, base: datetime) -> Days:
        first, last, is_range = calendar.evalRanges(words, base)
        if is_range:
            return date(*first[:3]), date(*last[:3])
        moment, status = calendar.parseDT(words, sourceTime=base)
        return one_day(moment) if status in {1, 3} else None

    return read


def recurrent_reader() -> Reader:
    from recurrent import RecurringEvent

    def read(words: str, base: datetime) -> Days:
        found = RecurringEvent(now_date=base).parse(words)
        return one_day(found) if isinstance(found, datetime) else None

    return read


def timefhuman_reader() -> Reader:
    from timefhuman import Direction, tfhConfig, timefhuman

    def read(words: str, base: datetime) -> Days:
        found = timefhuman(words, config=tfhConfig(now=base, direction=Direction.previous))
        first = found[0] if isinstance(found, list) and found else found
        if isinstance(first, tuple):
            ends = [one_day(end) for end in first if isinstance(end, date)]
            return (ends[0][0], ends[-1][1]) if ends and ends[0] and ends[-1] else None
        return one_day(first) if isinstance(first, date) else None

    return read


def ctparse_reader() -> Reader:
    from ctparse import ctparse
    from ctparse.types import Interval, Time

    logging.getLogger("ctparse").setLevel(logging.CRITICAL)

    def time_days(found: Any, base: datetime) -> Days:
        year, month, day = found.year, found.month, found.day
        if month is None:
            return None if year is None else unit_days(date(year, 1, 1), "year")
        if year is None:
            year = base.year - ((month, day or 1) > (base.month, base.day))
        if day is None:
            return unit_days(date(year, month, 1), "month")
        return one_day(date(year, month, day))

    def read(words: str, base: datetime) -> Days:
        parsed = ctparse(words, ts=base, timeout=2)
        found = None if parsed is None else parsed.resolution
        if isinstance(found, Time):
            return time_days(found, base)
        if isinstance(found, Interval) and found.t_from and found.t_to:
            first, last = time_days(found.t_from, base), time_days(found.t_to, base)
            return (first[0], last[1]) if first and last else None
        return None

    return read


def arrow_reader() -> Reader:
    import arrow

    def read(words: str, base: datetime) -> Days:
        try:
            return one_day(arrow.get(base).dehumanize(words).datetime)
        except ValueError:
            return one_day(arrow.get(words).datetime)

    return read


def pendulum_reader() -> Reader:
    import pendulum

    def read(words: str, base: datetime) -> Days:
        found = pendulum.parse(words, strict=False, now=pendulum.instance(base))
        return one_day(found) if isinstance(found, date) else None

    return read


def edtf_reader() -> Reader:
    from edtf import EDTFParseException, parse_edtf, text_to_edtf

    def read(words: str, _base: datetime) -> Days:
        found = text_to_edtf(words)
        if not found or "XXXX" in found:
            return None
        try:
            parsed = parse_edtf(found)
        except EDTFParseException:
            return None
        first, last = parsed.lower_strict(), parsed.upper_strict()
        if last.tm_year > MAXYEAR:
            return None
        return date(*first[:3]), date(*last[:3])

    return read


def recognizers_reader() -> Reader:
    from recognizers_date_time import Culture, recognize_datetime

    def value_days(value: dict[str, str], base: datetime) -> Days:
        kind = value["type"]
        if kind in {"date", "datetime"}:
            return one_day(datetime.fromisoformat(value["value"]))
        if kind not in {"daterange", "datetimerange"} or "start" not in value:
            return None
        first = datetime.fromisoformat(value["start"])
        last = datetime.fromisoformat(value["end"]) if "end" in value else base
        if kind == "daterange" and "end" in value and last > first:
            last -= timedelta(days=1)
        return first.date(), last.date()

    def read(words: str, base: datetime) -> Days:
        for found in recognize_datetime(words, Culture.English, reference=base):
            values = [value_days(value, base) for value in found.resolution["values"]]
            past = [days for days in values if days and days[0] <= base.date()]
            if past:
                return past[-1]
            if values[0]:
                return values[0]
        return None

    return read


READERS: dict[str, Callable[[], Reader]] = {
    "recognizers-text-date-time": recognizers_reader,
    "dateparser": dateparser_reader,
    "timefhuman": timefhuman_reader,
    "ctparse": ctparse_reader,
    "parsedatetime": parsedatetime_reader,
    "recurrent": recurrent_reader,
    "python-dateutil": dateutil_reader,
    "pendulum": pendulum_reader,
    "edtf": edtf_reader,
    "arrow": arrow_reader,
}
