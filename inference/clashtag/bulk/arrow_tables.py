"""Tagged articles as Arrow tables and Parquet files (extra: run)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

_ROW_GROUP_BYTES = 32 * 2**20
_COMPRESSION = "zstd"

SPAN = {"start": pa.int32(), "end": pa.int32(), "text": pa.string()}
ARGUMENT = {"role": pa.string(), **SPAN, "score": pa.float64()}
EVENT = {
    "type": pa.string(),
    "status": pa.string(),
    "score": pa.float64(),
    "trigger": pa.struct(SPAN),
    "arguments": pa.list_(pa.struct(ARGUMENT)),
}
EVENTS = pa.list_(pa.struct(EVENT))
DOCUMENT = {
    "document": pa.int64(),
    "id": pa.string(),
    "published": pa.string(),
    "text": pa.string(),
    "events": EVENTS,
    "tokens": pa.int32(),
    "windows": pa.int32(),
    "fields": pa.string(),
}


def document_schema() -> pa.Schema:
    """Return the columns of a tagged article: the record format, its events nested."""
    return pa.schema(DOCUMENT)


def flat_schema(columns: Mapping[str, str]) -> pa.Schema:
    """Return a schema from the names of Arrow types."""
    return pa.schema({name: pa.type_for_alias(alias) for name, alias in columns.items()})


class ParquetFile:
    """A Parquet file whose row groups hold many parts."""

    suffix = "parquet"

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema

    def encode(self, rows: Sequence[Mapping[str, Any]]) -> bytes:
        """Return the rows as a whole Parquet file."""
        stream = pa.BufferOutputStream()
        table = pa.Table.from_pylist(list(rows), schema=self._schema)
        pq.write_table(table, stream, compression=_COMPRESSION)
        encoded: bytes = stream.getvalue().to_pybytes()
        return encoded

    def join(self, parts: Iterable[Path], stream: BinaryIO) -> None:
        """Write the rows of all parts, in row groups of about 32 MiB before compression."""
        with pq.ParquetWriter(stream, self._schema, compression=_COMPRESSION) as writer:
            collected: list[pa.Table] = []
            collected_bytes = 0
            for part in parts:
                table = pq.ParquetFile(part).read(use_threads=False)
                collected.append(table)
                collected_bytes += table.nbytes
                if collected_bytes >= _ROW_GROUP_BYTES:
                    writer.write_table(pa.concat_tables(collected))
                    collected, collected_bytes = [], 0
            if collected:
                writer.write_table(pa.concat_tables(collected))
