"""BYTES tensors of the Open Inference Protocol: lists of strings, as JSON or as raw bytes."""

from __future__ import annotations

import struct
from collections.abc import Iterable

HEADER_LENGTH = "Inference-Header-Content-Length"
_LENGTH = struct.Struct("<I")


def pack(strings: Iterable[str]) -> bytes:
    """Return strings as raw bytes: each in UTF-8, after its length as four bytes."""
    encoded = [string.encode() for string in strings]
    return b"".join(_LENGTH.pack(len(data)) + data for data in encoded)


def unpack(data: bytes) -> list[str]:
    """Return the strings that raw bytes hold.

    Raises:
        ValueError: if a length does not fit the data, or a string is not UTF-8.
    """
    strings: list[str] = []
    position = 0
    while position < len(data):
        start = position + _LENGTH.size
        if start > len(data):
            raise ValueError(f"the last {len(data) - position} bytes are no length")
        (length,) = _LENGTH.unpack_from(data, position)
        position = start + length
        if position > len(data):
            raise ValueError(f"element {len(strings)} is cut off: {length} bytes were announced")
        try:
            strings.append(data[start:position].decode())
        except UnicodeDecodeError as error:
            raise ValueError(f"element {len(strings)} is not UTF-8: {error}") from error
    return strings


def split_body(body: bytes, header_length: str | None) -> tuple[bytes, bytes]:
    """Divide the body of a request or answer into its JSON and the raw tensors after it.

    Raises:
        ValueError: if the header that says where to divide it is no such number.
    """
    if header_length is None:
        return body, b""
    if not header_length.isascii() or not header_length.isdigit():
        raise ValueError(f"{HEADER_LENGTH} must be a number, found {header_length[:40]!r}")
    length = int(header_length[:20])
    if length > len(body):
        raise ValueError(f"{HEADER_LENGTH} is {length}, but the body has {len(body)} bytes")
    return body[:length], body[length:]
