"""What a format cannot hold: refused with a list of every loss, or left out on request."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from enum import StrEnum

from clashtag.errors import RecordError
from clashtag.ontology import Ontology
from clashtag.records import Record, record_problems, record_to_dict


class Part(StrEnum):
    """Parts of a record that some formats have no place for."""

    SCORES = "scores"
    MENTIONS = "mentions"
    FIELDS = "fields"


def without(record: Record, parts: Collection[Part]) -> Record:
    """Return a record without its scores, its mentions, or all fields but id and text."""
    if Part.SCORES in parts:
        events = tuple(
            dataclasses.replace(
                event,
                score=None,
                arguments=tuple(dataclasses.replace(a, score=None) for a in event.arguments),
            )
            for event in record.events
        )
        record = dataclasses.replace(record, events=events)
    if Part.MENTIONS in parts:
        record = dataclasses.replace(record, mentions=())
    if Part.FIELDS in parts:
        record = dataclasses.replace(record, extra={}, tokens=None, windows=None)
    return record


def refuse_losses(
    records: Sequence[Record],
    target: str,
    *,
    lacks: Collection[Part] = (),
    limits: Callable[[Record], Iterable[str]] | None = None,
    ontology: Ontology | None = None,
) -> None:
    """Check that a format can hold all of some records.

    Args:
        records: what is to be written.
        target: the format's name, for the error.
        lacks: the parts of records that the format has no place for.
        limits: yields what else the format cannot hold of a record.
        ontology: the labels that the tool is set up with, if any.

    Raises:
        RecordError: listing everything of every record that would be lost.
    """
    problems = [
        f"{record.id or record.text[:40]!r}: {problem}"
        for record in records
        for problem in _problems(record, lacks, limits, ontology)
    ]
    if problems:
        drops = [f"`--drop {part}`" for part in Part if part in lacks]
        advice = f"leave parts out knowingly ({', '.join(drops)}), " if drops else ""
        raise RecordError(
            f"{target} cannot hold all of these records:\n  " + "\n  ".join(problems),
            f"{advice}correct the records, or choose another format",
        )


def _problems(
    record: Record,
    lacks: Collection[Part],
    limits: Callable[[Record], Iterable[str]] | None,
    ontology: Ontology | None,
) -> Iterator[str]:
    broken = record_problems(record_to_dict(record))
    if broken:
        yield from broken
        return
    try:
        record.text.encode("utf-8")
    except UnicodeEncodeError as error:
        yield f"the text holds half a surrogate pair at {error.start}"
        return
    if Part.SCORES in lacks:
        count = sum(
            (event.score is not None) + sum(a.score is not None for a in event.arguments)
            for event in record.events
        )
        if count:
            yield f"{count} scores"
    if Part.MENTIONS in lacks and record.mentions:
        yield f"{len(record.mentions)} mentions"
    if ontology is not None:
        yield from _unknown_labels(record, ontology)
    if limits is not None:
        yield from limits(record)


def _unknown_labels(record: Record, ontology: Ontology) -> Iterator[str]:
    """Yield labels that a tool set up with the ontology would not know."""
    for event in record.events:
        at = f"of {event.trigger.text!r} is not in the ontology"
        if event.type not in ontology.types:
            yield f"type {event.type!r} {at}"
        if event.status is not None and event.status not in ontology.statuses:
            yield f"status {event.status!r} {at}"
        for argument in event.arguments:
            if argument.role not in ontology.roles:
                yield f"role {argument.role!r} {at}"
