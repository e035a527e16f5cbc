"""Incidents with the codes that people gave them, from mark-up files.

Each article of a file is one incident, led by its event 1, with the expected codes in its header.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clashtag.analysis.findings import Entity, Incident, Quantity, Toll
from clashtag.records import Record, Span
from clashtag_training.corpora.markup import parse_markup

FOLDER = Path(__file__).parent / "clashtag" / "analysis" / "codebooks"
Pair = tuple[str | None, str | None]


@dataclass(frozen=True)
class CodedIncident:
    name: str
    incident: Incident
    record: Record
    acled: Pair
    plover: Pair


def read_coded(name: str) -> list[CodedIncident]:
    path = FOLDER / f"coded_{name}.txt"
    return [
        CodedIncident(
            str(record.id),
            incident_of(record),
            record,
            pair(record.extra["acled"]),
            pair(record.extra["plover"]),
        )
        for record in parse_markup(path.read_text(encoding="utf-8"), path.name)
    ]


def pair(text: str) -> Pair:
    first, second = (None if part == "-" else part for part in text.split(" / "))
    return first, second


def incident_of(record: Record) -> Incident:
    """Merge all events of a record, each argument an entity of its own."""
    roles: dict[str, dict[Span, Entity]] = {}
    for event in record.events:
        for argument in event.arguments:
            span = Span(argument.start, argument.end, argument.text)
            roles.setdefault(argument.role, {})[span] = Entity(span.text, (span,))
    tolls = ()
    if detained := int(record.extra.get("detained", 0)):
        words = next(iter(roles["victim"]))
        tolls = (Toll("detained", Quantity(detained, detained, False, words), words, 0),)
    return Incident(
        id=f"{record.id}#1",
        type=record.events[0].type,
        status=record.events[0].status,
        lead=0,
        events=tuple(range(len(record.events))),
        roles={role: tuple(entities.values()) for role, entities in roles.items()},
        tolls=tolls,
    )
