"""Gzip, unpacked piece by piece and never beyond a limit."""

from __future__ import annotations

import zlib

_GZIP = 16 + zlib.MAX_WBITS


class TooLongError(Exception):
    """The unpacked data is longer than the limit."""


class GzipReader:
    """Unpacks gzip, of one or several members, that arrives in pieces.

    Args:
        max_bytes: the unpacked bytes that are allowed.
    """

    def __init__(self, max_bytes: int) -> None:
        self._room = max_bytes
        self._member = zlib.decompressobj(_GZIP)

    @property
    def is_whole(self) -> bool:
        """Whether what was fed so far ends where a member ends."""
        return self._member.eof

    def feed(self, packed: bytes) -> bytes:
        """Return what a piece unpacks to.

        Raises:
            TooLongError: on the first byte beyond the limit; no more than that is unpacked.
            zlib.error: if this is no gzip.
        """
        pieces = []
        while packed:
            if self._member.eof:
                self._member = zlib.decompressobj(_GZIP)
            piece = self._member.decompress(packed, self._room + 1)
            self._room -= len(piece)
            if self._room < 0:
                raise TooLongError
            pieces.append(piece)
            packed = self._member.unused_data or self._member.unconsumed_tail
        return b"".join(pieces)
