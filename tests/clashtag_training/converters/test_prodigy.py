from __future__ import annotations

import json

import pytest

from clashtag.errors import RecordError
from clashtag.records import Argument, Event, Mention, Record, Span
from clashtag_training.converters.prodigy import read_prodigy, write_prodigy

RECORD = Record(
    "Two\nrebels attack  Harn.",
    "a",
    (Event("attack", Span(11, 17, "attack"), (Argument("agent", 0, 10, "Two\nrebels"),), "other"),),
    (Mention("place", 19, 23, "Harn"),),
    {"published": "2026-01-02"},
)


def task(tmp_path):
    write_prodigy([RECORD], tmp_path / "a.jsonl", None)
    return json.loads((tmp_path / "a.jsonl").read_text(encoding="utf-8"))


def read(tmp_path, fields):
    (tmp_path / "b.jsonl").write_text(json.dumps(fields), encoding="utf-8")
    return read_prodigy(tmp_path / "b.jsonl")


def test_relations_name_last_tokens_and_whole_spans(tmp_path):
    written = task(tmp_path)
    assert [t["text"] for t in written["tokens"]] == [
        "Two",
        "\n",
        "rebels",
        "attack",
        " ",
        "Harn",
        ".",
    ]
    assert "".join(t["text"] + " " * t["ws"] for t in written["tokens"]) == RECORD.text
    [relation] = written["relations"]
    assert (relation["head"], relation["child"], relation["label"]) == (3, 2, "agent")
    assert relation["child_span"] == {
        "start": 0,
        "end": 10,
        "token_start": 0,
        "token_end": 2,
        "label": "argument",
    }
    assert [span["label"] for span in written["spans"]] == [
        "attack:other",
        "argument",
        "mention:place",
    ]


def test_only_characters_count_when_reading(tmp_path):
    fields = task(tmp_path)
    del fields["tokens"]
    fields["_task_hash"] = 7
    fields["answer"] = "accept"
    assert read(tmp_path, fields) == [RECORD]


@pytest.mark.parametrize("answer", ["reject", "ignore"])
def test_tasks_that_were_not_accepted_are_refused(tmp_path, answer):
    with pytest.raises(RecordError, match=answer):
        read(tmp_path, {**task(tmp_path), "answer": answer})


def test_what_prodigy_cannot_hold_is_listed(tmp_path):
    twice = Event("attack", Span(11, 17, "attack"))
    events = (twice, twice, Event("attack", Span(12, 17, "ttack"), score=0.5))
    with pytest.raises(RecordError) as error:
        write_prodigy([Record(RECORD.text, "a", events)], tmp_path / "a.jsonl", None)
    for problem in ("1 scores", "2 events 'attack'", "'ttack' at 12"):
        assert problem in error.value.problem
