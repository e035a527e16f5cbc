from __future__ import annotations

import errno
import gzip
import io
import json
import multiprocessing
import os
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from clashtag.bulk import lines, readers, rows, table_readers
from clashtag.bulk.inputs import FileKind, find_inputs
from clashtag.bulk.items import Document, Problem
from clashtag.bulk.readers import read_items
from clashtag.bulk.rows import Columns


@dataclass
class Reading:
    documents: list[Document] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        return [document.record.text for document in self.documents]

    @property
    def ids(self) -> list[str | None]:
        return [document.record.id for document in self.documents]


def read(*paths: Path, columns: Columns | None = None, kind: FileKind | None = None) -> Reading:
    reading = Reading()
    for position, item in read_items(find_inputs(map(str, paths), kind), columns or Columns()):
        (reading.documents if isinstance(item, Document) else reading.problems).append(item)
        reading.positions.append(position)
    for problem in reading.problems:
        assert problem.problem.startswith(problem.place)
        assert problem.next_step
    return reading


def write(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def jsonl(*fields: object) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in fields)


def test_jsonl_rows_are_articles_and_carry_their_other_fields(tmp_path):
    data = jsonl(
        {"id": "a", "text": "Shots.", "lang": "en", "events": [1]}, {"text": "Calm.", "id": 7}
    )
    path = write(tmp_path / "a.jsonl", b"\xef\xbb\xbf" + data)
    first, second = read(path).documents
    assert (first.place, first.record.id, first.record.extra) == (f"{path}:1", "a", {"lang": "en"})
    assert (second.record.id, second.record.extra) == ("7", {"id": 7})


def test_jsonl_row_without_id_has_its_place_as_id(tmp_path):
    path = write(tmp_path / "a.jsonl", b'\n{"text": "Shots."}\n{"text": "Calm.", "id": ""}')
    assert read(path).ids == [f"{path}:2", f"{path}:3"]


def test_jsonl_columns_have_the_names_that_the_options_say(tmp_path):
    fields = {
        "url": "u1",
        "body": "Shots.",
        "date": "2026-01-02",
        "id": 3,
        "text": "x",
        "lang": "en",
    }
    path = write(tmp_path / "a.jsonl", jsonl(fields))
    columns = Columns(text="body", id="url", published="date", keep=("lang",))
    (document,) = read(path, columns=columns).documents
    assert (document.record.text, document.record.id) == ("Shots.", "u1")
    assert document.record.extra == {"published": "2026-01-02", "lang": "en"}


def test_jsonl_keep_still_carries_published(tmp_path):
    path = write(tmp_path / "a.jsonl", jsonl({"text": "x", "published": "2026-01-02", "html": "y"}))
    (document,) = read(path, columns=Columns(keep=())).documents
    assert document.record.extra == {"published": "2026-01-02"}


def test_jsonl_bad_lines_are_problems_between_the_others(tmp_path):
    bad = [
        (b'{"text": ', "not JSON"),
        (b"[1]", "expected a JSON object"),
        (b'{"body": "x"}', "no field 'text'; it has 'body'"),
        (b'{"text": null}', "'text' must be a string, found null"),
        (b'{"text": "x", "id": [1]}', "'id' must be a string or a whole number"),
        (b'{"text": "x", "id": true}', "'id' must be a string or a whole number"),
        (b'{"text": "\\ud83d"}', "half a character"),
        (b'{"text": "x", "id": "\\ud83d"}', "half a character"),
        (b'{"text": "x", "published": "\\ud83d"}', "published holds half a character"),
        (b'{"text": "a\\u0000b"}', "the text holds NUL (U+0000) at character 1"),
        (b'{"text": "caf\xe9"}', "not UTF-8: byte 0xe9"),
        (b'{"text": "x", "n": 1e999}', "has no JSON form"),
        (b'{"text": "x", "n": NaN}', "NaN"),
        (b'{"text": "x", "n": ' + b"[" * 101 + b"]" * 101 + b"}", "in one another in 'n'"),
        (b'{"text": "x", "n": ' + b'{"n":' * 500 + b"1" + b"}" * 501, "more than 100 lists"),
        (b"\x00" * 20, "NUL byte"),
        (b"[" * 100_000, "cannot be read"),
    ]
    path = write(
        tmp_path / "a.jsonl", b"".join(b'{"text": "ok"}\n' + line + b"\r\n" for line, _ in bad)
    )
    reading = read(path)
    assert reading.texts == ["ok"] * len(bad)
    assert [problem.place for problem in reading.problems] == [
        f"{path}:{2 * number}" for number in range(1, len(bad) + 1)
    ]
    for problem, (_, words) in zip(reading.problems, bad, strict=True):
        assert words in problem.problem


