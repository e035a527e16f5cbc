"""Incidents as JSON Lines with the field names of PLOVER, and what traces each to its words.

The fields, and what is left out, are described in docs/analysis/codes.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, BinaryIO

from clashtag.analysis.codebooks.actor_classes import ActorClass, actor_class, harmed_class
from clashtag.analysis.codebooks.codes import plover_code
from clashtag.analysis.codebooks.situation import participants_of
from clashtag.analysis.findings import Analysis, Entity, Incident, Interval
from clashtag.formats.incident_cells import lead_sentence, named, reported_count
from clashtag.json_lines import json_line
from clashtag.records import Record, Span

CODEBOOK = "plover-0.8"
CODER = "clashtag"
SECTORS = {
    ActorClass.MILITARY: "MIL",
    ActorClass.POLICE: "COP",
    ActorClass.GOVERNMENT: "GOV",
    ActorClass.REBELS: "REB",
    ActorClass.GUNMEN: "UAF",
    ActorClass.GANG: "CRM",
    ActorClass.CIVILIANS: "CVL",
}
QUADS = {
    "AGREE": 1,
    "SUPPORT": 1,
    "RETREAT": 2,
    "PROTEST": 4,
    "MOBILIZE": 4,
    "COERCE": 4,
    "ASSAULT": 4,
}

Fields = dict[str, Any]


def write_plover_jsonl(analyses: Iterable[Analysis], stream: BinaryIO) -> None:
    """Write one JSON object a line for each incident, in UTF-8, after each article."""
    for analysis in analyses:
        for incident in analysis.incidents:
            stream.write(json_line(_event(incident, analysis.reading)))
        stream.flush()


def _event(incident: Incident, record: Record) -> Fields:
    code = incident.plover or plover_code(incident, record)
    found = participants_of(incident, record)
    sentence = lead_sentence(incident, record)
    trigger = record.events[incident.lead].trigger
    fields: Fields = {
        "id": incident.id,
        "has_event": code.event_type is not None,
        **_dates(incident.interval),
        "source": [_actor(agent, actor_class(agent.name)) for agent in named(found.agents)],
        "recipient": [
            _actor(entity, harmed_class(entity.name))
            for entity in named((*found.targets, *found.victims))
        ],
        "event": [code.event_type] if code.event_type else [],
        "mode": [code.sub_type] if code.sub_type else [],
        "quad_code": QUADS.get(code.event_type or ""),
        "event_loc": [{"name": place.name} for place in incident.places],
        "event_text": [record.events[index].trigger.text for index in incident.events],
        "dead": reported_count(incident.tolls, "killed"),
        "injured": reported_count(incident.tolls, "injured"),
        "arrested": reported_count(incident.tolls, "detained"),
        "text": sentence.text,
        "text_info": {"start": sentence.start, "end": sentence.end},
        "cite_info": {"citation": record.id, "coder": CODER, "codebook": CODEBOOK},
        "comment": code.reason,
        "article_id": record.id,
        "type": incident.type,
        "status": incident.status,
        "trigger": _span(trigger),
    }
    return {name: value for name, value in fields.items() if value is not None or name == "date"}


def _dates(interval: Interval | None) -> Fields:
    if interval is None:
        return {"date": None}
    first, last = interval.first_day.isoformat(), interval.last_day.isoformat()
    return {"date": first} if first == last else {"date": first, "enddate": last}


def _actor(entity: Entity, kind: ActorClass | None) -> Fields:
    actor: Fields = {"actor_text": entity.name}
    if entity.canonical:
        actor["identifier_text"] = entity.canonical
    if kind in SECTORS:
        actor["sector"] = SECTORS[kind]
    return actor | {"mentions": [_span(mention) for mention in entity.mentions]}


def _span(span: Span) -> Fields:
    return {"start": span.start, "end": span.end, "text": span.text}
