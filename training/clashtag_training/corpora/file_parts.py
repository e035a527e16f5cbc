"""A corpus file or a part of it: `train.jsonl[15%:]` is all but the first 15% of its documents.

A corpus that is published without a dev file gets one that way. Which part a document belongs to
follows from its id alone.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from clashtag.errors import ConfigError, RecordError
from clashtag.records import Record
from clashtag_training.corpora.readers import read_corpus

_PART = re.compile(r"(.+)\[(?:(\d+)%)?:(?:(\d+)%)?\]")


@dataclass(frozen=True, slots=True)
class FilePart:
    """The documents of a file from `low_percent` up to below `high_percent` of all ids."""

    name: str
    low_percent: int = 0
    high_percent: int = 100

    @classmethod
    def parse(cls, text: str) -> FilePart:
        """Read `NAME`, `NAME[15%:]`, `NAME[:15%]` or `NAME[10%:25%]`.

        Raises:
            ConfigError: if the part is empty or ends beyond 100%.
        """
        match = _PART.fullmatch(text)
        if match is None:
            return cls(text)
        name, low, high = match.groups()
        part = cls(name, int(low or 0), int(high or 100))
        if not part.low_percent < part.high_percent <= 100:
            raise ConfigError(
                f"{text!r} names no part of a file", "write it as train.jsonl[15%:] or [:15%]"
            )
        return part

    def read(self, format_name: str, folder: Path) -> list[Record]:
        """Return the part's records, read in a format of `read_corpus`.

        Raises:
            ConfigError: if there is no such format.
            InputError: if the file cannot be read.
            RecordError: if it breaks its format, or should be divided and a record has no id.
        """
        path = folder / self.name
        records = read_corpus(format_name, path)
        if (self.low_percent, self.high_percent) == (0, 100):
            return records
        if any(record.id is None for record in records):
            raise RecordError(f"{path} holds records without an id", "give each record an id")
        return [
            record
            for record in records
            if self.low_percent <= _percentile(str(record.id)) < self.high_percent
        ]


def _percentile(name: str) -> float:
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[16:24]) / 2**64 * 100