def test_carried_fields_that_are_deep_reach_another_process(tmp_path):
    deep = b'{"text": "x", "n": ' + b"[" * 100 + b"]" * 100 + b"}"
    (document,) = read(write(tmp_path / "a.jsonl", deep)).documents
    ours, theirs = multiprocessing.Pipe()
    ours.send(document)
    assert theirs.recv() == document


def test_jsonl_endless_line_is_one_problem(tmp_path, monkeypatch):
    monkeypatch.setattr(lines.bounded_lines, "__defaults__", (1000,))
    monkeypatch.setattr(lines.checked_line, "__defaults__", (1000,))
    data = jsonl({"text": "one"}) + b"x" * 3_000_000 + b"\n" + jsonl({"text": "two"})
    path = write(tmp_path / "a.jsonl.gz", gzip.compress(data))
    reading = read(path)
    assert reading.texts == ["one", "two"]
    assert [problem.place for problem in reading.problems] == [f"{path}:2"]
    assert "more than 1,000 bytes" in reading.problems[0].problem


def test_text_that_is_no_article_by_its_length_is_a_problem(tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "MAX_CHARACTERS", 10)
    monkeypatch.setattr(readers, "_MAX_TEXT_BYTES", 40)
    long = write(tmp_path / "a.txt", "é" * 11)
    longer = write(tmp_path / "b.txt", "é" * 100)
    reading = read(
        long, longer, write(tmp_path / "c.jsonl", jsonl({"text": "x" * 11}, {"text": "x" * 10}))
    )
    assert ["too many for one article" in problem.problem for problem in reading.problems] == [
        True
    ] * 3
    assert reading.texts == ["x" * 10]


def test_utf16_file_is_one_problem(tmp_path):
    for name in ("a.jsonl", "b.csv", "c.txt"):
        path = write(tmp_path / name, 'text\n"x"\n'.encode("utf-16") * 10)
        (problem,) = read(path).problems
        assert "is UTF-16" in problem.problem


def test_text_file_is_one_article_named_by_its_path(tmp_path):
    paths = [
        write(tmp_path / "a.txt", "\ufeffZwei Männer\r\n"),
        write(tmp_path / "b.txt.gz", gzip.compress(b"Calm.")),
        write(tmp_path / "c.txt", b" \n"),
        write(tmp_path / "d.txt", b"caf\xe9"),
    ]
    reading = read(*paths)
    assert reading.texts == ["Zwei Männer\r\n", "Calm."]
    assert reading.ids == [str(path) for path in paths[:2]]
    assert [problem.place for problem in reading.problems] == [str(path) for path in paths[2:]]


def test_text_file_that_went_away_is_a_problem(tmp_path):
    paths = [write(tmp_path / "a.txt", b"Shots."), write(tmp_path / "b.txt", b"Calm.")]
    files = list(find_inputs(map(str, paths), None))
    paths[0].unlink()
    (_, problem), (_, document) = read_items(files, Columns())
    assert "no such file" in problem.problem
    assert document.record.text == "Calm."


def test_rows_of_a_file_that_went_away_stop_the_reading(tmp_path):
    path = write(tmp_path / "a.jsonl", jsonl({"text": "x"}))
    files = list(find_inputs([str(path)], None))
    path.unlink()
    with pytest.raises(FileNotFoundError) as error:
        list(read_items(files, Columns()))
    assert error.value.filename == str(path)


@pytest.mark.parametrize("pack", ["gzip", "zstd"])
@pytest.mark.parametrize("lost", [1, 200])
def test_packed_file_cut_short_gives_what_comes_before_and_a_problem(tmp_path, pack, lost):
    data = jsonl(*({"text": f"{number} {os.urandom(40).hex()}"} for number in range(2000)))
    if pack == "gzip":
        packed = gzip.compress(data)
    else:
        packed = pytest.importorskip("pyarrow").compress(data, "zstd", asbytes=True)
    path = write(tmp_path / f"a.jsonl.{pack}", packed[:-lost])
    after = write(tmp_path / "b.jsonl", jsonl({"text": "after"}))
    reading = read(path, after, kind=FileKind.JSONL)
    assert reading.texts[-1] == "after"
    assert [text.split()[0] for text in reading.texts[:-1]] == [
        str(number) for number in range(len(reading.texts) - 1)
    ]
    assert [problem.place for problem in reading.problems if "damaged" in problem.problem] == [
        str(path)
    ]


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.99])
def test_gzip_cut_short_gives_every_whole_line_of_it(tmp_path, kept):
    packed = gzip.compress(jsonl(*({"text": os.urandom(20).hex()} for _ in range(3000))))
    packed = packed[: int(len(packed) * kept)]
    whole_lines = zlib.decompressobj(wbits=31).decompress(packed).count(b"\n")
    path = write(tmp_path / "a.jsonl.gz", packed)
    reading = read(path)
    assert len(reading.texts) == whole_lines > 300
    (problem,) = reading.problems
    assert (
        problem.next_step == f"mend the file and tag what follows {path}:{whole_lines} on its own"
    )


