import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clashtag.errors import RecordError
from clashtag.records import (
    Argument,
    Event,
    Mention,
    Record,
    Span,
    record_from_dict,
    record_problems,
    record_to_dict,
)

NAMES = st.text(min_size=1, max_size=8)
SCORES = st.none() | st.integers(0, 10_000).map(lambda score: score / 10_000)


@st.composite
def bounds(draw, text):
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    return start, end, text[start:end]


@st.composite
def records(draw):
    text = draw(st.text(min_size=1, max_size=40))
    arguments = st.builds(
        lambda role, span, score: Argument(role, *span, score), NAMES, bounds(text), SCORES
    )
    events = st.builds(
        Event,
        type=NAMES,
        trigger=bounds(text).map(lambda span: Span(*span)),
        arguments=st.lists(arguments, max_size=3).map(tuple),
        status=st.none() | NAMES,
        score=SCORES,
    )
    mentions = st.builds(lambda label, span: Mention(label, *span), NAMES, bounds(text))
    return Record(
        text=text,
        id=draw(st.none() | NAMES),
        events=tuple(draw(st.lists(events, max_size=3))),
        mentions=tuple(draw(st.lists(mentions, max_size=3))),
        extra={"published": draw(NAMES)},
        tokens=draw(st.none() | st.integers(0, 9)),
        windows=draw(st.none() | st.integers(0, 9)),
    )


@settings(deadline=None)
@given(records())
def test_record_survives_json(record):
    assert record_from_dict(json.loads(json.dumps(record_to_dict(record)))) == record


def _fields(**changes):
    event = {
        "type": "attack",
        "trigger": {"start": 4, "end": 10, "text": "attack"},
        "arguments": [{"role": "agent", "start": 0, "end": 3, "text": "The"}],
    }
    return {"id": "a1", "text": "The attack", "events": [event | changes]}


def test_record_scores_are_rounded_to_four_digits():
    event = Event("attack", Span(0, 1, "a"), score=0.123456)
    assert record_to_dict(Record("a", events=(event,)))["events"][0]["score"] == 0.1235


def test_record_id_becomes_a_string_and_unknown_fields_are_kept():
    record = record_from_dict({"text": "", "id": 7, "source": {"url": "x"}})
    assert record.id == "7"
    assert record.extra == {"source": {"url": "x"}}


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        (["no object"], "expected a JSON object, found list"),
        ({"id": "x"}, "'text' must be a string, found NoneType"),
        ({"text": "a", "events": {}}, "events must be a list, found dict"),
        ({"text": "a", "events": ["x"]}, "events[0] must be an object"),
        (_fields(type=""), "events[0].type must be a non-empty string"),
        (_fields(status=3), "events[0].status must be a string, found 3"),
        (_fields(score="high"), "events[0].score must be a number, found 'high'"),
        (_fields(trigger=None), "events[0].trigger must be an object"),
        (_fields(trigger={"start": True, "end": 2, "text": "x"}), "needs whole numbers"),
        (_fields(trigger={"start": 4, "end": 11, "text": "x"}), "does not fit a text of 10"),
        (_fields(trigger={"start": 4, "end": 4, "text": ""}), "does not fit a text of 10"),
        (_fields(trigger={"start": 4, "end": 9, "text": "attack"}), "is 'attac' in the text"),
        (_fields(arguments=None), "events[0].arguments must be a list"),
        (_fields(arguments=[{"start": 0, "end": 3, "text": "The"}]), "arguments[0].role must be"),
        ({"text": "a", "mentions": [{"start": 0, "end": 1, "text": "a"}]}, "mentions[0].label"),
        ({"text": "a", "tokens": "three"}, "'tokens' must be a whole number, found 'three'"),
    ],
)
def test_record_refuses_what_breaks_the_format(fields, problem):
    with pytest.raises(RecordError) as caught:
        record_from_dict(fields)
    assert problem in caught.value.problem


def test_record_problems_are_all_listed():
    assert len(record_problems(_fields(type=None, trigger=None, arguments=[1, 2]))) == 4
