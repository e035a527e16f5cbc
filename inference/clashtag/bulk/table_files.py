"""Files of rows: written part by part, then put together into one file."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from clashtag.formats.formula_guard import guarded
from clashtag.json_lines import json_line

# Without it, spreadsheets take UTF-8 for something else.
_BOM = "\ufeff"


class OutputFormat(StrEnum):
    """How a run is written: all as Parquet, or documents as JSON Lines and tables as CSV."""

    PARQUET = "parquet"
    JSONL = "jsonl"


class TableFile(Protocol):
    """A way of writing rows."""

    @property
    def suffix(self) -> str:
        """What the file's name ends in, without a dot."""

    def encode(self, rows: Sequence[Mapping[str, Any]]) -> bytes:
        """Return the rows of one part."""

    def join(self, parts: Iterable[Path], stream: BinaryIO) -> None:
        """Write the rows of all parts, holding few of them at a time."""


class JsonLinesFile:
    """One JSON object a line."""

    suffix = "jsonl"

    def encode(self, rows: Sequence[Mapping[str, Any]]) -> bytes:
        """Return the rows as lines."""
        return b"".join(map(json_line, rows))

    def join(self, parts: Iterable[Path], stream: BinaryIO) -> None:
        """Write the lines of all parts."""
        _copy(parts, stream)


class CsvFile:
    """Comma-separated values as RFC 4180 has them, with a header; parts have none."""

    suffix = "csv"

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns

    def encode(self, rows: Sequence[Mapping[str, Any]]) -> bytes:
        """Return the rows; a missing value is an empty field, and no cell is a formula."""
        text = io.StringIO()
        cells = ({name: _cell(value) for name, value in row.items()} for row in rows)
        csv.DictWriter(text, self._columns).writerows(cells)
        return text.getvalue().encode()

    def join(self, parts: Iterable[Path], stream: BinaryIO) -> None:
        """Write a header and the rows of all parts."""
        text = io.StringIO()
        csv.writer(text).writerow(self._columns)
        stream.write(f"{_BOM}{text.getvalue()}".encode())
        _copy(parts, stream)


def _cell(value: object) -> object:
    return guarded(value) if isinstance(value, str) else value


def _copy(parts: Iterable[Path], stream: BinaryIO) -> None:
    for part in parts:
        with part.open("rb") as file:
            shutil.copyfileobj(file, stream)
