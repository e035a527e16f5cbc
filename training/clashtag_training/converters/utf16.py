"""Offsets in UTF-16 code units, in which JavaScript and Java count characters."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate

from clashtag.errors import RecordError


class Utf16Offsets:
    """Translates offsets of one text; characters beyond U+FFFF count twice in UTF-16."""

    def __init__(self, text: str) -> None:
        units = (2 if ord(character) > 0xFFFF else 1 for character in text)
        self._starts = list(accumulate(units, initial=0))

    def from_code_points(self, offset: int) -> int:
        """Return the offset in UTF-16 code units."""
        return self._starts[offset]

    def to_code_points(self, offset: int) -> int:
        """Return the offset in code points.

        Raises:
            RecordError: if it lies outside the text or inside a character.
        """
        index = bisect_left(self._starts, offset)
        if index == len(self._starts) or self._starts[index] != offset:
            raise RecordError(
                f"offset {offset} lies outside the text or inside a character, counted in UTF-16",
                "check that text and offsets come from the same export",
            )
        return index
