from __future__ import annotations

from collections import Counter

import pytest

pytest.importorskip("yaml")

from clashtag.errors import ConfigError, InputError, RecordError
from clashtag.records import Record
from clashtag_training.corpora.file_parts import FilePart
from clashtag_training.corpora.record_files import write_records


@pytest.fixture
def corpus(tmp_path):
    write_records(tmp_path / "train.jsonl", [Record("x", id=f"d{n}") for n in range(400)])
    return tmp_path


def ids(text, folder):
    return {record.id for record in FilePart.parse(text).read("record", folder)}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("train.jsonl", FilePart("train.jsonl")),
        ("train.jsonl[:15%]", FilePart("train.jsonl", 0, 15)),
        ("train.jsonl[15%:]", FilePart("train.jsonl", 15, 100)),
        ("train.jsonl[10%:25%]", FilePart("train.jsonl", 10, 25)),
        ("odd[name].jsonl", FilePart("odd[name].jsonl")),
    ],
)
def test_parts_are_read_from_names(text, part):
    assert FilePart.parse(text) == part


@pytest.mark.parametrize("text", ["a.jsonl[15%:15%]", "a.jsonl[50%:20%]", "a.jsonl[:101%]"])
def test_empty_parts_are_refused(text):
    with pytest.raises(ConfigError, match="names no part of a file"):
        FilePart.parse(text)


def test_parts_divide_a_file(corpus):
    everything, dev, train = (ids(f"train.jsonl{p}", corpus) for p in ("", "[:15%]", "[15%:]"))
    assert len(everything) == 400
    assert dev | train == everything
    assert not dev & train
    assert 30 < len(dev) < 90


def test_a_larger_part_holds_a_smaller_one(corpus):
    assert ids("train.jsonl[:10%]", corpus) < ids("train.jsonl[:30%]", corpus)


def test_records_of_one_document_stay_together(tmp_path):
    sentences = [Record("x", id=f"s{n}", extra={"document": f"d{n // 10}"}) for n in range(400)]
    write_records(tmp_path / "train.jsonl", sentences)
    everything = FilePart.parse("train.jsonl")
    half = FilePart.parse("train.jsonl[:50%]")
    for part in (half.read("record", tmp_path), everything.read("record", tmp_path, 0.5)):
        assert 0 < len(part) < 400
        documents = Counter(record.extra["document"] for record in part)
        assert set(documents.values()) == {10}


def test_a_larger_share_holds_a_smaller_one(corpus):
    def shared(share):
        return {r.id for r in FilePart.parse("train.jsonl").read("record", corpus, share)}

    assert shared(0.0) < shared(0.1) < shared(0.3) < shared(1.0)
    assert 0.05 < len(shared(0.1)) / 400 < 0.15


@pytest.mark.parametrize(("name", "share"), [("train.jsonl[:15%]", 1.0), ("train.jsonl", 0.5)])
def test_records_without_an_id_cannot_be_divided(tmp_path, name, share):
    write_records(tmp_path / "train.jsonl", [Record("x")])
    assert len(FilePart.parse("train.jsonl").read("record", tmp_path)) == 1
    with pytest.raises(RecordError, match="holds records without an id"):
        FilePart.parse(name).read("record", tmp_path, share)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"train\.jsonl"):
        FilePart.parse("train.jsonl[:15%]").read("record", tmp_path)
