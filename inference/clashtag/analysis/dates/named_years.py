"""The year that an article gives a month, for its later dates of that month without one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from clashtag.analysis.dates.words import MONTH, month_number
from clashtag.analysis.findings import Interval
from clashtag.records import Span

_FRESH: Final = timedelta(days=31)
_MONTH_AND_YEAR = re.compile(
    rf"(?:\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? )?\b(?P<month>{MONTH})\b\.?"
    r"(?: \d{1,2}(?:st|nd|rd|th)?\b)?,? (?:of )?(?P<year>(?:19|20)\d\d)\b(?![-–/,.]\d)",
    re.IGNORECASE,
)
_MONTH = re.compile(rf"\b{MONTH}\b")
_HAS_ITS_YEAR = re.compile(r"\b\d{4}\b|\b(?:last|past|this|next|ago|every|each|year)\b")


@dataclass(frozen=True, slots=True)
class NamedYear:
    """A plain time expression with the year that its article gives its month, and where."""

    phrase: str
    words: Span


def with_named_year(text: str, start: int, phrase: str) -> NamedYear | None:
    """Return a plain time expression with the year that the text before it gives its month.

    None where it has a year, or no month or two, or where the text before names no year for that
    month, or several.

    Args:
        text: the article.
        start: where the expression starts.
        phrase: the expression, as `words.plain` returns it.
    """
    months = {month_number(found.group()) for found in _MONTH.finditer(phrase)}
    if len(months) != 1 or _HAS_ITS_YEAR.search(phrase):
        return None
    before = [one for one in _named_in(text) if one[0] in months and one[2].end <= start]
    if len({year for _, year, _ in before}) != 1:
        return None
    _, year, words = before[-1]
    return NamedYear(_MONTH.sub(rf"\g<0> {year}", phrase), words)


def is_fresh(interval: Interval | None, published: date | None) -> bool:
    """Whether a date without a year, read as the latest one, is of the month before publication.

    It is news then, whatever else the article says of that month of another year.
    """
    if interval is None or published is None:
        return False
    return abs(published - interval.last_day) <= _FRESH


@lru_cache(maxsize=8)
def _named_in(text: str) -> tuple[tuple[int, int, Span], ...]:
    """Return the months that a text names with a year, their years and words, in text order."""
    return tuple(
        (month_number(found["month"].lower()), int(found["year"]), Span(*found.span(), found[0]))
        for found in _MONTH_AND_YEAR.finditer(text)
        if found["month"][0].isupper()
    )
