"""Spans of a text: made from offsets, and put in its order."""

from __future__ import annotations

from clashtag.records import Span


def span_at(text: str, start: int, end: int) -> Span:
    """Return the span `text[start:end]`."""
    return Span(start, end, text[start:end])


def bounds_of(span: Span) -> tuple[int, int]:
    """Return the offsets of a span, by which spans of one text are sorted."""
    return span.start, span.end
