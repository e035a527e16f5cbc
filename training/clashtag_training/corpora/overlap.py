"""Texts that occur more than once, whole or in large part, within and between splits."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from clashtag.records import Record

SHINGLE_WORDS = 8
_HOLDERS_PER_SHINGLE = 8

_WORD = re.compile(r"\w+")

OverlapKind = Literal["same text", "same words", "shared passages"]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two records that share text; the first is the one that comes earlier.

    `share` is the part of the shorter text's 8-word sequences that the other one holds too.
    """

    kind: OverlapKind
    share: float
    first_split: str
    first_id: str
    second_split: str
    second_id: str

    @property
    def is_leak(self) -> bool:
        """Whether the two records lie in different splits."""
        return self.first_split != self.second_split


@dataclass(frozen=True, slots=True)
class _Text:
    split: str
    id: str
    text: str
    words: str
    shingles: frozenset[int]


def find_overlaps(
    splits: Mapping[str, Sequence[Record]], minimum_share: float = 0.5
) -> list[Overlap]:
    """Return the pairs of records that share at least `minimum_share` of the shorter text.

    Case, punctuation and white space do not count. Time and memory grow with the number of
    words: a sequence is compared with its first 8 holders only, so that of many copies of one
    text each is reported beside the earliest ones.

    Args:
        splits: records by split; earlier splits are searched for the texts of later ones.
        minimum_share: between 0 (exclusive) and 1.
    """
    holders: defaultdict[int, list[_Text]] = defaultdict(list)
    overlaps: list[Overlap] = []
    for split, records in splits.items():
        for index, record in enumerate(records):
            text = _read(record, split, index)
            shared = Counter(
                holder for shingle in text.shingles for holder in holders.get(shingle, ())
            )
            for holder, count in shared.items():
                share = count / min(len(text.shingles), len(holder.shingles))
                if share >= minimum_share:
                    overlaps.append(_overlap(holder, text, share))
            for shingle in text.shingles:
                if len(holders[shingle]) < _HOLDERS_PER_SHINGLE:
                    holders[shingle].append(text)
    return overlaps


def _overlap(first: _Text, second: _Text, share: float) -> Overlap:
    kind: OverlapKind = "shared passages"
    if first.text == second.text:
        kind = "same text"
    elif first.words == second.words:
        kind = "same words"
    return Overlap(kind, share, first.split, first.id, second.split, second.id)


def _read(record: Record, split: str, index: int) -> _Text:
    words = _WORD.findall(record.text.casefold())
    sequences = range(max(len(words) - SHINGLE_WORDS, 0) + 1) if words else ()
    return _Text(
        split=split,
        id=record.id or f"#{index}",
        text=record.text,
        words=" ".join(words),
        shingles=frozenset(hash(tuple(words[i : i + SHINGLE_WORDS])) for i in sequences),
    )
