from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from clashtag.errors import InputError
from clashtag_training.evaluation.record_files import read_record_file


def test_record_files_keep_records_and_hash(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    content = '{"id": 1, "text": "one\u2028line \U0001f600"}\r\n\n{"id": "b", "text": ""}'
    path.write_bytes(content.encode())
    file = read_record_file(path)
    assert [record.id for record in file.records] == ["1", "b"]
    assert file.records[0].text == "one\u2028line \U0001f600"
    assert file.sha256 == hashlib.sha256(content.encode()).hexdigest()


def test_record_files_list_every_bad_line(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"text": "fine"}\n{oops\n{"id": "c"}\n')
    with pytest.raises(InputError) as caught:
        read_record_file(path)
    assert "line 2: not JSON" in caught.value.problem
    assert "line 3: record 'c': 'text' must be a string" in caught.value.problem


def test_record_files_shorten_long_lists(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text("oops\n" * 25)
    with pytest.raises(InputError, match="and 5 more"):
        read_record_file(path)


def test_record_files_that_are_empty_missing_or_not_text(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    with pytest.raises(InputError, match="No such file"):
        read_record_file(path)
    path.write_text("\n")
    with pytest.raises(InputError, match="holds no record"):
        read_record_file(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="not UTF-8"):
        read_record_file(path)
