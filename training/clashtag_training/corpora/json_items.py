"""JSON and JSON Lines files, object by object, with every bad one reported at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from clashtag.errors import InputError, RecordError

_LISTED_PROBLEMS = 50
_SHOWN_CHARACTERS = 60

S = TypeVar("S")
T = TypeVar("T")


def read_items(path: Path, convert: Callable[[Mapping[str, Any]], T]) -> list[T]:
    """Convert each object of a JSON Lines file, or of a file with one JSON array.

    Args:
        path: a UTF-8 file; blank lines are skipped.
        convert: turns a decoded object into a record and raises RecordError where it cannot.

    Raises:
        InputError: if the file cannot be read.
        RecordError: listing every object that is not JSON or that `convert` refused, by line
            (by position in an array), up to 50 and the number of the others.
    """
    items = ((f"{path}:{number}", encoded) for number, encoded in _encoded_items(path))
    return convert_all(items, lambda encoded: convert(_decoded(encoded)))


def convert_all(items: Iterable[tuple[str, S]], convert: Callable[[S], T]) -> list[T]:
    """Convert items, each given with the name of its place.

    Raises:
        RecordError: listing every item that `convert` refused with one, up to 50 and the number
            of the others.
    """
    records: list[T] = []
    problems: list[str] = []
    for place, item in items:
        try:
            records.append(convert(item))
        except RecordError as error:
            problems.append(f"{place}: {error.problem}")
    raise_problems(problems)
    return records


def raise_problems(problems: list[str]) -> None:
    """Raise one RecordError that lists the problems, if there are any."""
    if not problems:
        return
    listed = problems[:_LISTED_PROBLEMS]
    if len(problems) > len(listed):
        listed.append(f"... and {len(problems) - len(listed)} more")
    raise RecordError(
        f"{len(problems)} bad record(s):\n  " + "\n  ".join(listed),
        "correct these lines, or name the format that the file is in",
    )


def read_text(path: Path) -> str:
    """Return a UTF-8 file's text, without a byte-order mark.

    Raises:
        InputError: if the path is missing, is a folder, cannot be read or is not UTF-8.
    """
    try:
        return _read_bytes(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8: {error}", "convert the file to UTF-8") from error


def need(fields: object, key: str, kind: type[T]) -> T:
    """Return `fields[key]`, a value of type `kind`.

    Raises:
        RecordError: if `fields` is no object, or the value is missing or of another type.
    """
    if not isinstance(fields, Mapping):
        raise RecordError(f"expected an object with {key!r}, found {shown(fields)}", _COMPARE)
    if key not in fields:
        raise RecordError(f"lacks {key!r}", _COMPARE)
    value = fields[key]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise RecordError(f"{key!r} must be {_NAMES[kind]}, found {shown(value)}", _COMPARE)
    return value


def shown(value: object) -> str:
    """Return a value's short form for an error message."""
    text = repr(value)
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 3] + "..."


_COMPARE = "compare the file with its corpus's published format"
_NAMES: dict[type, str] = {
    dict: "an object",
    int: "a whole number",
    list: "a list",
    str: "a string",
}


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}", "check the path") from error


def _encoded_items(path: Path) -> Iterator[tuple[int, bytes | object]]:
    """Yield each line with its number, or each member of a JSON array with its position."""
    content = _read_bytes(path)
    if content.lstrip().startswith(b"["):
        try:
            members = json.loads(content)
        except ValueError as error:
            raise RecordError(f"{path} is not a JSON array: {error}", _COMPARE) from error
        yield from enumerate(members, start=1)
        return
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.strip():
            yield number, line


def _decoded(encoded: bytes | object) -> Mapping[str, Any]:
    value = encoded
    if isinstance(encoded, bytes):
        try:
            value = json.loads(encoded.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise RecordError(f"is not UTF-8 at byte {error.start}", _COMPARE) from error
        except ValueError as error:
            line = encoded.decode("utf-8", errors="replace").strip()
            raise RecordError(f"is not JSON ({error}): {shown(line)}", _COMPARE) from error
    if not isinstance(value, Mapping):
        raise RecordError(f"must be an object, found {shown(value)}", _COMPARE)
    return value
