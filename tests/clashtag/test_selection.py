from __future__ import annotations

import pytest

from clashtag.errors import InputError
from clashtag.records import Argument, Event, Record, Span
from clashtag.selection import Selection


def test_selection_filters_events_and_arguments_by_their_own_scores():
    arguments = (Argument("agent", 0, 1, "a", 0.2), Argument("place", 0, 1, "a", 0.5))
    sure = Event("death", Span(0, 1, "a"), arguments, score=0.9)
    unsure = Event("death", Span(0, 1, "a"), arguments, score=0.4)
    gold = Event("death", Span(0, 1, "a"))
    kept = Selection(min_score=0.5).apply(Record("a", events=(sure, unsure, gold)))
    assert [event.score for event in kept.events] == [0.9, None]
    assert [argument.role for argument in kept.events[0].arguments] == ["place"]


def test_selection_keeps_the_types_that_are_named_and_without_names_all():
    events = tuple(Event(type_, Span(0, 1, "a")) for type_ in ("death", "attack", "arrest"))
    record = Record("a", id="x", events=events, tokens=1)
    assert Selection().apply(record) == record
    kept = Selection(frozenset({"arrest", "death"})).apply(record)
    assert [event.type for event in kept.events] == ["death", "arrest"]
    assert (kept.id, kept.tokens) == ("x", 1)


@pytest.mark.parametrize("score", [float("nan"), -0.1, 1.1])
def test_selection_refuses_what_is_no_score(score):
    with pytest.raises(InputError, match=f"from 0 to 1, found {score}"):
        Selection(min_score=score)
