"""One incident out of the event mentions that tell of it: what, who, where, when, says who."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from clashtag.analysis.aliases import AliasTable, fold
from clashtag.analysis.dates import resolve_time
from clashtag.analysis.findings import Entity, Incident
from clashtag.analysis.incident_dates import TIME, incident_interval
from clashtag.analysis.phrases import informativeness, read_phrase
from clashtag.analysis.places import order_places
from clashtag.analysis.sources import source_of
from clashtag.analysis.tolls import read_tolls
from clashtag.records import Record, Span

_PLACE = "place"
_LEADS_AFTER_ACTS = (
    frozenset({"agreement", "protest"}),
    frozenset({"deployment", "arrest", "destruction"}),
    frozenset({"displacement"}),
    frozenset({"death"}),
    frozenset({"injury"}),
)


def merge_incident(
    record: Record,
    events: Sequence[int],
    entity_of: Mapping[Span, Entity],
    *,
    aliases: AliasTable,
    published: date | None,
    incident_id: str,
) -> Incident:
    """Return the incident that some events of a record tell of, yet without codes.

    Args:
        record: a tagged article.
        events: indexes of its events, in text order.
        entity_of: the entity of each argument span but times.
        aliases: tells countries from other places.
        published: the day that weekdays and other relative times are counted from.
        incident_id: what the incident is called.

    Raises:
        InputError: if an argument does not fit the text.
    """
    lead = lead_of(record, events)
    spans = role_spans(record, events)
    times = [
        resolve_time(record.text, span.start, span.end, published) for span in spans.pop(TIME, ())
    ]
    roles = {role: _entities(record.text, of, entity_of) for role, of in spans.items()}
    return Incident(
        id=incident_id,
        type=record.events[lead].type,
        status=record.events[lead].status,
        lead=lead,
        events=tuple(events),
        places=order_places(record.text, roles.pop(_PLACE, ()), aliases),
        roles=roles,
        times=tuple(times),
        interval=incident_interval(
            record.events[lead],
            [record.events[index] for index in events if index != lead],
            {time.words: time.interval for time in times},
        ),
        tolls=tuple(
            replace(toll, source=source_of(record.text, record.events[toll.event]))
            for toll in read_tolls(record, events)
        ),
        sources=_sources(record, events),
    )


def lead_of(record: Record, events: Iterable[int]) -> int:
    """Return the mention whose type names an incident best.

    What happened goes before what is planned or denied, an act before its consequences, and the
    first mention before others of its kind.
    """

    def rank(index: int) -> tuple[bool, int, int, int]:
        event = record.events[index]
        after_acts = (n for n, types in enumerate(_LEADS_AFTER_ACTS, 1) if event.type in types)
        trigger = event.trigger
        return event.status == "other", next(after_acts, 0), trigger.start, trigger.end

    return min(events, key=rank)


def role_spans(record: Record, events: Iterable[int]) -> dict[str, list[Span]]:
    """Return the spans that play each role in some events of a record, in text order."""
    spans: dict[str, set[Span]] = {}
    for index in events:
        for argument in record.events[index].arguments:
            span = Span(argument.start, argument.end, argument.text)
            spans.setdefault(argument.role, set()).add(span)
    return {role: sorted(of, key=_bounds) for role, of in spans.items()}


def _entities(
    text: str, spans: Collection[Span], entity_of: Mapping[Span, Entity]
) -> tuple[Entity, ...]:
    """Return the entities of some spans, each with these mentions and the one that names it."""
    own: dict[Span, set[Span]] = {}
    for span in spans:
        naming = _naming_mention(entity_of[span])
        own.setdefault(naming, {naming}).add(span)
    ranked = sorted(own, key=lambda span: informativeness(read_phrase(text, span)), reverse=True)
    return tuple(
        replace(entity_of[naming], mentions=tuple(sorted(own[naming], key=_bounds)))
        for naming in ranked
    )


def _naming_mention(entity: Entity) -> Span:
    return next(mention for mention in entity.mentions if mention.text == entity.name)


def _sources(record: Record, events: Iterable[int]) -> tuple[Span, ...]:
    """Return who is said to report the mentions of an incident, each name once."""
    found = (source_of(record.text, record.events[index]) for index in events)
    by_name: dict[str, Span] = {}
    for source in sorted((source for source in found if source is not None), key=_bounds):
        by_name.setdefault(fold(source.text), source)
    return tuple(by_name.values())


def _bounds(span: Span) -> tuple[int, int]:
    return span.start, span.end