def test_gzip_with_rubbish_inside_is_a_problem(tmp_path):
    packed = bytearray(gzip.compress(jsonl(*({"text": os.urandom(40).hex()} for _ in range(2000)))))
    packed[1000:1100] = b"\xff" * 100
    reading = read(write(tmp_path / "a.jsonl.gz", bytes(packed)))
    assert "damaged" in reading.problems[-1].problem


def test_system_failing_to_read_names_the_file(tmp_path, monkeypatch):
    path = write(tmp_path / "a.jsonl", jsonl({"text": "x"}) * 100_000)

    class FailingFile(io.FileIO):
        def readinto(self, buffer):
            if self.tell() > 500_000:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return super().readinto(buffer)

    monkeypatch.setattr("clashtag.bulk.readers.io.FileIO", FailingFile)
    with pytest.raises(OSError, match="Input/output error") as error:
        read(path)
    assert error.value.filename == str(path)


def test_positions_reach_the_size_of_all_files(tmp_path):
    paths = [
        write(tmp_path / "a.jsonl", jsonl({"text": "x"}) * 50_000),
        write(tmp_path / "b.txt", "Calm."),
        write(tmp_path / "c.csv", "text\n" + "x\n" * 1000),
    ]
    positions = read(*paths).positions
    assert positions == sorted(positions)
    assert positions[-1] == sum(path.stat().st_size for path in paths)
    assert positions[10] < paths[0].stat().st_size / 2


def test_csv_rows_may_hold_line_breaks_and_quotes(tmp_path):
    data = '\ufeffid,text,lang\r\na,"He said ""fire"".\nThen, shots.",en\r\n\r\nb,Calm.,\r\n'
    path = write(tmp_path / "a.csv", data)
    first, second = read(path).documents
    assert (first.record.id, first.record.text) == ("a", 'He said "fire".\nThen, shots.')
    assert (first.place, second.place) == (f"{path}:2", f"{path}:5")
    assert second.record.extra == {"lang": ""}


@pytest.mark.parametrize("columns", [Columns(), Columns(published="published")])
def test_csv_empty_date_is_none(tmp_path, columns):
    path = write(tmp_path / "a.csv", "text,published\nShots.,\nCalm.,2026-01-02\n")
    first, second = read(path, columns=columns).documents
    assert (first.record.extra, second.record.extra) == ({}, {"published": "2026-01-02"})


@pytest.mark.parametrize(("name", "delimiter"), [("a.csv", ";"), ("a.csv", "|"), ("a.tsv", "\t")])
def test_csv_delimiter_is_the_one_that_gives_a_text_column(tmp_path, name, delimiter):
    data = f"id{delimiter}text\na{delimiter}Shots, and calm.\n"
    assert read(write(tmp_path / name, data)).texts == ["Shots, and calm."]


def test_csv_longer_than_the_modules_own_limit(tmp_path):
    text = "attack " * 40_000
    assert read(write(tmp_path / "a.csv", f'text\n"{text}"\n')).texts == [text]


def test_csv_bad_rows_are_problems_between_the_others(tmp_path):
    data = b'id,text\n1,ok\n2\n3,a,b\n4,"x"y\n5,caf\xe9\n6,ok\n'
    path = write(tmp_path / "a.csv", data)
    reading = read(path)
    assert reading.texts == ["ok", "ok"]
    assert [problem.place for problem in reading.problems] == [f"{path}:{n}" for n in (3, 4, 5, 6)]
    for problem, words in zip(
        reading.problems,
        ("1 fields where the header has 2", "3 fields", "broken row", "not UTF-8: byte 0xe9"),
        strict=True,
    ):
        assert words in problem.problem


def test_csv_quote_that_is_never_closed_is_named(tmp_path):
    path = write(tmp_path / "a.csv", 'text\nok\n"never closed\nx\ny\n')
    reading = read(path)
    assert reading.texts == ["ok"]
    assert [problem.place for problem in reading.problems] == [f"{path}:3"]


