"""What several formats say of an incident: its sentence, its counts, its names."""

from __future__ import annotations

from collections.abc import Iterable

from clashtag.analysis.findings import Entity, Incident, Outcome, Toll
from clashtag.analysis.passages import passages_of
from clashtag.records import Record, Span

_PRONOUNS = frozenset(
    {"he", "she", "it", "they", "we", "i", "you", "him", "her", "them", "us", "me"}
    | {"who", "whom", "which", "that", "this", "these", "those", "one", "some", "others", "both"}
)


def lead_sentence(incident: Incident, record: Record) -> Span:
    """Return the sentence of the trigger that names an incident."""
    trigger = record.events[incident.lead].trigger
    start, end = passages_of(record.text).sentence_bounds(trigger.start)
    sentence = record.text[start:end].rstrip()
    return Span(start, start + len(sentence), sentence)


def reported_count(tolls: Iterable[Toll], outcome: Outcome) -> int | None:
    """Return the most careful count of people harmed, None where the text gives none.

    Each source counts with its highest number, for it may have told of parts or of earlier stands
    as well; of several sources the lowest is taken. A number such as "at least 26" or "dozens"
    counts as its minimum.
    """
    by_source: dict[str, int] = {}
    for toll in tolls:
        if toll.outcome == outcome and toll.quantity.minimum is not None:
            source = toll.source.text.casefold() if toll.source else ""
            by_source[source] = max(by_source.get(source, 0), toll.quantity.minimum)
    return min(by_source.values(), default=None)


def named(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Return the entities that the text calls by more than a pronoun, each name once."""
    by_name: dict[str, Entity] = {}
    for entity in entities:
        if entity.name.lower() not in _PRONOUNS:
            by_name.setdefault(name_of(entity), entity)
    return tuple(by_name.values())


def name_of(entity: Entity) -> str:
    """Return the name that the alias table gives an entity, or else the text's."""
    return entity.canonical or entity.name
