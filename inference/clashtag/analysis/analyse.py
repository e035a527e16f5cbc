"""From a tagged article to its incidents and actors: the door to the analysis.

Arguments are cleaned and mentions are grouped into incidents. Then each mention keeps what is told
nearest to it, gets the agent and the time that the tagger left out, and is dated by those before
it. Mentions of one actor or place are joined, and each incident is merged into one row and coded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from clashtag.analysis.actors.aliases import AliasTable
from clashtag.analysis.actors.join import join_mentions
from clashtag.analysis.actors.phrases import read_phrase
from clashtag.analysis.arguments.clean import clean_arguments
from clashtag.analysis.arguments.mention_times import carry_times, name_times
from clashtag.analysis.arguments.near_arguments import keep_nearest
from clashtag.analysis.arguments.told_agents import name_agents
from clashtag.analysis.attribution.claims import name_claimants
from clashtag.analysis.codebooks.codes import acled_code, plover_code
from clashtag.analysis.findings import Analysis, Entity
from clashtag.analysis.grouping.groups import group_events
from clashtag.analysis.kinds import AGENT, CLAIMANT, NOT_ACTUAL, TIME
from clashtag.analysis.merging.leads import lead_of
from clashtag.analysis.merging.merge import merge_incident
from clashtag.analysis.merging.participants import role_spans
from clashtag.analysis.publication import publication_date
from clashtag.records import Record

_ACTOR_ROLES = (AGENT, CLAIMANT)


def analyse(
    record: Record, *, published: date | None = None, aliases: AliasTable | None = None
) -> Analysis:
    """Return the incidents of a tagged article, the most told-of first, and its actors.

    Args:
        record: a text with its events, gold or predicted; they may come in any order.
        published: the article's date, which "Monday" or "last month" are counted from; by default
            the record's `published` field. Without either these times stay unresolved.
        aliases: names that actors go by; by default the shipped table.

    Raises:
        InputError: if the record's `published` field is no date, or an offset does not fit the
            text.
    """
    published = published or publication_date(record)
    table = AliasTable.shipped() if aliases is None else aliases
    cleaned = clean_arguments(record)
    groups = sorted(group_events(cleaned, published), key=lambda group: _importance(cleaned, group))
    told = name_agents(keep_nearest(name_claimants(cleaned)), groups)
    told = carry_times(name_times(told))
    entities = _entities(told, groups, table)
    entity_of = {mention: entity for entity in entities for mention in entity.mentions}
    incidents = [
        merge_incident(
            told,
            group,
            entity_of,
            aliases=table,
            published=published,
            incident_id=f"{record.id or ''}#{number}",
        )
        for number, group in enumerate(groups, start=1)
    ]
    return Analysis(
        record=record,
        published=published,
        incidents=tuple(
            replace(one, acled=acled_code(one, told), plover=plover_code(one, told))
            for one in incidents
        ),
        actors=_actors(told, entities),
        reading=told,
    )


def _entities(
    record: Record, groups: Sequence[Sequence[int]], aliases: AliasTable
) -> tuple[Entity, ...]:
    """Join all arguments but times; what has no name, within one role of one incident only."""
    played = [
        of
        for group in groups
        for role, of in role_spans(record.events[index] for index in group).items()
        if role != TIME
    ]
    spans = [span for of in played for span in of]
    return join_mentions(record.text, spans, aliases, incidents=played)


def _importance(record: Record, group: Sequence[int]) -> tuple[bool, int, int]:
    """Order incidents: what happened before what did not, then by mentions, then by the text."""
    lead = record.events[lead_of(record, group)]
    return lead.status == NOT_ACTUAL, -len(group), lead.trigger.start


def _actors(record: Record, entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Return who acts or claims by more than a pronoun or a number, the most told-of first."""
    spans = role_spans(record.events)
    acting = {
        span
        for role in _ACTOR_ROLES
        for span in spans.get(role, ())
        if read_phrase(record.text, span).kind not in ("pronoun", "number")
    }
    actors = [entity for entity in entities if not acting.isdisjoint(entity.mentions)]
    return tuple(sorted(actors, key=lambda actor: (-len(actor.mentions), actor.mentions[0].start)))
