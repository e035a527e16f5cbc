"""Time expressions: the hand-written table, and what holds for every text and every date."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.analysis.dates import resolve_time
from clashtag.analysis.findings import Interval
from clashtag.errors import InputError
from clashtag.records import Span

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
SHIFTING = (
    *WEEKDAYS,
    *(f"last {weekday}" for weekday in WEEKDAYS),
    *(f"this {weekday}" for weekday in WEEKDAYS),
    *(f"next {weekday}" for weekday in WEEKDAYS),
    *("today", "yesterday", "tomorrow", "overnight", "last night", "this morning", "tonight"),
    *("the weekend", "last weekend", "this week", "last week", "next week", "earlier this week"),
    *("three days ago", "two weeks ago", "a week ago today", "four nights ago", "just now"),
    *("the past 48 hours", "the past week", "since Monday", "Tuesday last week"),
    *("from Monday to Wednesday", "Saturday and Sunday", "the early hours of Friday"),
    *("late on Sunday", "overnight into Saturday", "Monday at 14:30"),
)
TIME_WORDS = (
    *("the", "of", "on", "in", "at", "and", "to", "from", "between", "since", "until", "by", "-"),
    *("last", "next", "this", "past", "early", "late", "mid", "end", "first", "second", "three"),
    *("Monday", "Fri", "May", "December", "31", "29th", "2024", "0001", "9999", "1990s", "30-31"),
    *("day", "days", "week", "month", "year", "decade", "century", "weekend", "fall", "winter"),
    *("ago", "before", "after", "night", "morning", "noon", "overnight", "today", "99999999999"),
    *("14:30", "2 p.m.", "29/2", "31/12/9999", "999999999 years ago", "half", "past", "quarter"),
)
DATELESS = {"not a date", "duration only", "recurring", "relative to another event", "vague"}
DATES = st.dates()
MIDDLE_DATES = st.dates(date(1000, 3, 1), date(2199, 12, 31))
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(TIME_WORDS), max_size=9).map(" ".join),
)


def read_table() -> list[dict[str, str]]:
    table = Path(__file__).with_name("dates.tsv")
    with table.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


ROWS = read_table()


def parse_marked(marked: str) -> tuple[str, int, int]:
    """Return a text, the line breaks that it writes as \\n, and the span it marks by [[ ]]."""
    before, _, rest = marked.replace("\\n", "\n").partition("[[")
    words, _, after = rest.partition("]]")
    return before + words + after, len(before), len(before) + len(words)


def resolve(words: str, published: date | None) -> Interval | None:
    return resolve_time(words, 0, len(words), published).interval


def days(words: str, published: date) -> tuple[date, date]:
    interval = resolve(words, published)
    assert interval is not None
    return interval.first_day, interval.last_day


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=f"{row['text']} {row['published']}") for row in ROWS]
)
def test_resolve_time_reads_the_table(row: dict[str, str]) -> None:
    text, start, end = parse_marked(row["text"])
    published = date.fromisoformat(row["published"]) if row["published"] else None
    resolved = resolve_time(text, start, end, published)
    interval = resolved.interval
    assert resolved.words == Span(start, end, text[start:end])
    if row["reason"]:
        assert interval is None
        assert resolved.reason is not None
        assert resolved.reason.partition(":")[0] == row["reason"]
    else:
        assert interval == Interval(
            date.fromisoformat(row["first_day"]),
            date.fromisoformat(row["last_day"]),
            row["granularity"],  # type: ignore[arg-type]
            row["time_of_day"] or None,
        )
        assert resolved.reason is None


@pytest.mark.parametrize(
    ("marked", "first_day", "last_day"),
    [
        ("since the [[August 2022]] raid", "2022-08-01", "2022-08-31"),
        ("[[since the August 2022]] raid", "2022-08-01", "2022-08-31"),
        ("after the [[9 May]] raid", "2026-05-09", "2026-05-09"),
        ("before the [[Monday]] raid", "2026-06-08", "2026-06-08"),
        ("since [[2022]], when gunmen came", "2022-01-01", "2022-12-31"),
        ("since [[August 2022]] he ruled", "2022-08-01", "2026-06-08"),
        ("since the [[1990s]] in Harn", "1990-01-01", "2026-06-08"),
    ],
)
def test_a_date_of_a_noun_or_clause_is_not_bounded(
    marked: str, first_day: str, last_day: str
) -> None:
    text, start, end = parse_marked(marked)
    interval = resolve_time(text, start, end, date(2026, 6, 8)).interval
    assert interval is not None
    found = interval.first_day.isoformat(), interval.last_day.isoformat()
    assert found == (first_day, last_day)


def test_table_is_as_large_and_as_sound_as_its_figures_say() -> None:
    parts = Counter(row["part"] for row in ROWS)
    assert parts["develop"] >= 240
    assert parts["held-out"] >= 80
    assert set(parts) == {"develop", "held-out"}
    assert len({(row["text"], row["published"]) for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert row["text"].count("[[") == row["text"].count("]]") == 1
        assert bool(row["first_day"]) == bool(row["granularity"]) != bool(row["reason"])


@given(TEXTS, TEXTS, TEXTS, st.none() | DATES)
def test_resolve_time_never_raises_and_keeps_the_words(
    before: str, words: str, after: str, published: date | None
) -> None:
    text = f"{before} {words}.{after}"
    start, end = len(before), len(before) + len(words) + 2
    resolved = resolve_time(text, start, end, published)
    assert resolved.words == Span(start, end, text[start:end])
    assert (resolved.interval is None) != (resolved.reason is None)
    if resolved.interval is not None:
        assert resolved.interval.first_day <= resolved.interval.last_day


@given(st.sampled_from(WEEKDAYS), MIDDLE_DATES)
def test_bare_weekday_is_the_latest_up_to_publication(weekday: str, published: date) -> None:
    first_day, last_day = days(weekday, published)
    assert first_day == last_day
    assert WEEKDAYS[first_day.weekday()] == weekday
    assert timedelta(0) <= published - first_day < timedelta(days=7)


@given(st.sampled_from(WEEKDAYS), MIDDLE_DATES)
def test_last_and_next_weekday_never_mean_the_publication_day(
    weekday: str, published: date
) -> None:
    last, _ = days(f"last {weekday}", published)
    coming, _ = days(f"next {weekday}", published)
    assert WEEKDAYS[last.weekday()] == WEEKDAYS[coming.weekday()] == weekday
    assert timedelta(0) < published - last <= timedelta(days=7)
    assert timedelta(0) < coming - published <= timedelta(days=7)


@given(st.sampled_from(SHIFTING), MIDDLE_DATES)
def test_a_week_later_relative_expressions_mean_a_week_later(words: str, published: date) -> None:
    week = timedelta(days=7)
    first_day, last_day = days(words, published)
    assert days(words, published + week) == (first_day + week, last_day + week)


@given(DATES, st.none() | DATES)
def test_dates_in_full_need_no_publication_date(day: date, published: date | None) -> None:
    assert resolve(day.isoformat(), published) == Interval(day, day, "day")


@given(MIDDLE_DATES, st.none() | DATES)
def test_dates_in_words_need_no_publication_date(day: date, published: date | None) -> None:
    weekday, month = WEEKDAYS[day.weekday()], MONTHS[day.month - 1]
    expected = Interval(day, day, "day")
    assert resolve(f"{day.day} {month} {day.year}", published) == expected
    assert resolve(f"{weekday}, {month} {day.day}, {day.year}", published) == expected
    wrong_weekday = WEEKDAYS[day.weekday() - 1]
    assert resolve(f"{wrong_weekday} {day.day} {month} {day.year}", published) is None


@given(st.sampled_from(MONTHS), MIDDLE_DATES)
def test_bare_month_is_the_latest_that_has_begun(month: str, published: date) -> None:
    first_day, _ = days(month, published)
    assert MONTHS[first_day.month - 1] == month
    assert timedelta(0) <= published - first_day < timedelta(days=366)


@given(st.sampled_from([*WEEKDAYS, *MONTHS, "2 March", "last year", "1999"]), MIDDLE_DATES)
def test_since_reaches_up_to_publication(words: str, published: date) -> None:
    interval = resolve(f"since {words}", published)
    assert interval is None or interval.last_day == published


@given(st.sampled_from([row for row in ROWS if row["reason"] in DATELESS]), DATES)
def test_publication_date_is_never_a_default(row: dict[str, str], published: date) -> None:
    assert resolve_time(*parse_marked(row["text"]), published).interval is None


@pytest.mark.parametrize("published", [date.min, date(1, 12, 31), date(9999, 1, 1), date.max])
@pytest.mark.parametrize(
    "words", [*SHIFTING, "last century", "next decade", "last winter", "the 3rd"]
)
def test_edges_of_the_calendar_give_an_interval_or_a_reason(words: str, published: date) -> None:
    resolved = resolve_time(words, 0, len(words), published)
    if resolved.interval is None:
        assert resolved.reason in {f"outside the calendar: '{words}'", f"ambiguous: '{words}'"}
    else:
        assert resolved.interval.first_day <= resolved.interval.last_day


def test_upper_case_and_odd_spaces_change_nothing() -> None:
    plain = resolve("the early hours of Friday, 10 May", date(2024, 5, 16))
    assert plain is not None
    assert resolve("THE EARLY HOURS OF\nFRIDAY,\u00a010 MAY", date(2024, 5, 16)) == plain


def test_a_datetime_counts_as_its_day() -> None:
    moment = datetime(2024, 5, 16, 23, 59, tzinfo=UTC)
    assert resolve("yesterday", moment) == Interval(date(2024, 5, 15), date(2024, 5, 15), "day")


def test_reason_quotes_the_words_on_one_line_and_shortens_them() -> None:
    words = "after the\nmeeting " + "of the elders " * 8
    reason = resolve_time(words, 0, len(words), date(2024, 5, 16)).reason
    assert reason is not None
    assert reason.startswith("not a date: 'after the meeting of the elders")
    assert reason.endswith("…'")
    assert len(reason) < 80


def test_an_endless_span_is_no_date() -> None:
    words = "on Monday and " * 100_000
    assert resolve_time(words, 0, len(words), date(2024, 5, 16)).interval is None


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (4, 2), (0, 7)])
def test_offsets_outside_the_text_are_named(start: int, end: int) -> None:
    with pytest.raises(InputError, match=f"{start}:{end} does not fit a text of 6 characters"):
        resolve_time("Monday", start, end, date(2024, 5, 16))


@pytest.mark.parametrize(
    ("sentence", "words", "first_day", "last_day"),
    [
        ("Raids rose in the last year.", "last year", date(2023, 5, 16), date(2024, 5, 16)),
        ("Raids rose in the last year.", "in the last year", date(2023, 5, 16), date(2024, 5, 16)),
        ("Ten fell over the last month.", "the last month", date(2024, 4, 16), date(2024, 5, 16)),
        ("Ten fell last month.", "last month", date(2024, 4, 1), date(2024, 4, 30)),
        ("Raids rose in the last year of it.", "last year", date(2023, 1, 1), date(2023, 12, 31)),
    ],
)
def test_the_last_year_is_the_past_one(sentence, words, first_day, last_day):
    start = sentence.index(words)
    resolved = resolve_time(sentence, start, start + len(words), date(2024, 5, 16))
    assert resolved.interval is not None
    assert (resolved.interval.first_day, resolved.interval.last_day) == (first_day, last_day)
