"""Gold and predicted records from JSON Lines files, with the hash that identifies each file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from clashtag.errors import InputError, RecordError
from clashtag.records import Record, record_from_dict

_MAX_PROBLEMS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class RecordFile:
    """The records of one file and the sha256 of its bytes."""

    path: Path
    sha256: str
    records: tuple[Record, ...]


def read_record_file(path: Path) -> RecordFile:
    """Read a JSON Lines file of records, every offset checked.

    Raises:
        InputError: if the file cannot be read, holds no record, or has lines that are not
            records; these are listed with their numbers.
    """
    try:
        content = path.read_bytes()
        lines = content.decode("utf-8").split("\n")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}", "check the path") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8: {error}", "convert the file to UTF-8") from error
    records: list[Record] = []
    problems: list[str] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            records.append(record_from_dict(json.loads(line)))
        except json.JSONDecodeError as error:
            problems.append(f"line {number}: not JSON: {error.msg} at column {error.colno}")
        except RecordError as error:
            problems.append(f"line {number}: {error.problem}")
    if not records and not problems:
        problems.append("holds no record")
    if problems:
        hidden = len(problems) - _MAX_PROBLEMS_SHOWN
        more = [f"and {hidden} more"] if hidden > 0 else []
        raise InputError(
            f"{path}: " + "\n".join(problems[:_MAX_PROBLEMS_SHOWN] + more),
            "put one record of the format in data/README.md on each line",
        )
    return RecordFile(path, hashlib.sha256(content).hexdigest(), tuple(records))
