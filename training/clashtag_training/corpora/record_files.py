"""The record format on disk: one JSON object a line, one file a split."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from clashtag.errors import InputError, RecordError
from clashtag.records import Record, record_from_dict, record_to_dict
from clashtag_training.corpora.json_items import read_items

SPLITS = ("train", "dev", "test")


def read_records(path: Path) -> list[Record]:
    """Read a file of records (UTF-8 JSON Lines) and check every offset.

    Raises:
        InputError: if the file cannot be read.
        RecordError: listing every bad line with its number, value and reason.
    """
    return read_items(path, _record)


def read_splits(folder: Path) -> dict[str, list[Record]]:
    """Read those of train.jsonl, dev.jsonl and test.jsonl that lie in a folder.

    Raises:
        InputError: if the folder holds none of them.
        RecordError: listing the bad lines of all of them.
    """
    paths = {split: folder / f"{split}.jsonl" for split in SPLITS}
    paths = {split: path for split, path in paths.items() if path.is_file()}
    if not paths:
        raise InputError(
            f"{folder} holds none of {', '.join(f'{split}.jsonl' for split in SPLITS)}",
            "give the folder that holds the splits of one corpus",
        )
    splits: dict[str, list[Record]] = {}
    errors: list[RecordError] = []
    for split, path in paths.items():
        try:
            splits[split] = read_records(path)
        except RecordError as error:
            errors.append(error)
    if errors:
        raise RecordError("\n".join(error.problem for error in errors), errors[0].next_step)
    return splits


def write_records(path: Path, records: Iterable[Record]) -> None:
    """Write records as UTF-8 JSON Lines; the file appears complete or not at all."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as lines:
            for record in records:
                lines.write(json.dumps(record_to_dict(record), ensure_ascii=False) + "\n")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _record(fields: Mapping[str, Any]) -> Record:
    record = record_from_dict(fields)
    try:
        record.text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise RecordError(
            f"record {record.id!r}: 'text' holds half a surrogate pair at {error.start}",
            "write the character itself, or both halves",
        ) from error
    return record
