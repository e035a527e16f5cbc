"""When an article was published, as its record says."""

from __future__ import annotations

from datetime import date

from clashtag.errors import InputError
from clashtag.records import Record


def publication_date(record: Record) -> date | None:
    """Return the date in a record's `published` field; None where it has none, or an empty one.

    Raises:
        InputError: if the field does not begin with a date such as 2026-05-08.
    """
    published = record.extra.get("published")
    if published is None or published == "":
        return None
    try:
        return date.fromisoformat(str(published)[:10])
    except ValueError as error:
        raise InputError(
            f"record {record.id!r}: 'published' is {published!r}, which is no ISO date",
            "write it as YYYY-MM-DD, or leave it out",
        ) from error
