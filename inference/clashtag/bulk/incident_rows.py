"""Incidents as rows of a flat table: one happening, however many sentences tell of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from clashtag.analysis.findings import Analysis, Entity, Incident, Outcome, Toll
from clashtag.formats.incident_cells import (
    lead_sentence,
    name_of,
    named,
    reported_count,
    shown_times,
)

_ROLES = ("agent", "target", "victim", "instrument", "origin", "destination", "claimant")
_OUTCOMES: tuple[Outcome, ...] = ("killed", "injured", "abducted", "detained", "displaced")
_MAX_INT64 = 2**63 - 1

INCIDENT_COLUMNS: dict[str, str] = {
    "document": "int64",
    "id": "string",
    "incident": "string",
    "type": "string",
    "status": "string",
    "lead": "int32",
    "events": "string",
    "first_day": "string",
    "last_day": "string",
    "times": "string",
    "places": "string",
    **dict.fromkeys(_ROLES, "string"),
    **dict.fromkeys(map(str, _OUTCOMES), "int64"),
    "sources": "string",
    "acled_event_type": "string",
    "acled_sub_event_type": "string",
    "plover_event_type": "string",
    "plover_mode": "string",
    "sentence": "string",
}


def incident_rows(document: int, analysis: Analysis) -> Iterator[Mapping[str, Any]]:
    """Yield one row for each incident of an article; several names stand in one cell."""
    for incident in analysis.incidents:
        yield {
            "document": document,
            "id": analysis.record.id,
            "incident": incident.id,
            "type": incident.type,
            "status": incident.status,
            "lead": incident.lead,
            "events": _joined(map(str, incident.events)),
            **_days(incident),
            "times": _joined(time.words.text for time in shown_times(incident)),
            "places": _names(incident.places),
            **{role: _names(incident.roles.get(role, ())) for role in _ROLES},
            **{outcome: _count(incident.tolls, outcome) for outcome in _OUTCOMES},
            "sources": _joined(source.text for source in incident.sources),
            **_codes(incident),
            "sentence": lead_sentence(incident, analysis.record).text,
        }


def _count(tolls: Iterable[Toll], outcome: Outcome) -> int | None:
    """Return a count of people harmed, None also for one that its column cannot hold."""
    count = reported_count(tolls, outcome)
    return None if count is None or count > _MAX_INT64 else count


def _days(incident: Incident) -> dict[str, str | None]:
    interval = incident.interval
    return {
        "first_day": interval.first_day.isoformat() if interval else None,
        "last_day": interval.last_day.isoformat() if interval else None,
    }


def _codes(incident: Incident) -> dict[str, str | None]:
    acled, plover = incident.acled, incident.plover
    return {
        "acled_event_type": acled.event_type if acled else None,
        "acled_sub_event_type": acled.sub_type if acled else None,
        "plover_event_type": plover.event_type if plover else None,
        "plover_mode": plover.sub_type if plover else None,
    }


def _names(entities: Iterable[Entity]) -> str | None:
    return _joined(name_of(entity) for entity in named(entities))


def _joined(texts: Iterable[str]) -> str | None:
    return "; ".join(dict.fromkeys(texts)) or None
