"""Articles out of CSV, TSV and Parquet: files that name their columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from clashtag.bulk.inputs import FileKind, InputFile, unpacked
from clashtag.bulk.items import Document, Item, Problem
from clashtag.bulk.lines import MAX_LINE_BYTES, bounded_lines, checked_line
from clashtag.bulk.rows import Columns, json_value, listed, record_from_row
from clashtag.errors import InputError
from clashtag.text_files import decode_text

_DELIMITERS = {FileKind.CSV: ",;\t|", FileKind.TSV: "\t"}
_ROWS_AT_ONCE = 64
_PARQUET_BUFFER_BYTES = 2**20


def csv_items(file: InputFile, raw: io.FileIO, columns: Columns) -> Iterator[tuple[int, Item]]:
    """Yield the rows of a table with a header, each with the bytes read so far.

    Of `,`, `;`, tab and `|`, the first that makes a column of the text's name is the delimiter of
    a CSV file.

    Raises:
        InputError: if the header lacks a column, or a row does not end.
    """
    with unpacked(raw) as stream:
        lines = bounded_lines(stream, file.path)
        first = next(lines, None)
        if first is not None:
            for item in _csv_rows(first, lines, file, columns):
                yield raw.tell(), item


def _csv_rows(
    first: bytes, lines: Iterator[bytes], file: InputFile, columns: Columns
) -> Iterator[Item]:
    # The module has one limit for all of the process; its default is less than a long article.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_LINE_BYTES))
    names = checked_line(first, file.path).decode("utf-8", errors="surrogateescape")
    texts = _Texts(chain([first], lines), file.path)
    try:
        delimiter = _delimiter(names, _DELIMITERS[file.kind], columns.text)
        rows = csv.reader(texts, delimiter=delimiter, strict=True)
        header = next(rows)
    except csv.Error as error:
        raise _broken_header(names, file.path, error) from error
    _check_header(header, columns, file.path)
    while True:
        place = texts.place = f"{file.path}:{rows.line_num + 1}"
        texts.row_bytes = 0
        try:
            row = next(rows)
            if row:
                yield _document(header, row, columns, place)
        except StopIteration:
            return
        except csv.Error as error:
            yield Problem(place, f"{place}: broken row: {error}", "look at the row's quotes")
        except _EndlessRowError:
            raise
        except InputError as error:
            yield Problem.of(place, error)


def parquet_items(file: InputFile, raw: io.FileIO, columns: Columns) -> Iterator[tuple[int, Item]]:
    """Yield the rows of a Parquet file, each with the file's bytes in proportion.

    Row groups are read page by page: they may be of any size.

    Raises:
        InputError: if the file lacks a column.
        OSError: without a number, if it is damaged or no Parquet file.
    """
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        table = pq.ParquetFile(raw, buffer_size=_PARQUET_BUFFER_BYTES, pre_buffer=False)
        names = table.schema_arrow.names
        _check_header(names, columns, file.path)
        batches = table.iter_batches(
            _ROWS_AT_ONCE, columns=columns.wanted(names), use_threads=False
        )
        rows = (row for batch in batches for row in _python_rows(batch))
        for number, row in enumerate(rows, start=1):
            position = file.size * number // table.metadata.num_rows
            yield position, _parquet_item(row, columns, f"{file.path}:{number}")
    except pa.ArrowException as error:
        raise OSError(str(error)) from error


def _python_rows(batch: Any) -> Iterator[dict[str, Any] | Exception]:  # noqa: ANN401
    """Yield rows; one that Python cannot hold, such as a string that is not UTF-8, as an error."""
    try:
        yield from batch.to_pylist()
    except (ValueError, OverflowError) as error:
        if batch.num_rows == 1:
            yield error
        else:
            for number in range(batch.num_rows):
                yield from _python_rows(batch.slice(number, 1))


def _parquet_item(row: dict[str, Any] | Exception, columns: Columns, place: str) -> Item:
    if isinstance(row, Exception):
        return Problem(
            place, f"{place}: {row}", "mend the row, or leave its column out with --keep"
        )
    try:
        text = row[columns.text]
        if isinstance(text, bytes):  # some writers do not say that a column holds strings
            text = decode_text(text, place)
        fields = {name: json_value(value) for name, value in row.items() if name != columns.text}
        return Document(place, record_from_row({**fields, columns.text: text}, columns, place))
    except InputError as error:
        return Problem.of(place, error)


def _document(header: Sequence[str], row: Sequence[str], columns: Columns, place: str) -> Document:
    if len(row) != len(header):
        raise InputError(
            f"{place}: {len(row)} fields where the header has {len(header)}",
            "put quotes around texts that hold the delimiter or a line break",
        )
    try:
        "".join(row).encode()
    except UnicodeEncodeError as error:
        byte = ord(error.object[error.start]) & 0xFF
        raise InputError(
            f"{place}: not UTF-8: byte 0x{byte:02x}",
            "convert the file, for instance: iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW",
        ) from error
    fields = dict(zip(header, row, strict=True))
    return Document(place, record_from_row(fields, columns, place))


def _delimiter(header: str, candidates: str, text_column: str) -> str:
    for delimiter in candidates:
        if text_column in next(csv.reader([header], delimiter=delimiter)):
            return delimiter
    return candidates[0]


def _broken_header(header: str, path: str, error: csv.Error) -> InputError:
    if "\r" in header.rstrip("\r\n"):
        return InputError(
            f"{path}: broken header: its line ends are CR alone, not LF or CRLF",
            "convert them, for instance: tr '\\r' '\\n' < OLD > NEW",
        )
    return InputError(f"{path}: broken header: {error}", "look at its quotes")


def _check_header(present: Sequence[str], columns: Columns, path: str) -> None:
    missing = [name for name in columns.required if name not in present]
    if missing:
        raise InputError(
            f"{path}: no column {', '.join(map(repr, missing))}; it has {listed(present)}",
            "name the columns with --text-column, --id-column, --published-column and --keep",
        )
    twice = sorted({name for name in present if list(present).count(name) > 1})
    if twice:
        raise InputError(
            f"{path}: two columns are named {', '.join(map(repr, twice))}", "rename one of them"
        )


class _EndlessRowError(InputError):
    """A row after which nothing tells where the next one begins."""


class _Texts(Iterator[str]):
    """Lines as text; after one that is refused, the next can still be asked for.

    Attributes:
        place: where the row stands that is being read.
        row_bytes: what has been read of it; an open quote may make one row of a whole file.
    """

    def __init__(self, lines: Iterator[bytes], place: str) -> None:
        self._lines = lines
        self.place = place
        self.row_bytes = 0

    def __next__(self) -> str:
        line = checked_line(next(self._lines), self.place)
        self.row_bytes += len(line)
        if self.row_bytes > MAX_LINE_BYTES:
            raise _EndlessRowError(
                f"{self.place}: a row of more than {MAX_LINE_BYTES:,} bytes; neither it nor what"
                " follows is tagged",
                "look at the row's quotes, mend the file and tag the rest on its own",
            )
        return line.decode("utf-8", errors="surrogateescape")
