"""Gold incidents: which annotated events of an article tell of one happening.

A file holds one article a line, and names events by the offsets of their triggers, so that it
stays right when events are added, removed or put in another order elsewhere:

    {"id": "a1", "split": "train", "incidents": [
      {"lead": {"start": 7, "end": 16}, "events": [{"start": 7, "end": 16}, ...]}]}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clashtag.errors import RecordError
from clashtag.records import Record
from clashtag_training.corpora.json_items import need, raise_problems, read_items
from clashtag_training.corpora.record_files import read_splits

SPLITS = ("train", "held-out")
_NEXT_STEP = "compare it with docs/analysis/incidents.md"

Bounds = tuple[int, int]


@dataclass(frozen=True, slots=True)
class IncidentArticle:
    """An annotated article with its incidents, as indexes of its events.

    `leads` holds, for each incident, the event whose type names it best.
    """

    record: Record
    split: str
    incidents: tuple[tuple[int, ...], ...]
    leads: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Labels:
    id: str
    split: str
    incidents: tuple[tuple[Bounds, tuple[Bounds, ...]], ...]


def read_incidents(path: Path, records: Iterable[Record] | None = None) -> list[IncidentArticle]:
    """Read gold incidents and join them to their articles.

    Args:
        path: the file of incidents (UTF-8 JSON Lines).
        records: the articles; by default those of the folder `articles` beside the file.

    Raises:
        InputError: if a file cannot be read.
        RecordError: listing every line that breaks the format, and every article that is missing,
            repeated, or whose events are not in exactly one incident each.
    """
    labels = read_items(path, _labels)
    if records is None:
        splits = read_splits(path.parent / "articles")
        records = [record for of_split in splits.values() for record in of_split]
    articles = {record.id: record for record in records}
    problems: list[str] = []
    seen: set[str] = set()
    joined = []
    for of_article in labels:
        record = articles.get(of_article.id)
        faults = [f"{of_article.id!r} stands on two lines"] if of_article.id in seen else []
        seen.add(of_article.id)
        faults += [f"no article {of_article.id!r}"] if record is None else []
        faults += _faults(of_article, record) if record is not None else []
        problems += faults
        if record is not None and not faults:
            joined.append(_joined(of_article, record))
    raise_problems([f"{path}: {problem}" for problem in problems])
    return joined


def _labels(fields: Mapping[str, Any]) -> _Labels:
    _refuse_unknown(fields, {"id", "split", "incidents"})
    split = need(fields, "split", str)
    if split not in SPLITS:
        raise RecordError(f"split {split!r} is none of {', '.join(SPLITS)}", _NEXT_STEP)
    incidents = []
    for incident in need(fields, "incidents", list):
        events = tuple(_bounds(event) for event in need(incident, "events", list))
        _refuse_unknown(incident, {"lead", "events"})
        lead = _bounds(need(incident, "lead", dict))
        if lead not in events:
            raise RecordError(f"the lead {lead} is not among its events {events}", _NEXT_STEP)
        incidents.append((lead, events))
    return _Labels(need(fields, "id", str), split, tuple(incidents))


def _bounds(fields: object) -> Bounds:
    bounds = need(fields, "start", int), need(fields, "end", int)
    _refuse_unknown(fields, {"start", "end"})
    return bounds


def _refuse_unknown(fields: object, known: set[str]) -> None:
    unknown = sorted(set(fields) - known) if isinstance(fields, Mapping) else []
    if unknown:
        raise RecordError(f"unknown field(s) {', '.join(unknown)}", _NEXT_STEP)


def _faults(labels: _Labels, record: Record) -> Iterator[str]:
    """Yield where incidents and annotated events do not agree."""
    triggers = [(event.trigger.start, event.trigger.end) for event in record.events]
    grouped = [bounds for _, events in labels.incidents for bounds in events]
    for bounds in sorted({*triggers, *grouped}):
        start, end = bounds
        where = f"{labels.id!r} {start}:{end} {record.text[start:end]!r}"
        if triggers.count(bounds) != 1:
            yield f"{where}: {triggers.count(bounds)} events have this trigger"
        elif grouped.count(bounds) != 1:
            yield f"{where}: in {grouped.count(bounds)} incidents instead of one"


def _joined(labels: _Labels, record: Record) -> IncidentArticle:
    index_of = {(e.trigger.start, e.trigger.end): index for index, e in enumerate(record.events)}
    return IncidentArticle(
        record,
        labels.split,
        incidents=tuple(
            tuple(index_of[bounds] for bounds in events) for _, events in labels.incidents
        ),
        leads=tuple(index_of[lead] for lead, _ in labels.incidents),
    )