def test_csv_row_that_does_not_end_is_one_problem_and_held_no_longer(tmp_path, monkeypatch):
    monkeypatch.setattr(table_readers, "MAX_LINE_BYTES", 1000)
    for row in ('"' + "x\n" * 5000, '"\n",' * 5000):
        reading = read(write(tmp_path / "a.csv", f"text\nok\n{row}"))
        assert reading.texts == ["ok"]
        (problem,) = reading.problems
        assert f"{tmp_path / 'a.csv'}:3: a row of more than 1,000 bytes" in problem.problem


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("a,b\n1,2\n", "no column 'text'; it has 'a', 'b'"),
        ("text,x,x\n1,2,3\n", "two columns are named 'x'"),
        ('"text\n', "broken header"),
        ("id,text\r1,Shots.\r2,Calm.\r", "line ends are CR alone"),
        ('"text"\r"Shots.\n"', "line ends are CR alone"),
    ],
)
def test_csv_header_that_does_not_fit_is_one_problem(tmp_path, data, words):
    (problem,) = read(write(tmp_path / "a.csv", data)).problems
    assert words in problem.problem


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
def test_file_of_rows_may_be_empty(tmp_path, name):
    assert not read(write(tmp_path / name, b"")).positions


class TestParquet:
    @pytest.fixture(autouse=True)
    def _needs_pyarrow(self):
        pytest.importorskip("pyarrow")

    def write(self, path: Path, columns: dict[str, object], **settings: object) -> Path:
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.table(columns), path, **settings)
        return path

    def test_rows_are_articles(self, tmp_path):
        import pyarrow as pa

        columns = {
            "id": [1, 2],
            "text": pa.array(["Shots.", "Calm."], pa.large_string()),
            "published": pa.array([20_000, 20_001], pa.date32()),
            "score": [0.5, float("nan")],
            "tags": [["a", "b"], []],
            "raw": [b"\xff", b"x"],
        }
        first, second = read(self.write(tmp_path / "a.parquet", columns)).documents
        assert first.record.extra == {
            "id": 1,
            "published": "2024-10-04",
            "score": 0.5,
            "tags": ["a", "b"],
            "raw": "\\xff",
        }
        assert second.record.extra["score"] is None
        assert second.place == f"{tmp_path / 'a.parquet'}:2"

    def test_null_and_binary_texts(self, tmp_path):
        path = self.write(tmp_path / "a.parquet", {"text": [b"Shots.", None, b"caf\xe9"]})
        reading = read(path)
        assert reading.texts == ["Shots."]
        assert [
            "found null" in p.problem or "not UTF-8" in p.problem for p in reading.problems
        ] == [True] * 2

    def test_string_that_is_not_utf8_is_a_problem_of_its_row(self, tmp_path):
        import pyarrow as pa

        binary = pa.array([b"Shots.", b"caf\xe9", b"Calm."])
        path = self.write(tmp_path / "a.parquet", {"text": binary.cast(pa.string(), safe=False)})
        reading = read(path)
        assert reading.texts == ["Shots.", "Calm."]
        assert [problem.place for problem in reading.problems] == [f"{path}:2"]

    def test_only_columns_that_are_kept_are_read(self, tmp_path):
        columns = {"body": ["x"], "html": ["y"], "id": ["a"], "lang": ["en"]}
        path = self.write(tmp_path / "a.parquet", columns)
        (document,) = read(path, columns=Columns(text="body", keep=("lang",))).documents
        assert (document.record.id, document.record.extra) == ("a", {"lang": "en"})

    def test_missing_column_is_one_problem(self, tmp_path):
        (problem,) = read(self.write(tmp_path / "a.parquet", {"body": ["x"] * 10})).problems
        assert "no column 'text'; it has 'body'" in problem.problem

    @pytest.mark.parametrize("kept", [0, 3, 100, -50])
    def test_damaged_file_is_a_problem(self, tmp_path, kept):
        path = self.write(
            tmp_path / "a.parquet", {"text": [os.urandom(40).hex() for _ in range(1000)]}
        )
        path.write_bytes(path.read_bytes()[:kept] if kept else b"")
        after = write(tmp_path / "b.jsonl", jsonl({"text": "after"}))
        reading = read(path, after)
        assert reading.texts == ["after"]
        assert "damaged, or not what its name says" in reading.problems[0].problem
        assert reading.problems[0].next_step == "mend the file and tag it on its own"

    def test_positions_are_in_proportion(self, tmp_path):
        path = self.write(tmp_path / "a.parquet", {"text": ["x"] * 1000}, row_group_size=100)
        positions = read(path).positions
        assert positions[499] == path.stat().st_size // 2
        assert positions[-1] == path.stat().st_size


def test_readers_exist_for_every_kind():
    assert set(readers._READERS) == set(FileKind)
    assert set(table_readers._DELIMITERS) == {FileKind.CSV, FileKind.TSV}
