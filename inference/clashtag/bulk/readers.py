"""Articles out of input files, one at a time; what cannot be read is an item of its own."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterable, Iterator

from clashtag.bulk.inputs import FileKind, InputFile, unpacked
from clashtag.bulk.items import Document, Item, Problem
from clashtag.bulk.lines import bounded_lines, checked_line
from clashtag.bulk.rows import MAX_CHARACTERS, Columns, record_from_row
from clashtag.bulk.table_readers import csv_items, parquet_items
from clashtag.errors import InputError
from clashtag.text_files import article_text, decode_text, json_object, unreadable

_MAX_TEXT_BYTES = 4 * MAX_CHARACTERS

# Yields the items of an open file, each with the bytes of the file read so far.
Reader = Callable[[InputFile, io.FileIO, Columns], Iterator[tuple[int, Item]]]


def read_items(files: Iterable[InputFile], columns: Columns) -> Iterator[tuple[int, Item]]:
    """Yield the items of files in order, each with the bytes of all files read so far.

    A damaged file gives what comes before the damage and a problem; the files after it are read.

    Raises:
        OSError: naming the file, if the system fails to read it.
    """
    size_before = 0
    for file in files:
        for position, item in _file_items(file, columns):
            yield size_before + position, item
        size_before += file.size


def _file_items(file: InputFile, columns: Columns) -> Iterator[tuple[int, Item]]:
    last: str | None = None
    try:
        with io.FileIO(file.path) as raw:
            for position, item in _READERS[file.kind](file, raw, columns):
                last = item.place
                yield position, item
    except InputError as error:
        yield file.size, Problem.of(file.path, error)
    except (EOFError, zlib.error) as error:
        yield file.size, _damage(file.path, last, error)
    except OSError as error:
        if error.errno is None:  # from an unpacker, not from the system
            yield file.size, _damage(file.path, last, error)
        elif file.kind is FileKind.TEXT and isinstance(error, FileNotFoundError | PermissionError):
            yield file.size, Problem.of(file.path, unreadable(file.path, error))
        else:
            error.filename = error.filename or file.path
            raise


def _damage(path: str, last: str | None, error: Exception) -> Problem:
    rest = f"what follows {last}" if last else "it"
    return Problem(
        path,
        f"{path}: damaged, or not what its name says: {error}",
        f"mend the file and tag {rest} on its own",
    )


def _text_items(file: InputFile, raw: io.FileIO, _: Columns) -> Iterator[tuple[int, Item]]:
    with unpacked(raw) as stream:
        data = stream.read(_MAX_TEXT_BYTES + 1)
    if len(data) > _MAX_TEXT_BYTES:
        raise InputError(
            f"{file.path}: more than {_MAX_TEXT_BYTES:,} bytes are too many for one article",
            "divide it into articles, or say what it holds with --input-format",
        )
    text = article_text(data, file.path)
    record = record_from_row({"text": text, "id": file.path}, Columns(), file.path)
    yield file.size, Document(file.path, record)


def _jsonl_items(file: InputFile, raw: io.FileIO, columns: Columns) -> Iterator[tuple[int, Item]]:
    with unpacked(raw) as stream:
        for number, line in enumerate(bounded_lines(stream, file.path), start=1):
            if line.strip():
                yield raw.tell(), _jsonl_item(line, columns, f"{file.path}:{number}")


def _jsonl_item(line: bytes, columns: Columns, place: str) -> Item:
    try:
        fields = json_object(decode_text(checked_line(line, place), place), place)
        return Document(place, record_from_row(fields, columns, place))
    except InputError as error:
        return Problem.of(place, error)


_READERS: dict[FileKind, Reader] = {
    FileKind.TEXT: _text_items,
    FileKind.JSONL: _jsonl_items,
    FileKind.CSV: csv_items,
    FileKind.TSV: csv_items,
    FileKind.PARQUET: parquet_items,
}
