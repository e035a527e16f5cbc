"""An analysis as JSON: the record with its incidents and actors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clashtag.analysis.findings import (
    Analysis,
    Code,
    Entity,
    Incident,
    Interval,
    Quantity,
    ResolvedTime,
    Toll,
)
from clashtag.records import Span, record_to_dict

Fields = dict[str, Any]


def analysis_to_dict(analysis: Analysis) -> Fields:
    """Return the JSON object of an analysis.

    These are the fields of the record, with `published` (an ISO date or null), `incidents` and
    `actors`. Spans are `start`, `end` and `text`, as everywhere in a record.
    """
    published = analysis.published
    return record_to_dict(analysis.record) | {
        "published": None if published is None else published.isoformat(),
        "incidents": [_incident(incident) for incident in analysis.incidents],
        "actors": [_entity(actor) for actor in analysis.actors],
    }


def _incident(incident: Incident) -> Fields:
    return {
        "id": incident.id,
        "type": incident.type,
        "status": incident.status,
        "lead": incident.lead,
        "events": list(incident.events),
        "interval": _interval(incident.interval),
        "places": [_entity(place) for place in incident.places],
        "roles": _roles(incident.roles),
        "tolls": [_toll(toll) for toll in incident.tolls],
        "sources": [_span(source) for source in incident.sources],
        "times": [_time(time) for time in incident.times],
        "acled": _code(incident.acled, "sub_event_type"),
        "plover": _code(incident.plover, "mode"),
    }


def _roles(roles: Mapping[str, tuple[Entity, ...]]) -> Fields:
    return {role: [_entity(entity) for entity in entities] for role, entities in roles.items()}


def _entity(entity: Entity) -> Fields:
    return {
        "name": entity.name,
        "canonical": entity.canonical,
        "mentions": [_span(mention) for mention in entity.mentions],
    }


def _time(time: ResolvedTime) -> Fields:
    return _span(time.words) | {
        "interval": _interval(time.interval),
        "reason": time.reason,
        "year": None if time.year is None else _span(time.year),
    }


def _interval(interval: Interval | None) -> Fields | None:
    if interval is None:
        return None
    return {
        "first_day": interval.first_day.isoformat(),
        "last_day": interval.last_day.isoformat(),
        "granularity": interval.granularity,
        "time_of_day": interval.time_of_day,
    }


def _toll(toll: Toll) -> Fields:
    return {
        "outcome": toll.outcome,
        **_quantity(toll.quantity),
        "victims": _span(toll.victims),
        "event": toll.event,
        "source": None if toll.source is None else _span(toll.source),
    }


def _quantity(quantity: Quantity) -> Fields:
    return {
        "min": quantity.minimum,
        "max": quantity.maximum,
        "approximate": quantity.approximate,
        "words": _span(quantity.words),
    }


def _code(code: Code | None, second: str) -> Fields | None:
    if code is None:
        return None
    return {"event_type": code.event_type, second: code.sub_type, "reason": code.reason}


def _span(span: Span) -> Fields:
    return {"start": span.start, "end": span.end, "text": span.text}
