"""Articles from text files and JSON Lines, one at a time; whatever cannot be read is reported."""

from __future__ import annotations

import contextlib
import io
import json
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from clashtag.characters import require_characters
from clashtag.errors import InputError
from clashtag.other_formats import require_plain_name, require_prose, require_unpacked
from clashtag.records import Record

STDIN = "-"
_BOM = "\ufeff"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_JSONL_SUFFIXES = frozenset({".jsonl", ".ndjson"})
_TAGGED_FIELDS = frozenset({"text", "events", "tokens", "windows"})
_JSON_KINDS = {dict: "object", list: "array", str: "string", bool: "boolean"} | dict.fromkeys(
    (int, float), "number"
)


class InputFormat(StrEnum):
    """How a file is read: as one article, as one JSON object a line, or as its name says."""

    AUTO = "auto"
    TEXT = "text"
    JSONL = "jsonl"


def read_articles(
    paths: Iterable[str],
    report: Callable[[InputError], None],
    input_format: InputFormat = InputFormat.AUTO,
) -> Iterator[Record]:
    """Yield the articles of files in order; `-` is standard input.

    A text file is one article whose id is its path. A JSON Lines record keeps its `id` and every
    other field but `events`, `tokens` and `windows`, which tagging replaces. Line ends are kept,
    so that offsets fit the file's own characters; only a byte order mark is left out.

    Args:
        paths: files to read; a `.jsonl` or `.ndjson` file holds one record a line.
        report: called with the explanation of each file or line that cannot be read.
        input_format: reads every file this way, whatever its name says.
    """
    for path in paths:
        try:
            if path == STDIN:
                yield from _stdin_articles(_open_stdin(), report, input_format)
            else:
                yield from _file_articles(path, report, input_format)
        except InputError as error:
            report(error)
        except OSError as error:
            report(unreadable(path, error))


def count_articles(
    paths: Iterable[str], input_format: InputFormat = InputFormat.AUTO
) -> int | None:
    """Return about how many articles files hold; None where only reading them once would tell."""
    count = 0
    for path in map(Path, paths):
        if not path.is_file():
            return None
        count += 1
        if _format_of(path, input_format) is InputFormat.JSONL:
            with contextlib.suppress(OSError), path.open("rb") as lines:
                count += sum(not line.isspace() for line in lines) - 1
    return count


def _file_articles(
    path: str, report: Callable[[InputError], None], input_format: InputFormat
) -> Iterator[Record]:
    with Path(path).open("rb") as file:
        if input_format is InputFormat.AUTO:
            require_plain_name(Path(path))
        if _format_of(Path(path), input_format) is InputFormat.JSONL:
            yield from _jsonl_articles(file, path, report)
        else:
            text = article_text(file.read(), path)
            if input_format is InputFormat.AUTO:
                require_prose(text, path)
            yield Record(text=text, id=path)


def _format_of(path: Path, input_format: InputFormat) -> InputFormat:
    if input_format is not InputFormat.AUTO:
        return input_format
    return InputFormat.JSONL if path.suffix.lower() in _JSONL_SUFFIXES else InputFormat.TEXT


def _stdin_articles(
    stdin: BinaryIO, report: Callable[[InputError], None], input_format: InputFormat
) -> Iterator[Record]:
    lines: Iterable[bytes] = stdin
    is_detected = input_format is InputFormat.AUTO
    if is_detected:
        input_format, lines = _detect_format(stdin)
    if input_format is InputFormat.JSONL:
        yield from _jsonl_articles(lines, "standard input", report)
        return
    text = article_text(b"".join(lines), "standard input")
    if is_detected:
        require_prose(text, "standard input")
    yield Record(text=text, id="stdin")


def _open_stdin() -> BinaryIO:
    """Return a stream of its own on standard input: a thread may be reading it when Python exits.

    Raises:
        InputError: if there is no standard input.
    """
    if sys.stdin is None:
        raise InputError(
            "standard input is closed", "pipe articles into it, or name files instead of `-`"
        )
    try:
        return open(sys.stdin.buffer.fileno(), "rb", closefd=False)
    except io.UnsupportedOperation:  # a stream in memory
        return sys.stdin.buffer


def may_keep_waiting(path: str) -> bool:
    """Return whether a reader may have to wait for a writer: at a pipe, a socket or a terminal."""
    try:
        is_stdin = path == STDIN and sys.stdin is not None
        status = os.fstat(sys.stdin.buffer.fileno()) if is_stdin else Path(path).stat()
    except OSError:
        return False
    return not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode))


