"""Many articles of which some may make the tagger or the analysis fail: each fails alone."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from clashtag.errors import InputError
from clashtag.records import Record
from clashtag.tagger import Tagger

_REPORT_IT = "please report it with the article; `clashtag debug` prints what else to say"


def tag_each(tagger: Tagger, records: Sequence[Record]) -> Iterator[Record | Exception]:
    """Yield each record as tagged, or the error that it causes: one must not stop the others.

    Raises:
        OSError: what the system fails at is no fault of a record.
    """
    tagged_count = 0
    try:
        for record in tagger.tag_many(records):
            tagged_count += 1
            yield record
    except OSError:
        raise
    except Exception:  # noqa: BLE001 - whose it is, is found out below
        yield from (_alone(tagger, record) for record in records[tagged_count:])


def _alone(tagger: Tagger, record: Record) -> Record | Exception:
    try:
        return next(tagger.tag_many([record]))
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it is this record's
        return error


def not_tagged(place: str, error: Exception) -> InputError:
    """Return the error of an article at a place, for whoever is to read it."""
    return InputError(f"{place}: could not be tagged: {explain(error)}", _REPORT_IT)


@contextlib.contextmanager
def analysing(place: str) -> Iterator[None]:
    """Let whatever goes wrong in the analysis of one article be that article's error.

    What the system fails at, an `OSError`, is no fault of an article and passes.

    Raises:
        InputError: naming the article by its place, and the cause.
    """
    failed = f"{place}: tagged, but without incidents"
    try:
        yield
    except OSError:
        raise
    except InputError as error:
        raise InputError(f"{failed}: {error.problem}", error.next_step) from error
    except Exception as error:
        raise InputError(f"{failed}: {explain(error)}", _REPORT_IT) from error


def explain(error: Exception) -> str:
    """Return an error as one line."""
    return f"{type(error).__name__}: {error}"
