"""Files that hold no plain article: refused with what reads them, not swallowed as text."""

from __future__ import annotations

import json
from pathlib import Path

from clashtag.errors import InputError

_ARCHIVE = "tag it with `clashtag run {path} --output FOLDER`"
_AS_IT_IS = "take it as one article, as it is, with --input-format text"
_EXTRACT = "extract its text into a UTF-8 file first"
_ONE_A_LINE = (
    'read it with --input-format jsonl if each line holds an object {{"id": "...", "text": "..."}}'
    " (made of an array by jq -c '.[]' OLD > NEW.jsonl)"
)
_READ_WITH = (
    dict.fromkeys((".gz", ".zst", ".parquet", ".pq"), _ARCHIVE)
    | dict.fromkeys((".csv", ".tsv"), f"{_ARCHIVE}, or {_AS_IT_IS}")
    | dict.fromkeys((".html", ".htm", ".xhtml", ".xml", ".rtf"), f"{_EXTRACT}, or {_AS_IT_IS}")
    | dict.fromkeys((".pdf", ".doc", ".docx", ".odt", ".epub", ".xls", ".xlsx"), _EXTRACT)
    | dict.fromkeys((".zip", ".tar", ".tgz", ".bz2", ".xz", ".7z"), "unpack it first")
    | {".json": f"{_ONE_A_LINE}, or {_AS_IT_IS}"}
)
_PACKED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}


def require_plain_name(path: Path) -> None:
    """Refuse a file whose suffix says that it is no plain text.

    Raises:
        InputError: naming the file, its format and what reads it.
    """
    suffix = path.suffix.lower()
    if suffix in _READ_WITH:
        raise InputError(
            f"{path}: by its name it holds {suffix}, not the plain text of one article",
            _READ_WITH[suffix].format(path=path),
        )


def require_unpacked(data: bytes, place: str) -> None:
    """Refuse bytes that are packed.

    Raises:
        InputError: naming the place and what packed them.
    """
    for magic, packer in _PACKED.items():
        if data.startswith(magic):
            raise InputError(
                f"{place}: is packed with {packer}, by its first bytes",
                f"unpack it ({packer} -d), or tag it with `clashtag run`",
            )


def require_prose(text: str, place: str) -> None:
    """Refuse a text that is a JSON document.

    Raises:
        InputError: naming the place and how its articles can be read.
    """
    text = text.lstrip()
    first_line = text.partition("\n")[0]
    if not (_is_json(text, "{[") or _is_json(first_line, "{")):
        return
    raise InputError(
        f"{place}: holds a JSON document, not the plain text of one article",
        f"{_ONE_A_LINE.format()}, or {_AS_IT_IS}",
    )


def _is_json(text: str, openings: str) -> bool:
    if not text.startswith(tuple(openings)):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
