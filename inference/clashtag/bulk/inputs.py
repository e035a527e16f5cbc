"""The files of a bulk run: found by name, folder or pattern, and opened whatever packs them."""

from __future__ import annotations

import glob
import gzip
import hashlib
import io
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from clashtag.errors import InputError

_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_ZSTD_SKIPPABLE = b"\x2a\x4d\x18"  # after one byte of 0x50 to 0x5f; parallel packers begin with it
_PACKED_SUFFIXES = (".gz", ".zst")
_HIDDEN = (".", "_")
_MAX_PROBLEMS_SHOWN = 20


class FileKind(StrEnum):
    """What a file holds: one article as text, or articles as rows."""

    TEXT = "text"
    JSONL = "jsonl"
    CSV = "csv"
    TSV = "tsv"
    PARQUET = "parquet"


_KINDS = {
    ".txt": FileKind.TEXT,
    ".text": FileKind.TEXT,
    ".jsonl": FileKind.JSONL,
    ".ndjson": FileKind.JSONL,
    ".csv": FileKind.CSV,
    ".tsv": FileKind.TSV,
    ".parquet": FileKind.PARQUET,
    ".pq": FileKind.PARQUET,
}


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read; `size` counts the bytes on disk, packed or not."""

    path: str
    kind: FileKind
    size: int


@dataclass(frozen=True, slots=True)
class Survey:
    """How much there is to read; `sha256` stands for the names and sizes of all files."""

    files: int
    size: int
    first: str
    last: str
    sha256: str


def find_inputs(
    names: Iterable[str],
    kind: FileKind | None,
    output: Path | None = None,
    left_out: Callable[[str], None] = lambda _: None,
) -> Iterator[InputFile]:
    """Yield the files that names stand for, in the order of the names, then by path.

    A name is a file, a folder, which is searched with its folders, or a pattern such as
    `2024/**/*.jsonl.gz`. In a folder, names that begin with `.` or `_` are passed over.

    Args:
        names: as given on a command line.
        kind: how every file is read; None goes by the suffix before `.gz` and `.zst`.
        output: a folder of which no file is yielded, whatever folder or pattern leads to it.
        left_out: called with each file of a folder whose suffix tells nothing.

    Raises:
        InputError: naming whatever cannot be found or read, after all that can.
    """
    problems: list[str] = []
    for name in names:
        try:
            yield from _files_of(name, kind, output, left_out, problems)
        except OSError as error:
            problems.append(f"{error.filename or name}: {error.strerror or error}")
    if problems:
        shown = problems[:_MAX_PROBLEMS_SHOWN]
        more = len(problems) - len(shown)
        raise InputError(
            "; ".join(shown) + (f"; and {more:,} more" if more else ""),
            "correct these inputs or leave them out; nothing was tagged",
        )


def survey_inputs(files: Iterable[InputFile]) -> Survey:
    """Count files and bytes, and hash the names and sizes in their order."""
    count = size = 0
    first = last = ""
    digest = hashlib.sha256()
    for file in files:
        count += 1
        size += file.size
        first, last = first or file.path, file.path
        digest.update(f"{file.kind}\0{file.path}\0{file.size}\n".encode(errors="surrogateescape"))
    return Survey(count, size, first, last, digest.hexdigest())


def unpacked(raw: io.FileIO) -> io.BufferedIOBase:
    """Return a stream of a file's contents, unpacked if its first bytes say gzip or zstd.

    Damage shows while reading, as an `EOFError`, a `zlib.error` or an `OSError` without a number.
    """
    head = raw.read(4)
    raw.seek(0)
    if head.startswith(_GZIP_MAGIC):
        # Not buffered again: that would lose what stands just before the end of a file cut short.
        return gzip.GzipFile(fileobj=raw)
    if head == _ZSTD_MAGIC or (head[1:] == _ZSTD_SKIPPABLE and head[0] & 0xF0 == 0x50):
        # The readers of the zstandard package take a file that was cut short for a whole one.
        import pyarrow as pa  # noqa: PLC0415

        return io.BufferedReader(pa.CompressedInputStream(raw, "zstd"))
    return io.BufferedReader(raw)


def _files_of(
    name: str,
    kind: FileKind | None,
    output: Path | None,
    left_out: Callable[[str], None],
    problems: list[str],
) -> Iterator[InputFile]:
    if name == "-":
        problems.append(
            "standard input cannot be read again after an interruption: write it to a file, or "
            "pipe it through `clashtag tag -`"
        )
    elif Path(name).is_dir():
        is_empty = True
        for file in _outside(output, _walk(name, set())):
            file_kind = kind or kind_of(file)
            if file_kind is None:
                left_out(file)
            else:
                is_empty = False
                yield _input_file(file, file_kind)
        if is_empty:
            problems.append(f"{name}: no file in this folder has a suffix of {', '.join(_KINDS)}")
    elif Path(name).exists() or not glob.has_magic(name):
        yield from _explicit_file(name, kind, problems)
    else:
        found = glob.iglob(name, recursive=True)  # noqa: PTH207 - a Path takes no absolute pattern
        matches = sorted(_outside(output, (path for path in found if Path(path).is_file())))
        if not matches:
            problems.append(f"{name}: no file matches this pattern")
        for path in matches:
            yield from _explicit_file(path, kind, problems)


def _explicit_file(path: str, kind: FileKind | None, problems: list[str]) -> Iterator[InputFile]:
    file_kind = kind or kind_of(path)
    if not Path(path).exists():
        problems.append(f"{path}: no such file")
    elif not Path(path).is_file():
        problems.append(f"{path}: is neither a file nor a folder, and could not be read twice")
    elif not os.access(path, os.R_OK):
        problems.append(f"{path}: no permission to read it")
    elif file_kind is None:
        problems.append(f"{path}: its name does not say what it holds; give --input-format")
    else:
        yield _input_file(path, file_kind)


def kind_of(path: str) -> FileKind | None:
    """Return what a file holds by its suffix, `.gz` and `.zst` set aside."""
    name = path.lower()
    for suffix in _PACKED_SUFFIXES:
        name = name.removesuffix(suffix)
    return _KINDS.get(Path(name).suffix)


def _walk(folder: str, seen: set[Path]) -> Iterator[str]:
    """Yield the files below a folder by path, holding the names of one folder at a time.

    Links are followed; a folder that is reached twice is read once, so that loops end.
    """
    place = Path(folder).resolve()
    if place in seen:
        return
    seen.add(place)
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries if not entry.name.startswith(_HIDDEN))
    for name in names:
        path = f"{folder.rstrip(os.sep)}{os.sep}{name}"
        if Path(path).is_dir():
            yield from _walk(path, seen)
        elif Path(path).is_file():
            yield path


def _outside(folder: Path | None, paths: Iterable[str]) -> Iterator[str]:
    """Yield the paths that do not lie in a folder."""
    top = None if folder is None else folder.resolve()
    return (path for path in paths if top is None or not Path(path).resolve().is_relative_to(top))


def _input_file(path: str, kind: FileKind) -> InputFile:
    return InputFile(path, kind, Path(path).stat().st_size)
