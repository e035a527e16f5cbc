"""What several formats say of an incident: its sentence, its counts, its names."""

from __future__ import annotations

from collections.abc import Iterable

from clashtag.analysis.findings import Entity, Incident, Outcome, ResolvedTime, Toll
from clashtag.analysis.text.passages import passages_of
from clashtag.analysis.text.pronouns import PRONOUNS
from clashtag.records import Record, Span


def lead_sentence(incident: Incident, record: Record) -> Span:
    """Return the sentence of the trigger that names an incident."""
    trigger = record.events[incident.lead].trigger
    start, end = passages_of(record.text).sentence_bounds(trigger.start)
    sentence = record.text[start:end].rstrip()
    return Span(start, start + len(sentence), sentence)


def shown_times(incident: Incident) -> tuple[ResolvedTime, ...]:
    """Return the times of an incident that name a day or say something of time."""
    return tuple(
        time for time in incident.times if not (time.reason or "").startswith("not a date")
    )


def shown_tolls(tolls: Iterable[Toll]) -> tuple[Toll, ...]:
    """Return tolls, those of nobody only where no other is given for their outcome."""
    given = tuple(tolls)
    harmed = {toll.outcome for toll in given if toll.quantity.maximum != 0}
    return tuple(t for t in given if t.quantity.maximum != 0 or t.outcome not in harmed)


def reported_count(tolls: Iterable[Toll], outcome: Outcome) -> int | None:
    """Return the most careful count of people harmed, None where the text gives none.

    Each source counts with its highest number, for it may have told of parts or of earlier stands
    as well; of several sources the lowest is taken. A number such as "at least 26" or "dozens"
    counts as its minimum; that nobody was harmed counts only where no other number is given.
    """
    by_source: dict[str, int] = {}
    for toll in shown_tolls(tolls):
        if toll.outcome == outcome and toll.quantity.minimum is not None:
            source = toll.source.text.casefold() if toll.source else ""
            by_source[source] = max(by_source.get(source, 0), toll.quantity.minimum)
    return min(by_source.values(), default=None)


def named(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Return the entities that the text calls by more than a pronoun, each name once."""
    by_name: dict[str, Entity] = {}
    for entity in entities:
        if entity.name.lower() not in PRONOUNS:
            by_name.setdefault(name_of(entity), entity)
    return tuple(by_name.values())


def name_of(entity: Entity) -> str:
    """Return the name that the alias table gives an entity, or else the text's."""
    return entity.canonical or entity.name
