from __future__ import annotations

import csv
import errno
import io
import json
from pathlib import Path

import pytest

from clashtag.bulk.table_files import CsvFile, JsonLinesFile, TableFile

ROWS = [
    {"id": "é", "text": 'He said "fire",\r\nthen; left.', "number": 1},
    {"id": "=1+1", "text": "", "number": -1},
    {"id": "1-1", "text": " \n@home", "number": None},
]


def joined(file: TableFile, folder: Path, *parts: list[dict[str, object]]) -> bytes:
    paths = []
    for number, rows in enumerate(parts):
        paths.append(folder / f"{number}")
        paths[-1].write_bytes(file.encode(rows))
    stream = io.BytesIO()
    file.join(iter(paths), stream)
    return stream.getvalue()


def test_json_lines_hold_what_utf8_cannot(tmp_path):
    rows = [{"a": "Łódź"}, {"a": "\ud83d"}]
    data = joined(JsonLinesFile(), tmp_path, rows[:1], [], rows[1:])
    assert [json.loads(line) for line in data.splitlines()] == rows
    assert "Łódź".encode() in data


def test_csv_has_one_header_and_cells_that_are_the_text_but_no_formula(tmp_path):
    data = joined(CsvFile(("id", "text", "number")), tmp_path, ROWS[:1], [], ROWS[1:])
    assert data.startswith(b"\xef\xbb\xbfid,text,number\r\n")
    found = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert found == [
        {"id": "é", "text": 'He said "fire",\r\nthen; left.', "number": "1"},
        {"id": "'=1+1", "text": "", "number": "-1"},
        {"id": "1-1", "text": "' \n@home", "number": ""},
    ]


def test_csv_of_nothing_is_its_header(tmp_path):
    assert joined(CsvFile(("a", "b")), tmp_path) == b"\xef\xbb\xbfa,b\r\n"


class TestParquet:
    @pytest.fixture
    def file(self) -> TableFile:
        pytest.importorskip("pyarrow")
        from clashtag.bulk.arrow_tables import ParquetFile, flat_schema

        return ParquetFile(flat_schema({"id": "string", "text": "string", "number": "int32"}))

    def test_holds_the_rows_of_all_parts_in_order(self, tmp_path, file):
        import pyarrow.parquet as pq

        data = joined(file, tmp_path, ROWS[:1], ROWS[1:], [], ROWS)
        assert pq.read_table(io.BytesIO(data)).to_pylist() == ROWS + ROWS

    def test_row_groups_hold_many_parts(self, tmp_path, file, monkeypatch):
        import pyarrow.parquet as pq

        from clashtag.bulk import arrow_tables

        monkeypatch.setattr(arrow_tables, "_ROW_GROUP_BYTES", 300)
        data = joined(file, tmp_path, *([ROWS[:1]] * 40))
        groups = pq.ParquetFile(io.BytesIO(data)).metadata.num_row_groups
        assert 4 <= groups <= 10

    def test_of_nothing_has_its_columns(self, tmp_path, file):
        import pyarrow.parquet as pq

        table = pq.read_table(io.BytesIO(joined(file, tmp_path)))
        assert (table.num_rows, table.column_names) == (0, ["id", "text", "number"])

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
    def test_full_disk_is_the_systems_error(self, tmp_path, file):
        (tmp_path / "part").write_bytes(file.encode(ROWS))
        with (
            Path("/dev/full").open("wb", buffering=0) as full,
            pytest.raises(OSError, match="No space left") as error,
        ):
            file.join([tmp_path / "part"], full)
        assert error.value.errno == errno.ENOSPC