def _detect_format(stream: BinaryIO) -> tuple[InputFormat, Iterable[bytes]]:
    """Look at the first line that is not blank; return the format and all of the lines."""
    seen: list[bytes] = []
    for line in stream:
        seen.append(line)
        if line.strip():
            break
    try:
        fields = json.loads(b"".join(seen).removeprefix(_BOM.encode()))
    except (ValueError, RecursionError):
        fields = None
    is_record = isinstance(fields, dict) and "text" in fields
    return (InputFormat.JSONL if is_record else InputFormat.TEXT), chain(seen, stream)


def _jsonl_articles(
    lines: Iterable[bytes], name: str, report: Callable[[InputError], None]
) -> Iterator[Record]:
    is_empty = True
    for number, line in enumerate(lines, start=1):
        content = line.removeprefix(_BOM.encode()) if number == 1 else line
        if not content.strip():
            continue
        is_empty = False
        try:
            yield _article(content, f"{name}:{number}")
        except InputError as error:
            report(error)
    if is_empty:
        raise _empty(name)


def _article(line: bytes, place: str) -> Record:
    fields = json_object(decode_text(line, place), place)
    text, id_ = fields.get("text"), fields.get("id")
    if not isinstance(text, str):
        found = "no such field" if "text" not in fields else f"a value of type {_kind(text)}"
        raise InputError(
            f"{place}: 'text' must be a string, found {found}",
            'each line needs the article as {"id": "...", "text": "..."}',
        )
    if isinstance(id_, bool) or not isinstance(id_, str | int | None):
        raise InputError(
            f"{place}: 'id' must be a string or a whole number, found a value of type {_kind(id_)}",
            "give each record a plain id, or none",
        )
    require_characters(text, f"{place}: 'text'")
    require_characters(str(id_), f"{place}: 'id'")
    extra = {key: value for key, value in fields.items() if key not in _TAGGED_FIELDS}
    try:
        json.dumps(extra, allow_nan=False)
    except ValueError as error:
        raise InputError(
            f"{place}: a number is too large for JSON", "write it as a string"
        ) from error
    if isinstance(id_, str):
        del extra["id"]  # any other id stays in `extra`, to come out as the number that came in
    return Record(text=text, id=None if id_ is None else str(id_), extra=extra)


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


def json_object(text: str, place: str) -> dict[str, Any]:
    """Return the JSON object that a text holds.

    Raises:
        InputError: naming `place`, if it holds anything else.
    """
    try:
        fields = json.loads(text.rstrip(), parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{place}: not JSON: {error.msg} at column {error.colno}",
            "put one JSON object on each line, or read the file with --input-format text",
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}: JSON that cannot be read: {error}", "simplify it") from error
    if not isinstance(fields, dict):
        raise InputError(
            f"{place}: expected a JSON object, found a value of type {_kind(fields)}",
            'each line needs the article as {"id": "...", "text": "..."}',
        )
    return fields


def article_text(data: bytes, name: str) -> str:
    """Return a file's bytes as an article, without a byte order mark.

    Raises:
        InputError: naming the file, if it is no UTF-8 text or blank.
    """
    text = decode_text(data, name).removeprefix(_BOM)
    if not text.strip():
        raise _empty(name)
    return text


def decode_text(data: bytes, place: str) -> str:
    """Return UTF-8 bytes as text.

    Raises:
        InputError: naming `place` and the first byte that is wrong.
    """
    if data.startswith(_UTF16_BOMS):
        raise InputError(
            f"{place}: is UTF-16, not UTF-8, by its first two bytes",
            "convert it: iconv -f UTF-16 -t UTF-8 OLD > NEW",
        )
    require_unpacked(data, place)
    null = data.find(b"\0")
    if null >= 0:
        raise InputError(
            f"{place}: looks binary: NUL byte at byte offset {null}",
            "extract its text into a UTF-8 file first",
        )
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise InputError(
            f"{place}: not UTF-8: byte 0x{data[error.start]:02x} at byte offset {error.start}",
            "convert it (for instance: iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW),"
            " or extract its text first if it is no text file",
        ) from error


def _empty(name: str) -> InputError:
    return InputError(f"{name}: holds no text", "check that it was written, or leave it out")


def unreadable(path: str, error: OSError) -> InputError:
    """Return why the system could not read a file, as a user can understand it."""
    if isinstance(error, FileNotFoundError):
        return InputError(f"{path}: no such file", "check the path; `-` reads standard input")
    if isinstance(error, IsADirectoryError):
        return InputError(f"{path}: is a directory", f"name its files, for instance {path}/*.txt")
    if isinstance(error, PermissionError):
        return InputError(f"{path}: no permission to read it", "change its mode or your user")
    return InputError(f"{path}: {error.strerror or error}", "check the disk or the network mount")


def _kind(value: object) -> str:
    """Name the JSON type of a decoded value."""
    if value is None:
        return "null"
    return _JSON_KINDS.get(type(value), type(value).__name__)
