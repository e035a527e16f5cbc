from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.errors import RecordError
from clashtag.records import Argument, Event, Mention, Record, Span
from clashtag_training.corpora import read_records, write_records
from clashtag_training.corpora.standoff import (
    format_standoff,
    join_standoff,
    line_hash,
    read_standoff,
    text_from_lines,
    text_sha256,
    to_standoff,
)

REPOSITORY = Path(__file__).parents[3]
STANDOFF = REPOSITORY / "data" / "standoff"
FOLDER = Path(os.environ.get("CLASHTAG_CORPORA", REPOSITORY.parent / "shared" / "corpora"))
NAMES = ("current-events", "voa-articles")

TEXT = "Shells hit Café Ödön 🏠.\nTwo guards died."
RECORD = Record(
    TEXT,
    id="a-1",
    events=(
        Event(
            "shelling", Span(0, 6, "Shells"), (Argument("place", 11, 20, "Café Ödön"),), "actual"
        ),
        Event("death", Span(35, 39, "died"), (Argument("victim", 24, 34, "Two guards"),)),
    ),
    extra={"date": "2031-02-03", "document": "a", "section": "not kept"},
)


def by_hash(*texts: str) -> dict[str, str]:
    return {text_sha256(text): text for text in texts}


def test_standoff_holds_no_text():
    [standoff] = to_standoff([RECORD])
    assert standoff["events"][0] == {
        "type": "shelling",
        "status": "actual",
        "trigger": [0, 6],
        "arguments": [["place", 11, 20]],
    }
    assert standoff["characters"] == len(TEXT)
    assert standoff["lines"] == [line_hash(line) for line in TEXT.split("\n")]
    words = {word.strip(".") for word in TEXT.split()}
    assert not any(word in format_standoff([standoff]) for word in words if len(word) > 2)


def test_join_is_the_inverse_but_for_other_fields():
    kept = replace(RECORD, extra={"date": "2031-02-03", "document": "a"})
    assert join_standoff(to_standoff([RECORD]), by_hash("Other.", TEXT)).records == (kept,)


spans = st.tuples(st.integers(0, 30), st.integers(1, 8))


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=40, max_size=60),
    st.lists(st.tuples(spans, st.lists(spans, max_size=3), st.sampled_from([None, "actual"]))),
)
def test_join_restores_any_record(text, marked):
    events = tuple(
        Event(
            "attack",
            Span(start, start + length, text[start : start + length]),
            tuple(Argument("place", a, a + n, text[a : a + n]) for a, n in arguments),
            status,
        )
        for (start, length), arguments, status in marked
    )
    record = Record(text, id="r", events=events)
    standoff = [json.loads(line) for line in format_standoff(to_standoff([record])).splitlines()]
    assert join_standoff(standoff, by_hash(text)).records == (record,)


def test_join_reports_texts_that_are_not_there():
    joined = join_standoff(to_standoff([RECORD]), by_hash(TEXT + " "))
    assert joined.records == ()
    assert [labels["id"] for labels in joined.missing] == ["a-1"]


def test_join_refuses_a_text_under_a_wrong_hash():
    with pytest.raises(RecordError, match="'a-1' is not the one that was annotated"):
        join_standoff(to_standoff([RECORD]), {text_sha256(TEXT): TEXT.replace("Two", "Six")})


@pytest.mark.parametrize(
    "record",
    [
        replace(RECORD, id=None),
        replace(RECORD, mentions=(Mention("Person", 24, 34, "Two guards"),)),
        replace(RECORD, events=(replace(RECORD.events[0], score=0.5),)),
    ],
)
def test_standoff_refuses_what_it_cannot_hold(record):
    with pytest.raises(RecordError, match="has no id, or mentions or scores"):
        to_standoff([record])


def test_text_comes_from_its_lines_in_order():
    [standoff] = to_standoff([RECORD])
    lines = {line_hash(line): line for line in ("Unused.", *reversed(TEXT.split("\n")))}
    assert text_from_lines(standoff, lines) == TEXT
    del lines[standoff["lines"][1]]
    assert text_from_lines(standoff, lines) is None


def test_text_of_lines_must_have_the_hash():
    [standoff] = to_standoff([RECORD])
    lines = dict.fromkeys(standoff["lines"], "A line that was found by a collision.")
    assert text_from_lines(standoff, lines) is None


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"sha256": 5}, "'sha256' must be a string"),
        ({"text": "x"}, "unknown field(s) text"),
        ({"lines": [1]}, "'lines' must hold hashes"),
        ({"events": [{"type": "a", "trigger": [0], "arguments": []}]}, "'trigger' must be"),
        ({"events": [{"type": "a", "trigger": [0, 1], "arguments": [["x", 0]]}]}, "an argument"),
        ({"events": [{"type": "a", "trigger": [0, 1], "arguments": [], "x": 1}]}, "unknown"),
    ],
)
def test_read_standoff_names_the_line_and_the_fault(tmp_path, change, problem):
    path = tmp_path / "train.jsonl"
    [standoff] = to_standoff([RECORD])
    path.write_text(format_standoff([standoff, {**standoff, **change}]), encoding="utf-8")
    with pytest.raises(RecordError) as error:
        read_standoff(path)
    assert f"{path}:2" in error.value.problem
    assert problem in error.value.problem


@pytest.mark.parametrize("name", NAMES)
def test_shipped_labels_are_readable_and_small(name):
    ids = [
        labels["id"]
        for split in ("train", "dev")
        for labels in read_standoff(STANDOFF / name / f"{split}.jsonl")
    ]
    assert len(ids) == len(set(ids)) > 100
    assert sum(path.stat().st_size for path in STANDOFF.rglob("*.jsonl")) < 1_500_000


@pytest.mark.corpora
@pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no corpora at {FOLDER}; set CLASHTAG_CORPORA")
@pytest.mark.parametrize("split", ["train", "dev"])
@pytest.mark.parametrize("name", NAMES)
def test_shipped_labels_and_the_texts_are_the_corpus(tmp_path, name, split):
    corpus = FOLDER / name / f"{split}.jsonl"
    records = read_records(corpus)
    shipped = STANDOFF / name / f"{split}.jsonl"
    assert shipped.read_text(encoding="utf-8") == format_standoff(to_standoff(records))
    joined = join_standoff(read_standoff(shipped), by_hash(*(r.text for r in records)))
    write_records(tmp_path / "joined.jsonl", joined.records)
    assert (tmp_path / "joined.jsonl").read_bytes() == corpus.read_bytes()
