from __future__ import annotations

import gzip
import io
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.errors import InputError
from clashtag.json_lines import json_line
from clashtag.records import Record, record_to_dict
from clashtag.text_files import InputFormat, count_articles, read_articles


@dataclass
class Reading:
    records: list[Record] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read(*paths: object, input_format: InputFormat = InputFormat.AUTO) -> Reading:
    reading = Reading()

    def report(error: InputError) -> None:
        assert error.next_step
        reading.problems.append(error.problem)

    reading.records += read_articles(map(str, paths), report, input_format)
    return reading


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def jsonl(*records: object) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def test_read_articles_text_file_is_one_article_named_by_its_path(tmp_path):
    path = write(tmp_path / "a.txt", "Zwei Männer\r\nwurden verletzt.\n".encode())
    reading = read(path)
    assert reading.records == [Record("Zwei Männer\r\nwurden verletzt.\n", id=str(path))]
    assert not reading.problems


def test_read_articles_leaves_out_only_a_byte_order_mark(tmp_path):
    text = write(tmp_path / "a.txt", b"\xef\xbb\xbfShots \xef\xbb\xbfheard.")
    lines = write(tmp_path / "b.jsonl", b"\xef\xbb\xbf" + jsonl({"text": "Shots heard."}))
    assert [r.text for r in read(text, lines).records] == ["Shots \ufeffheard.", "Shots heard."]


def test_read_articles_carries_other_fields_and_drops_what_tagging_replaces(tmp_path):
    fields = {"id": "x", "lang": "en", "mentions": "m", "text": "Calm.", "events": 3, "tokens": []}
    (record,) = read(write(tmp_path / "a.jsonl", jsonl(fields))).records
    assert record == Record("Calm.", id="x", extra={"lang": "en", "mentions": "m"})


@pytest.mark.parametrize("id_", ["a", 7, None])
def test_read_articles_id_comes_out_as_it_went_in(tmp_path, id_):
    (record,) = read(write(tmp_path / "a.jsonl", jsonl({"id": id_, "text": "Calm."}))).records
    assert json.loads(json_line(record_to_dict(record)))["id"] == id_


def test_read_articles_record_without_id_gets_none(tmp_path):
    (record,) = read(write(tmp_path / "a.jsonl", jsonl({"text": ""}))).records
    assert record == Record("")
    assert "id" not in json.loads(json_line(record_to_dict(record)))


def test_read_articles_bad_lines_are_named_and_the_others_read(tmp_path):
    lines = [
        b'{"text": "one"}',
        b"",
        b'{"text": ',
        b"[1]",
        b'{"id": 1}',
        b'{"text": 5}',
        b'{"id": [1], "text": "x"}',
        b'{"id": true, "text": "x"}',
        b'{"text": "\\ud83d"}',
        b'{"text": "a\\u0000b"}',
        b'{"text": "caf\xe9"}',
        b"[" * 100_000,
        b'{"text": "last"}',
    ]
    path = write(tmp_path / "a.jsonl", b"\r\n".join(lines))
    reading = read(path)
    assert [record.text for record in reading.records] == ["one", "last"]
    expected = [
        (3, "not JSON: Expecting value at column 9"),
        (4, "expected a JSON object, found a value of type array"),
        (5, "'text' must be a string, found no such field"),
        (6, "'text' must be a string, found a value of type number"),
        (7, "'id' must be a string or a whole number, found a value of type array"),
        (8, "'id' must be a string or a whole number, found a value of type boolean"),
        (9, "'text' holds half a character (a lone surrogate) at character 0"),
        (10, "'text' holds NUL (U+0000) at character 1"),
        (11, "not UTF-8: byte 0xe9 at byte offset 13"),
        (12, "JSON that cannot be read"),
    ]
    assert len(reading.problems) == len(expected)
    for problem, (number, reason) in zip(reading.problems, expected, strict=True):
        assert problem.startswith(f"{path}:{number}: {reason}")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "holds no text"),
        (b"\xef\xbb\xbf \n", "holds no text"),
        (b"caf\xe9", "not UTF-8: byte 0xe9 at byte offset 3"),
        (b"\xef\xbb\xbf\xff", "not UTF-8: byte 0xff at byte offset 3"),
        (b"\x7fELF\x00\x01", "looks binary: NUL byte at byte offset 4"),
        ("Shots".encode("utf-16"), "is UTF-16, not UTF-8, by its first two bytes"),
        (gzip.compress(b"Shots"), "is packed with gzip, by its first bytes"),
    ],
)
def test_read_articles_names_files_that_are_no_utf8_text(tmp_path, data, reason):
    path = write(tmp_path / "a.txt", data)
    good = write(tmp_path / "b.txt", b"Calm.")
    reading = read(path, good)
    assert reading.problems == [f"{path}: {reason}"]
    assert [record.text for record in reading.records] == ["Calm."]


def test_read_articles_names_paths_that_cannot_be_opened(tmp_path):
    missing = tmp_path / "missing.txt"
    assert read(missing, tmp_path).problems == [
        f"{missing}: no such file",
        f"{tmp_path}: is a directory",
    ]


def test_read_articles_empty_jsonl_is_a_problem(tmp_path):
    path = write(tmp_path / "a.jsonl", b"\n \n")
    assert read(path).problems == [f"{path}: holds no text"]


def test_read_articles_does_not_read_ahead(tmp_path):
    path = write(tmp_path / "a.jsonl", jsonl({"text": "one"}) + b"bad\n")
    problems: list[InputError] = []
    articles = read_articles([str(path)], problems.append)
    assert next(articles).text == "one"
    assert not problems


