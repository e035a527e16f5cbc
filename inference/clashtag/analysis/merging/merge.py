"""One incident out of the event mentions that tell of it: what, who, where, when, says who."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from clashtag.analysis.actors.aliases import AliasTable, fold
from clashtag.analysis.actors.phrases import informativeness, read_phrase
from clashtag.analysis.attribution.sources import source_of
from clashtag.analysis.dates import resolve_time
from clashtag.analysis.findings import Entity, Incident, Interval, ResolvedTime
from clashtag.analysis.kinds import NOT_ACTUAL, PLACE, TIME
from clashtag.analysis.merging.incident_dates import incident_interval
from clashtag.analysis.merging.leads import lead_of
from clashtag.analysis.merging.participants import by_distance, role_spans, tells, told_spans
from clashtag.analysis.merging.places import order_places
from clashtag.analysis.merging.tolls import read_tolls
from clashtag.analysis.text.pronouns import REFERRING
from clashtag.analysis.text.spans import bounds_of
from clashtag.records import Event, Record, Span


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
    mentions = [record.events[index] for index in events]
    spans = role_spans(mentions)
    times = [
        resolve_time(record.text, span.start, span.end, published) for span in spans.pop(TIME, ())
    ]
    near = frozenset(by_distance(record.text, record.events[lead], mentions)[0])
    counted = [
        index
        for index in events
        if record.events[index] in near or tells(record.events[lead], record.events[index])
    ]
    is_denied = record.events[lead].status == NOT_ACTUAL  # so are all, and nobody is harmed
    told = told_spans(record.text, record.events[lead], mentions)
    roles = {
        role: _entities(
            record.text, _of_same_entities(of, spans.get(role, ()), entity_of), entity_of
        )
        for role, of in told.items()
    }
    roles = {role: entities for role, entities in roles.items() if entities}
    return Incident(
        id=incident_id,
        type=record.events[lead].type,
        status=record.events[lead].status,
        lead=lead,
        events=tuple(events),
        places=order_places(record.text, roles.pop(PLACE, ()), aliases),
        roles=roles,
        times=tuple(times),
        interval=_interval(record, lead, events, times),
        tolls=tuple(
            replace(toll, source=source_of(record.text, record.events[toll.event]))
            for toll in read_tolls(record, () if is_denied else counted)
        ),
        sources=_sources(record.text, (record.events[index] for index in counted)),
    )


def _of_same_entities(
    told: Collection[Span], spans: Collection[Span], entity_of: Mapping[Span, Entity]
) -> list[Span]:
    """Return the spans of a role that mean the same as those that are told of, with these."""
    named = {_naming_mention(entity_of[span]) for span in told}
    return [*told, *(span for span in spans if _naming_mention(entity_of[span]) in named)]


def _entities(
    text: str, spans: Collection[Span], entity_of: Mapping[Span, Entity]
) -> tuple[Entity, ...]:
    """Return the entities of some spans, each with these mentions and the one that names it.

    Pronouns that stand for nobody named are left out.
    """
    own: dict[Span, set[Span]] = {}
    for span in spans:
        naming = _naming_mention(entity_of[span])
        if not _only_refers(text, naming):
            own.setdefault(naming, {naming}).add(span)
    ranked = sorted(own, key=lambda span: informativeness(read_phrase(text, span)), reverse=True)
    return tuple(
        replace(entity_of[naming], mentions=tuple(sorted(own[naming], key=bounds_of)))
        for naming in ranked
    )


def _only_refers(text: str, span: Span) -> bool:
    """Whether a span is a pronoun that tells a reader nothing: "it", "they", "who"."""
    return read_phrase(text, span).kind == "pronoun" and span.text.lower() in REFERRING


def _naming_mention(entity: Entity) -> Span:
    return next(mention for mention in entity.mentions if mention.text == entity.name)


def _interval(
    record: Record, lead: int, events: Iterable[int], times: Iterable[ResolvedTime]
) -> Interval | None:
    """Return when an incident happened: by what is told near its lead, or else by all mentions."""
    intervals = {time.words: time.interval for time in times}
    others = [record.events[index] for index in events if index != lead]
    near, _ = by_distance(record.text, record.events[lead], others)
    near_lead = incident_interval(record.events[lead], near, intervals)
    return near_lead or incident_interval(record.events[lead], others, intervals)


def _sources(text: str, mentions: Iterable[Event]) -> tuple[Span, ...]:
    """Return who is said to report some mentions, each name once."""
    found = (source_of(text, mention) for mention in mentions)
    by_name: dict[str, Span] = {}
    for source in sorted((source for source in found if source is not None), key=bounds_of):
        by_name.setdefault(fold(source.text), source)
    return tuple(by_name.values())
