"""Tagging many articles of which some may make the tagger fail."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from clashtag.records import Record
from clashtag.tagger import Tagger


def tag_each(tagger: Tagger, records: Sequence[Record]) -> Iterator[Record | Exception]:
    """Yield each record as tagged, or the error that it causes: one must not stop an archive."""
    tagged_count = 0
    with contextlib.suppress(Exception):  # of a record that is found out below
        for record in tagger.tag_many(records):
            tagged_count += 1
            yield record
    for record in records[tagged_count:]:
        try:
            yield next(tagger.tag_many([record]))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this record's
            yield error


def explain(error: Exception) -> str:
    """Return an error as one line."""
    return f"{type(error).__name__}: {error}"
