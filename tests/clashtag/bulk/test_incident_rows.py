from __future__ import annotations

import io

import pytest

from clashtag.analysis.analyse import analyse
from clashtag.bulk.incident_rows import incident_rows
from clashtag.bulk.table_files import OutputFormat
from clashtag.bulk.tables import TaggedPart, output_tables
from clashtag.records import Argument, Event, Record, Span


def killing_of(number: str) -> Record:
    text = f"The attack killed {number} people."
    victims = Argument("victim", 18, len(text) - 1, text[18:-1])
    return Record(text, "a", (Event("death", Span(11, 17, "killed"), (victims,), "actual"),))


@pytest.mark.parametrize(
    ("number", "count"),
    [("26", 26), ("2,348,012,345", 2_348_012_345), ("99999999999999999999", None)],
)
def test_a_count_of_any_size_has_its_cell_or_none(number, count):
    analysis = analyse(killing_of(number))
    (row,) = incident_rows(0, analysis)
    assert row["killed"] == count
    pq = pytest.importorskip("pyarrow.parquet")
    tables = output_tables(OutputFormat.PARQUET, with_incidents=True)
    (table,) = (table for table in tables if table.name == "incidents")
    data = table.file.encode(list(table.rows(TaggedPart((), analyses=((0, analysis),)))))
    assert pq.read_table(io.BytesIO(data)).column("killed").to_pylist() == [count]
