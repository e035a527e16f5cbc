"""Ids met so far, in bounded memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


class SeenIds:
    """Remembers ids in 8 bytes each, as hashes.

    Among a hundred million ids, the odds that two different ones count as one are 1 in 3,700.
    """

    def __init__(self) -> None:
        # Sorted, each at least twice as long as the next: adding costs little, however many.
        self._levels: list[NDArray[np.uint64]] = []

    def add(self, ids: Iterable[str]) -> list[bool]:
        """Add ids and return for each whether it was there before."""
        hashes = np.array([_hash(id_) for id_ in ids], dtype=np.uint64)
        unique, first = np.unique(hashes, return_index=True)
        is_old = np.ones(len(hashes), dtype=np.bool_)
        is_old[first] = np.isin(unique, self._known(unique))
        self._insert(unique)
        return [bool(old) for old in is_old]

    def _known(self, hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return those of the sorted hashes that are in a level, more than once maybe."""
        found = [np.zeros(0, dtype=np.uint64)]
        for level in self._levels:
            at = np.minimum(np.searchsorted(level, hashes), len(level) - 1)
            found.append(hashes[level[at] == hashes])
        return np.concatenate(found)

    def _insert(self, hashes: NDArray[np.uint64]) -> None:
        if not len(hashes):
            return
        self._levels.append(hashes)
        while len(self._levels) > 1 and len(self._levels[-2]) < 2 * len(self._levels[-1]):
            last = self._levels.pop()
            self._levels[-1] = np.union1d(self._levels[-1], last)


def _hash(id_: str) -> int:
    return int.from_bytes(hashlib.blake2b(id_.encode(), digest_size=8).digest(), "little")
