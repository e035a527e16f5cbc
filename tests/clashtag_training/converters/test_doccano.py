from __future__ import annotations

import json

import pytest

from clashtag.errors import RecordError
from clashtag.records import Argument, Event, Record, Span
from clashtag_training.converters.doccano import read_doccano, write_doccano

RECORD = Record(
    "🚁 Rebels attack.",
    "a",
    (Event("attack", Span(9, 15, "attack"), (Argument("agent", 2, 8, "Rebels"),), "other"),),
    extra={"published": "2026-01-02"},
)


def example(tmp_path):
    write_doccano([RECORD], tmp_path / "a.jsonl", None)
    return json.loads((tmp_path / "a.jsonl").read_text(encoding="utf-8"))


def read(tmp_path, fields):
    (tmp_path / "b.jsonl").write_text(json.dumps(fields), encoding="utf-8")
    return read_doccano(tmp_path / "b.jsonl")


def test_offsets_count_utf16_code_units(tmp_path):
    assert example(tmp_path)["entities"] == [
        {"id": 1, "start_offset": 10, "end_offset": 16, "label": "attack:other"},
        {"id": 2, "start_offset": 3, "end_offset": 9, "label": "argument"},
    ]
    assert example(tmp_path)["relations"] == [{"id": 1, "from_id": 1, "to_id": 2, "type": "agent"}]


def test_an_export_with_doccanos_own_id_gives_the_record_back(tmp_path):
    assert read(tmp_path, {**example(tmp_path), "id": 77}) == [RECORD]


def test_an_export_of_foreign_texts_keeps_doccanos_id(tmp_path):
    fields = {"id": 77, "text": "Calm.", "entities": [], "relations": [], "Comments": []}
    assert read(tmp_path, fields) == [Record("Calm.", "77", extra={"Comments": []})]


@pytest.mark.parametrize(
    ("entity", "problem"),
    [
        ({"start_offset": 1}, "inside a character"),
        ({"end_offset": 99}, "outside the text"),
        ({"id": 2}, "2 spans have the id '2'"),
        ({"label": "mention:person"}, "no end of the link 'agent' is a trigger"),
    ],
)
def test_spans_that_do_not_fit_are_refused(tmp_path, entity, problem):
    fields = example(tmp_path)
    fields["entities"][0] |= entity
    with pytest.raises(RecordError) as error:
        read(tmp_path, fields)
    assert problem in error.value.problem


def test_an_export_without_spans_is_refused(tmp_path):
    with pytest.raises(RecordError, match="entities"):
        read(tmp_path, {"text": "Calm.", "label": []})


def test_what_doccano_cannot_hold_is_listed(tmp_path):
    events = (
        Event("a:b", Span(0, 1, "x"), score=0.5),
        Event("argument", Span(0, 1, "x"), status=""),
    )
    record = Record("x", "a", events, extra={"relations": 1})
    with pytest.raises(RecordError) as error:
        write_doccano([record], tmp_path / "a.jsonl", None)
    for problem in ("1 scores", "'a:b'", "'argument'", "empty status", "'relations'"):
        assert problem in error.value.problem
