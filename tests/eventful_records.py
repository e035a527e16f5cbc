"""Records with any events at all, for properties that hold for every one of them."""

from __future__ import annotations

from hypothesis import strategies as st

from clashtag.records import Argument, Event, Record, Span

WORDS = ["Harn", "raid", "Monday", "gunmen", "killed", "the", "In", "said", ".", "\n", "last year"]
TYPES = ["attack", "death", "injury", "airstrike", "agreement", "custom"]


@st.composite
def records(draw: st.DrawFn) -> Record:
    text = " ".join(draw(st.lists(st.sampled_from(WORDS), min_size=3, max_size=30)))
    spans = st.tuples(st.integers(0, len(text) - 1), st.integers(1, 9)).map(
        lambda pair: (pair[0], min(len(text), sum(pair)))
    )
    events = []
    for start, end in draw(st.lists(spans, max_size=7)):
        found = draw(
            st.lists(st.tuples(st.sampled_from(["agent", "place", "time"]), spans), max_size=3)
        )
        arguments = tuple(Argument(role, a, b, text[a:b]) for role, (a, b) in found)
        status = draw(st.sampled_from(["actual", "other", None]))
        kind = draw(st.sampled_from(TYPES))
        events.append(Event(kind, Span(start, end, text[start:end]), arguments, status))
    return Record(text, events=tuple(events), extra={"published": "2026-05-08"})
