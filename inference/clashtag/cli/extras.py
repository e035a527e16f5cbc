"""Optional dependencies: what to install where one is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from clashtag.errors import MissingExtraError


@contextmanager
def requires_extra(extra: str, command: str) -> Iterator[None]:
    """Turn a module that cannot be imported inside the block into the command that installs it.

    Raises:
        MissingExtraError: naming the missing module and the extra that brings it.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] in ("clashtag", "clashtag_training"):
            raise
        raise MissingExtraError(
            f"`clashtag {command}` needs the module {error.name!r}, which is not installed",
            f"pip install 'clashtag[{extra}]'",
        ) from error
