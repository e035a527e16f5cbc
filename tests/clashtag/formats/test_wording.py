from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.analysis.findings import Interval, Quantity
from clashtag.formats.wording import (
    counted,
    interval_words,
    label_words,
    one_line,
    printable,
    quantity_words,
)
from clashtag.records import Span


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-06-11", "2026-06-11", "11 June 2026"),
        ("2026-06-08", "2026-06-14", "8–14 June 2026"),
        ("2026-05-28", "2026-06-03", "28 May – 3 June 2026"),
        ("2025-12-30", "2026-01-02", "30 December 2025 – 2 January 2026"),
        ("2024-02-01", "2024-02-29", "February 2024"),
        ("2023-02-01", "2023-02-28", "February 2023"),
        ("2024-02-01", "2024-02-28", "1–28 February 2024"),
        ("2026-03-01", "2026-05-31", "March – May 2026"),
        ("2025-11-01", "2026-01-31", "November 2025 – January 2026"),
        ("2019-01-01", "2019-12-31", "2019"),
        ("2019-01-01", "2021-12-31", "2019–2021"),
    ],
)
def test_interval_words_name_the_days_in_the_shortest_way(first, last, words):
    interval = Interval(date.fromisoformat(first), date.fromisoformat(last), "period")
    assert interval_words(interval) == words


def test_interval_words_add_the_time_of_day():
    day = date(2026, 6, 11)
    assert interval_words(Interval(day, day, "part_of_day", "night")) == "11 June 2026, night"


@given(st.dates(), st.dates())
def test_interval_words_of_other_days_differ(one, other):
    def words(day: date) -> str:
        return interval_words(Interval(day, day, "day"))

    assert (words(one) == words(other)) == (one == other)


def test_interval_words_reach_the_last_day_there_is():
    assert interval_words(Interval(date(9999, 1, 1), date.max, "year")) == "9999"


@pytest.mark.parametrize(
    ("minimum", "maximum", "approximate", "words", "shown"),
    [
        (1200, 1200, False, "twelve hundred", "1,200"),
        (240, 240, True, "Around 240", "around 240"),
        (901, None, False, "More than 900", "more than 900"),
        (None, 30, False, "up to 30", "up to 30"),
        (24, 99, True, "dozens", "dozens"),
        (3, None, False, "Ana Ruiz and two more or so", "Ana Ruiz and two more or so"),
    ],
)
def test_quantity_words_keep_what_is_not_exact(minimum, maximum, approximate, words, shown):
    quantity = Quantity(minimum, maximum, approximate, Span(0, len(words), words))
    assert quantity_words(quantity) == shown


@given(st.text())
def test_printable_keeps_length_and_lines(text):
    shown = printable(text, keep_lines=True)
    assert len(shown) == len(text)
    assert shown.count("\n") == text.count("\n")
    assert "\n" not in printable(text)
    shown.encode()


def test_one_line_and_label_words_leave_nothing_that_breaks_a_line():
    assert one_line(" army\r\n\tpost\x1b ") == "army post\N{REPLACEMENT CHARACTER}"
    assert label_words("sexual_violence") == "sexual violence"


def test_counted_agrees_in_number():
    assert [counted(number, "event") for number in (0, 1, 1200)] == [
        "0 events",
        "1 event",
        "1,200 events",
    ]
