"""Incidents as CSV with the column names of ACLED, and columns that trace each row to its words.

The columns, and what is left out, are described in docs/analysis/codes.md.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import BinaryIO

from clashtag.analysis.codebooks.actor_classes import UNARMED
from clashtag.analysis.codebooks.codes import acled_code
from clashtag.analysis.codebooks.situation import participants_of, situation_of
from clashtag.analysis.findings import Analysis, Code, Incident, Interval, Toll
from clashtag.analysis.quantities.read import read_quantity
from clashtag.formats.acled_actors import acled_actors
from clashtag.formats.formula_guard import guarded
from clashtag.formats.incident_cells import (
    lead_sentence,
    name_of,
    reported_count,
    shown_times,
    shown_tolls,
)
from clashtag.records import Record

ACLED_COLUMNS = (
    "event_date",
    "year",
    "time_precision",
    "disorder_type",
    "event_type",
    "sub_event_type",
    "actor1",
    "assoc_actor_1",
    "actor2",
    "assoc_actor_2",
    "civilian_targeting",
    "location",
    "source",
    "notes",
    "fatalities",
    "tags",
)
TRACE_COLUMNS = (
    "article_id",
    "incident_id",
    "incident_type",
    "status",
    "code_reason",
    "trigger",
    "trigger_start",
    "trigger_end",
    "date_words",
    "places",
    "other_actors",
    "tolls",
    "reported_by",
)
_EXCESSIVE_FORCE = "Excessive force against protesters"
_DEMONSTRATIONS = frozenset(
    {"Peaceful protest", "Protest with intervention", "Violent demonstration"}
)
_MAX_DAYS_OF_WEEK = 7
_MAX_DAYS_OF_MONTH = 31
_CONTROLS = dict.fromkeys((*range(32), 127))

Row = Mapping[str, str | int | None]


def write_acled_csv(analyses: Iterable[Analysis], stream: BinaryIO) -> None:
    """Write one row for each incident, in UTF-8, after each article.

    Rows end in CRLF and cells are quoted as RFC 4180 has it. A cell that a spreadsheet would read
    as a formula is preceded by an apostrophe.
    """
    stream.write(_line([*ACLED_COLUMNS, *TRACE_COLUMNS]))
    for analysis in analyses:
        for incident in analysis.incidents:
            row = _row(incident, analysis.reading)
            stream.write(_line(row[column] for column in (*ACLED_COLUMNS, *TRACE_COLUMNS)))
        stream.flush()


def _line(cells: Iterable[str | int | None]) -> bytes:
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow([_cell(value) for value in cells])
    return line.getvalue().encode(errors="backslashreplace")


def _cell(value: str | int | None) -> str:
    if value is None or isinstance(value, int):
        return "" if value is None else str(value)
    return guarded(" ".join(value.split()).translate(_CONTROLS))


def _row(incident: Incident, record: Record) -> Row:
    code = incident.acled or acled_code(incident, record)
    event_date, precision = _dated(incident.interval)
    trigger = record.events[incident.lead].trigger
    actors = acled_actors(incident, record, code)
    publisher = record.extra.get("source")
    return {
        "event_date": event_date.isoformat() if event_date else None,
        "year": _year(incident.interval),
        "time_precision": precision,
        "disorder_type": _disorder_type(code),
        "event_type": code.event_type,
        "sub_event_type": code.sub_type,
        "actor1": actors.first,
        "assoc_actor_1": _joined(actors.with_first),
        "actor2": actors.second,
        "assoc_actor_2": _joined(actors.with_second),
        "civilian_targeting": _civilian_targeting(incident, record, code),
        "location": name_of(incident.places[0]) if incident.places else None,
        "source": publisher if isinstance(publisher, str) else None,
        "notes": lead_sentence(incident, record).text,
        "fatalities": reported_count(incident.tolls, "killed"),
        "tags": _crowd_size(incident, record, code),
        "article_id": record.id,
        "incident_id": incident.id,
        "incident_type": incident.type,
        "status": incident.status,
        "code_reason": code.reason,
        "trigger": trigger.text,
        "trigger_start": trigger.start,
        "trigger_end": trigger.end,
        "date_words": _joined(time.words.text for time in shown_times(incident)),
        "places": ", ".join(place.name for place in incident.places),
        "other_actors": _joined(actors.others),
        "tolls": _joined(map(_toll, shown_tolls(incident.tolls))),
        "reported_by": _joined(source.text for source in incident.sources),
    }


def _dated(interval: Interval | None) -> tuple[date | None, int | None]:
    """Return ACLED's date and time precision: 1 a day, 2 within a week, 3 within a month.

    For more than a day it is the middle day; ACLED codes no event that is dated less finely.
    """
    if interval is None:
        return None, None
    days = (interval.last_day - interval.first_day).days + 1
    if days > _MAX_DAYS_OF_MONTH:
        return None, None
    middle = interval.first_day + timedelta(days=(days - 1) // 2)
    return middle, 1 if days == 1 else 2 if days <= _MAX_DAYS_OF_WEEK else 3


def _year(interval: Interval | None) -> int | None:
    if interval is None:
        return None
    event_date, _ = _dated(interval)
    if event_date:
        return event_date.year
    is_one_year = interval.first_day.year == interval.last_day.year
    return interval.first_day.year if is_one_year else None


def _disorder_type(code: Code) -> str | None:
    if code.event_type is None or (code.event_type == "Riots" and code.sub_type is None):
        return None
    if code.event_type == "Strategic developments":
        return code.event_type
    if code.sub_type == _EXCESSIVE_FORCE:
        return "Political violence; Demonstrations"
    return "Demonstrations" if code.sub_type in _DEMONSTRATIONS else "Political violence"


def _civilian_targeting(incident: Incident, record: Record, code: Code) -> str | None:
    """Return ACLED's mark for violence that hits civilians alone."""
    is_by_definition = code.event_type == "Violence against civilians" or (
        code.sub_type == _EXCESSIVE_FORCE
    )
    is_by_target = False
    if code.event_type == "Explosions/Remote violence" or code.sub_type == "Mob violence":
        situation = situation_of(incident, record)
        is_by_target = bool(situation.targets) and situation.targets | situation.victims <= UNARMED
    return "Civilian targeting" if is_by_definition or is_by_target else None


def _crowd_size(incident: Incident, record: Record, code: Code) -> str | None:
    """Return ACLED's tag for the size of a crowd, in the words of the text."""
    if code.event_type not in {"Protests", "Riots"}:
        return None
    agents = participants_of(incident, record).agents
    mentions = (mention for agent in agents for mention in agent.mentions)
    for mention in mentions:
        if quantity := read_quantity(record.text, mention.start, mention.end):
            return f"crowd size={quantity.words.text}"
    return "crowd size=no report"


def _toll(toll: Toll) -> str:
    source = f" ({toll.source.text})" if toll.source else ""
    return f"{toll.outcome}: {toll.victims.text}{source}"


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(texts))
