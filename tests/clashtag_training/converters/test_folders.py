from __future__ import annotations

import os

import pytest

from clashtag.errors import InputError
from clashtag.records import Record
from clashtag_training.converters.files import write_folder
from clashtag_training.converters.folders import document_names, documents, index_file


def test_no_two_documents_share_a_name_on_any_system():
    ids = ["a/b", "a b", "A-B", None, "", "..", "ö", "record-4", "x" * 300]
    names = document_names([Record("", i) for i in ids])
    assert len({name.casefold() for name in names}) == len(ids)
    assert names[0] == "a-b"
    assert all(name.isascii() and len(name) < 100 and not name.startswith(".") for name in names)


def test_the_index_keeps_order_and_fields_and_new_documents_come_last(tmp_path):
    records = [Record("b", "b", extra={"kind": "x"}), Record("a", "a")]
    files = {"records.jsonl": index_file(records), "a.txt": b"a", "b.txt": b"b", "0.txt": b"0"}
    write_folder(tmp_path / "out", files)
    found = [(path.name, fields) for path, fields in documents(tmp_path / "out", ".txt")]
    assert found == [
        ("b.txt", {"id": "b", "kind": "x"}),
        ("a.txt", {"id": "a"}),
        ("0.txt", {"id": "0"}),
    ]


def test_a_document_that_is_gone_is_an_error(tmp_path):
    files = {"records.jsonl": index_file([Record("a", "a"), Record("b", "b")]), "a.txt": b"a"}
    write_folder(tmp_path / "out", files)
    with pytest.raises(InputError, match="not there: b"):
        list(documents(tmp_path / "out", ".txt"))


def test_a_folder_that_cannot_be_finished_leaves_nothing(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_folder(tmp_path / "out", {"a.txt": b"a", "no/such/folder.txt": b"b"})
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_does_not_block_the_next(tmp_path):
    # In a container the next process often has the number of the one that was killed.
    (tmp_path / f".out.{os.getpid()}.partial").mkdir()
    write_folder(tmp_path / "out", {"a.txt": b"a"})
    assert (tmp_path / "out" / "a.txt").read_bytes() == b"a"
