"""Time expressions of news resolved against the publication date: the one door."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from clashtag.analysis.dates.anchors import Anchor, NoDateError
from clashtag.analysis.dates.calendar_intervals import one_day, period
from clashtag.analysis.dates.day_rules import make_day
from clashtag.analysis.dates.named_years import is_fresh, with_named_year
from clashtag.analysis.dates.phrases import read_phrase
from clashtag.analysis.dates.reasons import why_no_date
from clashtag.analysis.dates.surroundings import expression_at, is_planned, named_before
from clashtag.analysis.dates.times_of_day import split_time_of_day
from clashtag.analysis.dates.words import WEEKDAY
from clashtag.analysis.findings import Interval, ResolvedTime
from clashtag.errors import InputError
from clashtag.records import Span

_ONE_DAY: Final = timedelta(days=1)
_MAX_CHARACTERS: Final = 200
_MAX_WORDS: Final = 14
_QUOTED_CHARACTERS: Final = 60
_BOUND = re.compile(r"(?P<bound>since|until|till|by|as|up to|before|after) (?P<point>.+)")
_RANGE = re.compile(
    r"(?P<lead>between |from |night (?:from )?)?(?P<first>.+?)"
    r"(?: (?P<link>and|to|till|until|through|into) (?:into )?| ?- ?)(?P<last>.+)"
)
_OVERNIGHT = re.compile(
    r"overnight(?: (?P<into>into|to))?(?: (?:from )?(?P<day>.+))?|(?P<evening>.+) overnight"
)
_NTH_NIGHT = re.compile(
    r"\d+(?:st|nd|rd|th) (?:straight |consecutive )?(?:night|evening|morning|afternoon)"
)
_BARE_WEEKDAY = re.compile(WEEKDAY)
_NUMBER = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")


def resolve_time(text: str, start: int, end: int, published: date | None) -> ResolvedTime:
    """Resolve the time expression `text[start:end]` into the days it stands for.

    The publication date is what relative expressions are counted from and never a default: an
    expression that names no date has no interval but a reason. docs/analysis/dates.md lists the
    conventions and the reasons.

    Args:
        text: the article.
        start: where the expression starts, in code points.
        end: where it ends, exclusive.
        published: the day the article was published; None leaves relative expressions unresolved.

    Raises:
        InputError: the offsets do not fit the text.
    """
    if not 0 <= start < end <= len(text):
        raise InputError(
            f"time expression {start}:{end} does not fit a text of {len(text)} characters",
            "give the offsets of a span of this text, in code points, end exclusive",
        )
    words = Span(start, end, text[start:end])
    if isinstance(published, datetime):
        published = published.date()
    try:
        interval, year = _interval(text, start, end, published)
        return ResolvedTime(words, interval, year=year)
    except NoDateError as error:
        return ResolvedTime(words, None, _reason(error.kind, words.text))
    except OverflowError:
        return ResolvedTime(words, None, _reason("outside the calendar", words.text))


def _interval(
    text: str, start: int, end: int, published: date | None
) -> tuple[Interval, Span | None]:
    """Return the interval of a time expression, and the words elsewhere that give its year."""
    if end - start > _MAX_CHARACTERS:
        raise NoDateError("not a date")
    phrase = expression_at(text, start, end)
    if len(phrase.split()) > _MAX_WORDS:
        raise NoDateError(why_no_date(phrase))
    anchor = Anchor(published, is_planned(text, start), named_before(text, start, published))
    dated = None if anchor.is_planned else with_named_year(text, start, phrase)
    if dated and not is_fresh(_in_past(phrase, anchor), published):
        interval = _in_past(dated.phrase, anchor)
        if interval is not None:
            return interval, dated.words
    return _expression(phrase, anchor), None


def _expression(phrase: str, anchor: Anchor) -> Interval:
    bound = _BOUND.fullmatch(phrase)
    if bound is not None and split_time_of_day(phrase)[1].startswith(bound["bound"]):
        interval = _bounded(bound["bound"], bound["point"], anchor)
    else:
        interval = _read(phrase, anchor)
    if interval is None:
        raise NoDateError(_why_no_date(phrase))
    return interval


def _in_past(phrase: str, anchor: Anchor) -> Interval | None:
    """Return the interval of an expression if it is one, and had begun when it was published."""
    try:
        interval = _expression(phrase, anchor)
    except (NoDateError, OverflowError):
        return None
    has_begun = anchor.published is None or interval.first_day <= anchor.published
    return interval if has_begun else None


def _why_no_date(phrase: str) -> str:
    kind = why_no_date(phrase)
    time, rest = split_time_of_day(phrase)
    if kind == "unknown expression" and time and why_no_date(rest) == "not a date":
        return "no day named"
    return kind


def _bounded(bound: str, phrase: str, anchor: Anchor) -> Interval | None:
    """Read "since" as up to publication; other bounds leave an end open."""
    if bound != "since":
        if _read(phrase, anchor) is None:
            return None
        raise NoDateError("only a start is given" if bound == "after" else "only an end is given")
    interval = _read(phrase, replace(anchor, is_planned=False))
    if interval is None:
        return None
    first_day, today = interval.first_day, anchor.today
    if first_day == today and _BARE_WEEKDAY.fullmatch(phrase):
        first_day -= 7 * _ONE_DAY
    if first_day > today:
        raise NoDateError("contradictory")
    if first_day == today:
        return interval if interval.last_day == today else one_day(today)
    return period(first_day, today)


def _read(phrase: str, anchor: Anchor) -> Interval | None:
    return _overnight(phrase, anchor) or _point(phrase, anchor) or _range(phrase, anchor)


def _point(phrase: str, anchor: Anchor) -> Interval | None:
    if _NTH_NIGHT.fullmatch(phrase):
        raise NoDateError("relative to another event")
    time, day = split_time_of_day(phrase.removeprefix("from "))
    if time is not None and not day:
        raise NoDateError("no day named")
    interval = read_phrase(day, anchor)
    if interval is None or time is None or time.label is None:
        return interval
    if interval.first_day == interval.last_day:
        return replace(interval, granularity=time.granularity, time_of_day=time.label)
    return replace(interval, time_of_day=time.label)


def _overnight(phrase: str, anchor: Anchor) -> Interval | None:
    """Read a night by its two days: alone the one that leads into the publication day."""
    match = _OVERNIGHT.fullmatch(phrase)
    if match is None:
        return None
    words = match["day"] or match["evening"]
    if words is None:
        return _night(anchor.today - _ONE_DAY)
    day = _point(words, anchor)
    if day is None:
        return _range(f"night {words}", anchor)
    if day.first_day != day.last_day:
        return None
    return _night(day.first_day - _ONE_DAY if match["into"] else day.first_day)


def _night(evening: date) -> Interval:
    return Interval(evening, evening + _ONE_DAY, "part_of_day", "night")


def _range(phrase: str, anchor: Anchor) -> Interval | None:
    """Read "between 3 and 7 may", "monday to wednesday": the end first, the start before it."""
    match = _RANGE.fullmatch(phrase)
    last = None if match is None else _point(match["last"], anchor)
    first = None if match is None or last is None else _range_start(match["first"], last, anchor)
    if match is None or last is None or first is None:
        return None
    if first.first_day > last.last_day:
        raise NoDateError("contradictory")
    if first.first_day == last.last_day:
        return one_day(last.last_day)
    if (match["lead"] or "").startswith("night") and last.first_day - first.first_day == _ONE_DAY:
        return _night(first.first_day)
    is_list = match["link"] == "and" and match["lead"] != "between "
    if is_list and last.first_day - first.last_day > _ONE_DAY:
        raise NoDateError("more than one date")
    return period(first.first_day, last.last_day)


def _range_start(words: str, last: Interval, anchor: Anchor) -> Interval | None:
    time, day_words = split_time_of_day(words)
    if time is not None and not day_words:
        return last
    number = _NUMBER.fullmatch(words)
    if number is None:
        return _point(words, replace(anchor, published=last.first_day, is_planned=False))
    day, end = int(number[1]), last.first_day
    if day > end.day:
        end = end.replace(day=1) - _ONE_DAY
    return one_day(make_day(end.year, end.month, day))


def _reason(kind: str, words: str) -> str:
    if kind == "no publication date":
        return kind
    quoted = " ".join(words.split())
    if len(quoted) > _QUOTED_CHARACTERS:
        quoted = quoted[:_QUOTED_CHARACTERS].rstrip() + "…"
    return f"{kind}: '{quoted}'"
