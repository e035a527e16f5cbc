"""Files that appear whole or not at all, and are still there after the power failed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_PARTIAL = ".{name}.{pid}.partial"
_PARTIAL_PATTERN = ".*.partial"


@contextmanager
def durable_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that takes its name once it is complete and on the disk.

    It grows as `.NAME.PID.partial` in the same folder, which a failure removes and a kill leaves
    behind for `remove_partial_files`.

    Raises:
        OSError: naming `path`, also where the system does not (a full disk).
    """
    partial = path.with_name(_PARTIAL.format(name=path.name, pid=os.getpid()))
    try:
        try:
            with partial.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        error.filename = str(path)
        raise


def write_durably(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    with durable_file(path) as file:
        file.write(data)


def has_size(path: Path, size: int) -> bool:
    """Return whether there is a file of so many bytes."""
    return path.is_file() and path.stat().st_size == size


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last, where the system can be asked to."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_partial_files(folder: Path) -> None:
    """Remove what killed processes left behind in a folder and in those below it."""
    for path in folder.rglob(_PARTIAL_PATTERN):
        path.unlink(missing_ok=True)
