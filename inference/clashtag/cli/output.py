"""Output files that appear whole or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def open_output(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that takes its name only once it is complete.

    It grows beside its goal as `.NAME.RANDOM.partial`, which a failure removes and a kill leaves.
    A device or a pipe is written directly.

    Raises:
        OSError: naming `path`, also where the system does not (a full disk).
    """
    goal = path.resolve()
    try:
        if goal.exists() and not goal.is_file():
            with goal.open("wb") as file:
                yield file
            return
        partial = goal.with_name(f".{goal.name}.{secrets.token_hex(4)}.partial")
        opened = partial.open("xb")
        try:
            with opened as file:
                yield file
            partial.replace(goal)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        error.filename = str(path)
        raise
