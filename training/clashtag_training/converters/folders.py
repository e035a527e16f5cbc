"""Folders with one document per record, for tools that keep documents in files of their own.

`records.jsonl` beside the documents keeps the order and the fields for which such tools have no
place; they leave it alone. A folder without it is read too: file names then become ids.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from clashtag.errors import InputError
from clashtag.records import Record
from clashtag_training.converters.files import read_text
from clashtag_training.converters.span_graph import header_of

INDEX = "records.jsonl"

_MAX_NAME_CHARACTERS = 80
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")


def document_names(records: Sequence[Record]) -> list[str]:
    """Return a file name without suffix for each record, after its id; no two are alike."""
    names: list[str] = []
    seen: set[str] = set()
    for number, record in enumerate(records, start=1):
        stem = _NOT_IN_NAMES.sub("-", record.id or "").strip(".-")[:_MAX_NAME_CHARACTERS]
        name = stem or f"record-{number}"
        while name.casefold() in seen:
            name = f"{stem or 'record'}-{number}"
            number += len(records)  # noqa: PLW2901 - the next number that no record has
        seen.add(name.casefold())
        names.append(name)
    return names


def index_file(records: Sequence[Record]) -> bytes:
    """Return the content of `records.jsonl`."""
    lines = []
    for name, record in zip(document_names(records), records, strict=True):
        fields = {key: value for key, value in header_of(record).items() if key != "text"}
        lines.append(json.dumps({"document": name, "record": fields}, ensure_ascii=False))
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def documents(folder: Path, suffix: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield the documents of a folder and their fields, in the order of the index.

    Documents that the index lacks come last, in the order of names, with their name as id.

    Raises:
        InputError: if there is no document, or one of the index is missing.
    """
    names = sorted(path.name.removesuffix(suffix) for path in folder.glob(f"*{suffix}"))
    if not names and not (folder / INDEX).is_file():
        raise InputError(f"{folder} holds no *{suffix} files", "give the folder of the documents")
    fields = _read_index(folder / INDEX)
    missing = [name for name in fields if name not in names]
    if missing:
        raise InputError(
            f"{folder / INDEX} lists documents that are not there: {', '.join(missing)}",
            f"add them, or remove their lines from {INDEX}",
        )
    for name in [*fields, *(name for name in names if name not in fields)]:
        yield folder / f"{name}{suffix}", dict(fields.get(name, {"id": name}))


def _read_index(path: Path) -> dict[str, Mapping[str, Any]]:
    if not path.exists():
        return {}
    try:
        lines = [json.loads(line) for line in read_text(path).split("\n") if line]
        return {str(line["document"]): dict(line["record"]) for line in lines}
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path} is no index of documents: {error!r}", "restore it, or remove it"
        ) from error
