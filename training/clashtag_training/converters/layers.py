"""Spans on the words of a text, and overlapping spans laid out in layers without overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

from clashtag.records import Argument, Mention, Record, Span
from clashtag_training.corpora.words import Words


class _HasBounds(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


S = TypeVar("S", bound=_HasBounds)


def layers(spans: Iterable[S]) -> list[list[S]]:
    """Return as few lists of spans as hold them all without overlap in any list, by position."""
    found: list[list[S]] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        free = next((layer for layer in found if layer[-1].end <= span.start), None)
        if free is None:
            found.append([span])
        else:
            free.append(span)
    return found


def misfits(record: Record, words: Words) -> Iterator[str]:
    """Yield the spans of a record that begin or end inside a word, or with a space."""
    spans: list[Span | Argument | Mention] = [*record.mentions]
    for event in record.events:
        spans += [event.trigger, *event.arguments]
    for span in spans:
        if not words.fit(span.start, span.end):
            yield f"{span.text!r} at {span.start} does not begin and end where words do"


def word_bounds(words: Words) -> Sequence[tuple[int, int]]:
    """Return the first character and the end of each word."""
    return list(zip(words.starts.tolist(), words.ends.tolist(), strict=True))
