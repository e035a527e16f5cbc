"""Lines of a file that may be damaged, endless or in another encoding."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator

from clashtag.errors import InputError

MAX_LINE_BYTES = 64 * 2**20
_SKIPPED_AT_ONCE = 2**20
_UTF16_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def bounded_lines(
    stream: io.BufferedIOBase, path: str, max_bytes: int = MAX_LINE_BYTES
) -> Iterator[bytes]:
    """Yield lines with their ends, without a byte order mark; hold no more than `max_bytes`.

    A longer line comes as its first `max_bytes` + 1 bytes: `checked_line` refuses it.

    Raises:
        InputError: if the file is UTF-16.
    """
    is_first = True
    while line := stream.readline(max_bytes + 1):
        if len(line) > max_bytes and not line.endswith(b"\n"):
            rest = line
            while rest and not rest.endswith(b"\n"):
                rest = stream.readline(_SKIPPED_AT_ONCE)
        if is_first:
            if line.startswith(_UTF16_BOMS):
                raise InputError(
                    f"{path}: is UTF-16, not UTF-8, by its first two bytes",
                    "convert it: iconv -f UTF-16 -t UTF-8 OLD > NEW",
                )
            line = line.removeprefix(codecs.BOM_UTF8)
            is_first = False
        yield line


def checked_line(line: bytes, place: str, max_bytes: int = MAX_LINE_BYTES) -> bytes:
    """Return a line of `bounded_lines`.

    Raises:
        InputError: if it was too long.
    """
    if len(line) > max_bytes:
        raise InputError(
            f"{place}: a line of more than {max_bytes:,} bytes",
            "check that its articles stand on lines of their own",
        )
    return line
