"""Records that formats have trouble with, as examples and as hypothesis strategies."""

from __future__ import annotations

import dataclasses

from hypothesis import strategies as st

from clashtag.records import Argument, Event, Mention, Record, Span
from clashtag_training.converters.layers import word_bounds
from clashtag_training.corpora.words import split_words

TYPES = ("attack", "death")
ROLES = ("agent", "victim", "place")
SCORES = st.none() | st.integers(0, 10_000).map(lambda n: n / 10_000)

# Letters, astral characters, accents as combining marks, mark-up, and every kind of white space.
CHARACTERS = st.sampled_from(
    "abcÄ1_ e\u0301🚁𝔸👩\u200d🚒.,\"'\\|{}=#@:;<&\t\n\r\u00a0\u2028\ufeff  "
)
WORDS = st.sampled_from(("raid", "two", "men", "Ñandú", "🚁", "don't", "£5m", "[", "x_1"))
GAPS = st.sampled_from((" ", "  ", "\n", "\n\n", "", " \n ", "\t", "\r\n", "\u00a0"))


@st.composite
def _bounds(draw, text: str) -> tuple[int, int]:
    start = draw(st.integers(0, len(text) - 1))
    return start, draw(st.integers(start + 1, len(text)))


@st.composite
def _on_words(draw, edges: list[tuple[int, int]]) -> tuple[int, int]:
    first = draw(st.integers(0, len(edges) - 1))
    return edges[first][0], edges[draw(st.integers(first, len(edges) - 1))][1]


@st.composite
def records(draw, *, on_words: bool = False, scores: bool = False, mentions: bool = True) -> Record:
    """Any record; `on_words` lets every span begin and end where words do."""
    if on_words:
        words = draw(st.lists(st.tuples(WORDS, GAPS), max_size=12))
        text = draw(GAPS) + "".join(word + gap for word, gap in words)
        edges = _word_edges(text)
        bounds = _on_words(edges) if edges else None
    else:
        text = draw(st.text(CHARACTERS, max_size=30))
        bounds = _bounds(text) if text else None
    spans = st.nothing() if bounds is None else bounds
    score = SCORES if scores else st.none()

    def argument(role: str, span: tuple[int, int], score: float | None) -> Argument:
        return Argument(role, *span, text[slice(*span)], score)

    def event(
        event_type: str,
        span: tuple[int, int],
        arguments: list[Argument],
        status: str | None,
        score: float | None,
    ) -> Event:
        trigger = Span(*span, text[slice(*span)])
        return Event(event_type, trigger, tuple(arguments), status, score)

    arguments = st.builds(argument, st.sampled_from(ROLES), spans, score)
    statuses = st.sampled_from((None, "actual", "other"))
    events = st.builds(
        event, st.sampled_from(TYPES), spans, st.lists(arguments, max_size=4), statuses, score
    )
    marks = st.builds(lambda span: Mention("person", *span, text[slice(*span)]), spans)
    fields = st.dictionaries(
        st.sampled_from(("published", "kind", "seen")),
        st.text(CHARACTERS, max_size=5) | st.integers() | st.lists(st.booleans(), max_size=2),
    )
    count = st.none() | st.integers(0, 9)
    return Record(
        text,
        draw(st.none() | st.text(CHARACTERS, min_size=1, max_size=5)),
        tuple(draw(st.lists(events, max_size=4))),
        tuple(draw(st.lists(marks, max_size=2))) if mentions else (),
        draw(fields),
        draw(count),
        draw(count),
    )


def _word_edges(text: str) -> list[tuple[int, int]]:
    return list(word_bounds(split_words([text], None)[0]))


def by_position(record: Record) -> Record:
    """Return a record with its events, arguments and mentions in one fixed order."""

    def arguments(event: Event) -> tuple[Argument, ...]:
        return tuple(sorted(event.arguments, key=lambda a: (a.start, a.end, a.role)))

    events = [dataclasses.replace(event, arguments=arguments(event)) for event in record.events]
    events.sort(key=lambda e: (e.trigger.start, e.trigger.end, e.type, e.status or ""))
    mentions = tuple(sorted(record.mentions, key=lambda m: (m.start, m.end, m.label)))
    return dataclasses.replace(record, events=tuple(events), mentions=mentions)
