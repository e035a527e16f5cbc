"""A corpus file or a part of it: `train.jsonl[15%:]` is all but the first 15% of its documents.

A corpus that is published without a dev file gets one that way. Which part a document belongs to
follows from its name alone: `document` of its records where they have it, else their id.
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
# Of a digest: parts and shares are drawn independently of one another.
_SHARE_BYTES, _PART_BYTES = slice(8, 16), slice(16, 24)


@dataclass(frozen=True, slots=True)
class FilePart:
    """The documents of a file from `low_percent` up to below `high_percent` of all."""

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

    def read(self, format_name: str, folder: Path, share: float = 1.0) -> list[Record]:
        """Return the part's records, read in a format of `read_corpus`.

        Args:
            format_name: the format.
            folder: where the file lies.
            share: of its documents to take; a larger share holds every document of a smaller one.

        Raises:
            ConfigError: if there is no such format.
            InputError: if the file cannot be read.
            RecordError: if it breaks its format, or should be divided and a record has no id.
        """
        path = folder / self.name
        records = read_corpus(format_name, path)
        if (self.low_percent, self.high_percent, share) == (0, 100, 1.0):
            return records
        documents = [_document(record) for record in records]
        if any(document is None for document in documents):
            raise RecordError(f"{path} holds records without an id", "give each record an id")
        return [
            record
            for record, document in zip(records, documents, strict=True)
            if self.low_percent <= 100 * _place(str(document), _PART_BYTES) < self.high_percent
            and _place(str(document), _SHARE_BYTES) < share
        ]


def _document(record: Record) -> object:
    """Return what names the document of a record: what it is a part of, else itself."""
    document = record.extra.get("document")
    return record.id if document is None else document


def _place(document: str, digest_bytes: slice) -> float:
    """Return a number from 0 up to below 1 that follows from a document's name."""
    digest = hashlib.sha256(document.encode()).digest()
    return int.from_bytes(digest[digest_bytes]) / 2**64
