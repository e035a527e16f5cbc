"""Who an event is told from: the source that its sentence, or its paragraph, names."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache

from clashtag.analysis.attribution.attributions import Attribution, Bounds, find_attributions
from clashtag.analysis.text.passages import Passages, passages_of
from clashtag.analysis.text.spans import span_at
from clashtag.records import Event, Span

_OPENING, _CLOSING = "“«", "”»"


def source_of(text: str, event: Event) -> Span | None:
    """Return who is said to report an event, as a span of the text; None where nobody is.

    The trigger's own sentence counts. An event told inside quotation marks that run over several
    sentences is its speaker's, and "he said" is whoever the paragraph named as a source last.
    """
    passages, attributions = _read(text)
    offset = event.trigger.start
    start, end = passages.sentence_bounds(offset)
    governing = [
        found for found in _between(attributions, start, end) if found.first <= offset < found.last
    ]
    first, last = passages.paragraph_bounds(offset)
    if not governing and _is_quoted(text[first:last], offset - first):
        governing = [*_between(attributions, first, last)]
    if not governing:
        return None
    nearest = max(governing, key=lambda found: (found.is_leading, -abs(found.at - offset)))
    source = nearest.source or source_before(text, nearest.at)
    if source is None or source[0] <= offset < source[1]:
        return None
    return span_at(text, *source)


def source_before(text: str, offset: int) -> Bounds | None:
    """Return the source that a paragraph named last before an offset: who "it" or "he" said is."""
    passages, attributions = _read(text)
    first, _ = passages.paragraph_bounds(offset)
    named = [found.source for found in _between(attributions, first, offset) if found.source]
    return named[-1] if named else None


@lru_cache(maxsize=8)
def _read(text: str) -> tuple[Passages, tuple[Attribution, ...]]:
    """Read a text once for all of its events."""
    passages = passages_of(text)
    return passages, tuple(find_attributions(passages))


def _is_quoted(paragraph: str, offset: int) -> bool:
    if paragraph[:offset].count('"') % 2:
        return True
    opened = sum(paragraph[:offset].count(mark) for mark in _OPENING)
    closed = sum(paragraph[:offset].count(mark) for mark in _CLOSING)
    return opened > closed


def _between(
    attributions: tuple[Attribution, ...], first: int, last: int
) -> tuple[Attribution, ...]:
    """Return the attributions whose reporting words begin between two offsets."""
    begin = bisect_left(attributions, first, key=lambda found: found.at)
    return attributions[begin : bisect_left(attributions, last, key=lambda found: found.at)]
