from __future__ import annotations

import pytest
from hypothesis import given, settings

from clashtag.analysis.arguments.near_arguments import keep_nearest
from clashtag.records import Argument, Event, Record, Span
from eventful_records import records


def span(text: str, words: str) -> Span:
    start = text.index(words)
    return Span(start, start + len(words), words)


def kept_of(
    text: str, trigger: str, *arguments: tuple[str, str], beside: str | None = None
) -> list[str]:
    """The words that an event keeps, in a text that may hold another one."""
    found = []
    for role, words in arguments:
        one = span(text, words)
        found.append(Argument(role, one.start, one.end, one.text))
    events = [Event("attack", span(text, trigger), tuple(found), "actual")]
    if beside is not None:
        events.append(Event("attack", span(text, beside)))
    first = keep_nearest(Record(text, events=tuple(events))).events[0]
    return [argument.text for argument in first.arguments]


@pytest.mark.parametrize(
    ("text", "role", "words", "kept"),
    [
        # beyond the clause
        ("A blast hit Harn, and they raided Odrel.", "place", ["Harn", "Odrel"], ["Odrel"]),
        ("They raided Odrel; Harn was calm.", "place", ["Odrel", "Harn"], ["Odrel"]),
        ("They raided Odrel while men from Harn slept.", "place", ["Odrel", "Harn"], ["Odrel"]),
        # in an earlier sentence
        ("Harn was calm. They raided Odrel.", "place", ["Harn", "Odrel"], ["Odrel"]),
        ("Gunmen hid. Rebels raided Odrel.", "agent", ["Gunmen", "Rebels"], ["Rebels"]),
        # equally near
        ("They raided Odrel and Harn.", "place", ["Odrel", "Harn"], ["Odrel", "Harn"]),
        (
            "They raided a guard, and two men died.",
            "victim",
            ["guard", "two men"],
            ["guard", "two men"],
        ),
        ("Two men hid. They raided a guard.", "victim", ["Two men", "guard"], ["guard"]),
        # nothing is nearer
        ("A blast shook Harn, and then they raided.", "place", ["Harn"], ["Harn"]),
        (
            "On Monday men came. They raided it at noon.",
            "time",
            ["Monday", "noon"],
            ["Monday", "noon"],
        ),
        ("On Monday men came. They raided it on Friday.", "time", ["Monday", "Friday"], ["Friday"]),
        ("Gunmen came. They raided Odrel.", "agent", ["Gunmen", "They"], ["Gunmen", "They"]),
    ],
)
def test_what_is_told_nearer_leaves_out_what_is_told_farther(text, role, words, kept):
    assert kept_of(text, "raided", *((role, one) for one in words)) == kept


def test_another_trigger_between_makes_an_argument_farther():
    text = "Shells fell on Harn as a drone hit Odrel."
    places = ("place", "Harn"), ("place", "Odrel")
    assert kept_of(text, "Shells", *places) == ["Harn", "Odrel"]
    assert kept_of(text, "Shells", *places, beside="hit") == ["Harn"]


@settings(max_examples=100)
@given(records())
def test_every_role_that_is_played_stays_played(record):
    after = keep_nearest(record)
    for one, other in zip(record.events, after.events, strict=True):
        assert set(other.arguments) <= set(one.arguments)
        assert {a.role for a in other.arguments} == {a.role for a in one.arguments}
    assert keep_nearest(after) == after
