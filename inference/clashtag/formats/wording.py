"""Texts, times and numbers as a reader is shown them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from clashtag.analysis.dates.words import MONTH_NAMES
from clashtag.analysis.findings import Interval, Quantity

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def printable(text: str, *, keep_lines: bool = False) -> str:
    """Replace each control character, which a program would obey, by one harmless character."""

    def replacement(match: re.Match[str]) -> str:
        char = match.group()
        if char == "\n" and keep_lines:
            return char
        return " " if char.isspace() else "\N{REPLACEMENT CHARACTER}"

    return _CONTROL.sub(replacement, text)


def one_line(text: str) -> str:
    """Return a text without control characters, its words one space apart."""
    return " ".join(printable(text).split())


def label_words(label: str) -> str:
    """Return the name of a type, role or status as words."""
    return one_line(label.replace("_", " "))


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, such as `1 event` or `1,200 events`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def interval_words(interval: Interval) -> str:
    """Return an interval as `11 June 2026, night`, `8–14 June 2026`, `June 2023` or `2019`."""
    days = _days_words(interval.first_day, interval.last_day)
    return f"{days}, {one_line(interval.time_of_day)}" if interval.time_of_day else days


def quantity_words(quantity: Quantity) -> str:
    """Return an exact number in digits, and any other in the words of the text."""
    if quantity.minimum == quantity.maximum is not None and not quantity.approximate:
        return f"{quantity.minimum:,}"
    words = one_line(quantity.words.text)
    opens_sentence = words[1:] == words[1:].lower()
    return words[:1].lower() + words[1:] if opens_sentence else words


def _days_words(first: date, last: date) -> str:
    is_whole_months = first.day == 1 and last.day == monthrange(last.year, last.month)[1]
    if is_whole_months and (first.month, last.month) == (1, 12):
        return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
    if is_whole_months:
        begin, end = MONTH_NAMES[first.month - 1], MONTH_NAMES[last.month - 1]
    else:
        begin, end = _day_words(first), _day_words(last)
    if begin == end and first.year == last.year:
        return f"{begin} {first.year}"
    if first.year != last.year:
        return f"{begin} {first.year} – {end} {last.year}"
    if first.month == last.month:
        return f"{first.day}–{end} {last.year}"
    return f"{begin} – {end} {last.year}"


def _day_words(day: date) -> str:
    return f"{day.day} {MONTH_NAMES[day.month - 1]}"
