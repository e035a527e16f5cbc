"""What is written in a format and read back is the same records, or was refused."""

from __future__ import annotations

import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clashtag.errors import RecordError
from clashtag_training.converters.registry import FORMATS
from convertible_records import by_position, records

# Where the order of events, arguments or mentions comes back by position.
SORTING = {"markup", "conll"}
NEEDS = {"spacy": "spacy", "inception-xmi": "cassis", "inception-json": "cassis"}
HOLDS_SCORES = {"records", "label-studio", "spacy"}
# What may be refused: spans inside words or line breaks; overlapping triggers, a missing status.
HOLDS_ANY_SPAN = {"records", "label-studio", "doccano", "inception-json"}
HOLDS_ANY_EVENT = HOLDS_ANY_SPAN | {"brat", "spacy", "inception-xmi"}


def _format(name: str):
    absent = name in NEEDS and find_spec(NEEDS[name]) is None
    reason = f"{NEEDS.get(name)} is not installed: pip install 'clashtag[convert]'"
    return pytest.param(name, marks=pytest.mark.skipif(absent, reason=reason))


every_format = pytest.mark.parametrize("name", [_format(name) for name in FORMATS])


def round_trip(name, originals):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "converted"
        FORMATS[name].write(originals, path, None)
        return FORMATS[name].read(path)


def comparable(name, originals):
    return [by_position(record) for record in originals] if name in SORTING else originals


@every_format
def test_articles_come_back_the_same(name, articles):
    copies = round_trip(name, articles)
    assert comparable(name, copies) == comparable(name, articles)


@every_format
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_a_record_comes_back_the_same_or_is_refused(name, data):
    record = data.draw(records(scores=name in HOLDS_SCORES))
    assert_same_or_refused(name, record, may_refuse=name not in HOLDS_ANY_SPAN)


@every_format
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_spans_on_words_come_back_the_same(name, data):
    record = data.draw(records(on_words=True, mentions=name != "markup"))
    assert_same_or_refused(name, record, may_refuse=name not in HOLDS_ANY_EVENT)


def assert_same_or_refused(name, record, *, may_refuse):
    try:
        copies = round_trip(name, [record])
    except RecordError:
        assert may_refuse
    else:
        assert comparable(name, copies) == comparable(name, [record])


@every_format
def test_no_records_come_back_as_none(name):
    assert round_trip(name, []) == []
