from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.errors import InputError, RecordError
from clashtag.records import Event, Record, Span
from clashtag_training.corpora import read_records, read_splits, write_records

GOOD = {
    "id": "a",
    "text": "Rebels fled.",
    "events": [{"type": "t", "trigger": {"start": 7, "end": 11, "text": "fled"}, "arguments": []}],
}
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


def write_lines(path, *lines):
    path.write_bytes(
        b"\n".join(x if isinstance(x, bytes) else json.dumps(x).encode() for x in lines)
    )
    return path


def test_read_records_reads_blank_lines_crlf_and_a_byte_order_mark(tmp_path):
    line = json.dumps(GOOD).encode()
    path = tmp_path / "train.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + line + b"\r\n\r\n" + line + b"\r\n")
    first, second = read_records(path)
    assert (
        first == second == Record("Rebels fled.", id="a", events=(Event("t", Span(7, 11, "fled")),))
    )


def test_read_records_keeps_line_separators_inside_a_text(tmp_path):
    path = write_lines(tmp_path / "train.jsonl", '{"text": "one\u2028two"}'.encode())
    assert read_records(path) == [Record("one\u2028two")]


def test_read_records_lists_every_bad_line(tmp_path):
    moved = json.loads(json.dumps(GOOD))
    moved["events"][0]["trigger"]["start"] = 6
    path = write_lines(
        tmp_path / "train.jsonl",
        GOOD,
        moved,
        b'{"text": ',
        b'{"text": "\xff"}',
        [1],
        {"text": 5},
        b'{"text": "\\ud800"}',
    )
    with pytest.raises(RecordError) as caught:
        read_records(path)
    problem = caught.value.problem
    assert problem.startswith("6 bad record(s)")
    for part in (
        "train.jsonl:2: record 'a'",
        "' fled' in the text, not 'fled'",
        "train.jsonl:3: is not JSON",
        "train.jsonl:4: is not UTF-8 at byte 10",
        "train.jsonl:5: must be an object, found [1]",
        "train.jsonl:6:",
        "'text' must be a string, found int",
        "train.jsonl:7: record None: 'text' holds half a surrogate pair at 0",
    ):
        assert part in problem


def test_read_records_bounds_the_list_of_bad_lines(tmp_path):
    path = write_lines(tmp_path / "train.jsonl", *[b"?"] * 60)
    with pytest.raises(RecordError, match="60 bad") as caught:
        read_records(path)
    assert caught.value.problem.count("is not JSON") == 50
    assert caught.value.problem.endswith("... and 10 more")


def test_read_records_reports_a_missing_file_and_a_folder(tmp_path):
    for path in (tmp_path, tmp_path / "absent.jsonl"):
        with pytest.raises(InputError, match="cannot read"):
            read_records(path)


@given(st.lists(TEXTS, max_size=5))
def test_written_records_read_back_equal(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("records") / "train.jsonl"
    records = [Record(text, id=str(n), extra={"date": text}) for n, text in enumerate(texts)]
    write_records(path, records)
    assert read_records(path) == records


def test_write_records_leaves_the_old_file_when_writing_fails(tmp_path):
    path = tmp_path / "train.jsonl"
    write_records(path, [Record("old")])
    with pytest.raises(TypeError):
        write_records(path, [Record("new"), Record("bad", extra={"value": object()})])
    assert read_records(path) == [Record("old")]
    assert list(tmp_path.iterdir()) == [path]


def test_read_splits_reads_what_is_there_in_order(tmp_path):
    write_lines(tmp_path / "test.jsonl", GOOD)
    write_lines(tmp_path / "train.jsonl", GOOD, GOOD)
    splits = read_splits(tmp_path)
    assert {name: len(records) for name, records in splits.items()} == {"train": 2, "test": 1}
    assert list(splits) == ["train", "test"]


def test_read_splits_lists_the_bad_lines_of_all_splits(tmp_path):
    write_lines(tmp_path / "train.jsonl", b"?")
    write_lines(tmp_path / "dev.jsonl", b"!")
    with pytest.raises(RecordError) as caught:
        read_splits(tmp_path)
    assert caught.value.problem.count("1 bad record(s)") == 2
    assert "train.jsonl:1" in caught.value.problem
    assert "dev.jsonl:1" in caught.value.problem


def test_read_splits_needs_at_least_one_split(tmp_path):
    with pytest.raises(InputError, match=r"none of train\.jsonl, dev\.jsonl, test\.jsonl"):
        read_splits(tmp_path)