@pytest.mark.parametrize(
    ("data", "texts"),
    [
        (b'\n\n{"text": "one"}\n{"text": "two"}\n', ["one", "two"]),
        (b'[Update] {"Shots", heard}\n', ['[Update] {"Shots", heard}\n']),
        (b"Shots heard.\nCalm.\n", ["Shots heard.\nCalm.\n"]),
    ],
)
def test_read_articles_detects_the_format_of_standard_input(monkeypatch, data, texts):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    assert [record.text for record in read("-").records] == texts


@pytest.mark.parametrize(
    "data", [b'\n{"title": "no record"}\n', b'[\n  {"text": "one"},\n  {"text": "two"}\n]\n']
)
def test_read_articles_json_document_on_standard_input_is_no_article(monkeypatch, data):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    assert read("-").problems == [
        "standard input: holds a JSON document, not the plain text of one article"
    ]
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    (record,) = read("-", input_format=InputFormat.TEXT).records
    assert record.text == data.decode()


def test_read_articles_closed_standard_input_is_explained(monkeypatch, tmp_path):
    path = write(tmp_path / "a.txt", b"Calm.")
    monkeypatch.setattr(sys, "stdin", None)
    reading = read("-", path)
    assert reading.problems == ["standard input is closed"]
    assert [record.text for record in reading.records] == ["Calm."]


@pytest.mark.parametrize(
    ("name", "data", "advice"),
    [
        ("a.csv", b"id,text\n1,Shots\n", "clashtag run {path} --output FOLDER"),
        ("a.TSV", b"id\ttext\n", "clashtag run {path} --output FOLDER"),
        ("a.json", b'[{"text": "Shots"}]', "--input-format jsonl"),
        ("a.html", b"<p>Shots</p>", "extract its text"),
        ("a.txt.gz", gzip.compress(b"Shots"), "clashtag run {path} --output FOLDER"),
        ("a.jsonl.zst", b"\x28\xb5\x2f\xfd", "clashtag run {path} --output FOLDER"),
        ("a.parquet", b"PAR1", "clashtag run {path} --output FOLDER"),
        ("a.zip", b"PK", "unpack it"),
    ],
)
def test_read_articles_names_what_reads_another_format(tmp_path, name, data, advice):
    path = write(tmp_path / name, data)
    errors: list[InputError] = []
    assert not list(read_articles([str(path)], errors.append))
    [error] = errors
    assert error.problem.startswith(f"{path}: by its name it holds {path.suffix.lower()}, not ")
    assert advice.format(path=path) in error.next_step
    assert count_articles([str(path)]) == 1


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.html"])
def test_read_articles_takes_another_format_as_text_on_request(tmp_path, name):
    path = write(tmp_path / name, b"Shots heard.")
    (record,) = read(path, input_format=InputFormat.TEXT).records
    assert record.text == "Shots heard."


def test_read_articles_input_format_overrides_names(tmp_path):
    line = b'{"text": "one"}\n'
    path = write(tmp_path / "a.jsonl", line)
    assert read(path, input_format=InputFormat.TEXT).records[0].text == line.decode()


def test_count_articles_counts_lines_and_files(tmp_path):
    text = write(tmp_path / "a.txt", b"one\ntwo\n")
    lines = write(tmp_path / "b.jsonl", b"{}\n\n{}")
    assert count_articles([str(text), str(lines)]) == 3
    assert count_articles([str(text), "-"]) is None


@given(
    st.text(st.characters(exclude_characters="\0"), min_size=1).filter(str.strip),
    st.dictionaries(st.text(), st.text() | st.integers() | st.none()),
)
def test_read_articles_any_text_survives_a_round_trip(tmp_path_factory, text, extra):
    reserved = {"id", "text", "events", "mentions", "tokens", "windows"}
    record = Record(text, id="x", extra={k: v for k, v in extra.items() if k not in reserved})
    path = write(tmp_path_factory.mktemp("lines") / "a.jsonl", json_line(record_to_dict(record)))
    assert read(path).records == [record]


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e400"])
def test_read_articles_refuses_what_is_no_json_number(tmp_path, number):
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"text": "one", "x": {number}}}\n{{"text": "two"}}\n', encoding="utf-8")
    reading = read(path)
    assert [record.text for record in reading.records] == ["two"]
    assert len(reading.problems) == 1
    assert f"{path}:1" in reading.problems[0]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("array.txt", '[{"text": "a"}]'),
        ("lines", '{"id": 1, "body": "a"}\n{"id": 2, "body": "b"}\n'),
    ],
)
def test_json_without_its_suffix_is_no_article(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    errors: list[InputError] = []
    assert not list(read_articles([str(path)], errors.append))
    assert "holds a JSON document" in errors[0].problem


def test_text_that_opens_with_a_brace_is_an_article(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("{Correction} Gunmen fled.\n[Update] They came back.", encoding="utf-8")
    assert len(list(read_articles([str(path)], pytest.fail))) == 1


def test_count_goes_on_where_a_file_cannot_be_read(tmp_path, monkeypatch):
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text('{"text": "a"}\n{"text": "b"}\n', encoding="utf-8")
    opened = Path.open

    def refusing(path, *arguments, **settings):
        if path.name == "a.jsonl":
            raise PermissionError(13, "denied", str(path))
        return opened(path, *arguments, **settings)

    monkeypatch.setattr(Path, "open", refusing)
    assert count_articles([str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")]) == 3


def test_nul_in_an_id_is_refused(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "a\\u0000b", "text": "a"}\n', encoding="utf-8")
    errors: list[InputError] = []
    assert not list(read_articles([str(path)], errors.append))
    assert "'id' holds NUL" in errors[0].problem
