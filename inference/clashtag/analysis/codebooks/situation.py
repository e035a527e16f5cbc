"""What the rules of the codebooks ask about an incident."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from clashtag.analysis.codebooks.actor_classes import ActorClass, actor_class, harmed_class
from clashtag.analysis.codebooks.weapons import Weapon, weapons_in, weapons_told
from clashtag.analysis.findings import Entity, Incident
from clashtag.analysis.kinds import AGENT, CASUALTIES, NOT_ACTUAL, TARGET, VICTIM
from clashtag.analysis.merging.participants import by_distance
from clashtag.analysis.text.passages import passages_of
from clashtag.records import Event, Record

_APPOSITION = re.compile(r"(?:,? \d{1,3})?,\s(?:an?|the)\s([^,.;:\n]{1,60})")

_AT_HOME = re.compile(
    r"\b(?:at|from|in|raid\w*) (?:his|her|their|\w+['’]s?) (?:homes?|houses?|beds?)\b"
)


@dataclass(frozen=True, slots=True)
class Situation:
    """An incident as the codebooks see it; texts are in lower case.

    Args:
        types: those of the mentions that are told as fact.
        has_agent: whether anybody is named who acts.
        agents: the kinds of actors who act.
        targets: the kinds of actors who are hit: as targets, or where these tell none, as victims.
        victims: the kinds of actors who are victims.
        captors: the kinds of actors who take a place.
        weapons: what instruments and triggers near the lead name, or else those of its own type
            elsewhere, or else agents.
        instruments: what these instruments alone name.
        triggers: the triggers of each type of mention.
        context: the sentences of the mentions.
        detained: the least number of people said to be detained.
        is_arrest_at_protest: whether an arrest is told in the paragraph of a protest or the
            sentence beside it, and not as one at home.
    """

    type: str
    is_fact: bool
    types: frozenset[str] = frozenset()
    has_agent: bool = False
    agents: frozenset[ActorClass] = frozenset()
    targets: frozenset[ActorClass] = frozenset()
    victims: frozenset[ActorClass] = frozenset()
    captors: frozenset[ActorClass] = frozenset()
    weapons: frozenset[Weapon] = frozenset()
    instruments: frozenset[Weapon] = frozenset()
    triggers: Mapping[str, str] = field(default_factory=dict)
    target_names: str = ""
    victim_names: str = ""
    context: str = ""
    detained: int = 0
    is_arrest_at_protest: bool = False

    @property
    def target_heads(self) -> str:
        """The last words of the targets' names."""
        return "; ".join(name.split(" ")[-1] for name in self.target_names.split("; "))

    @property
    def own_triggers(self) -> str:
        """The triggers of the incident's own type."""
        return self.triggers.get(self.type, "")


@dataclass(frozen=True, slots=True)
class Participants:
    """Who takes part in what names an incident, and in the deaths and injuries it causes."""

    agents: tuple[Entity, ...] = ()
    targets: tuple[Entity, ...] = ()
    victims: tuple[Entity, ...] = ()
    captors: tuple[Entity, ...] = ()


def participants_of(incident: Incident, record: Record) -> Participants:
    """Return who takes part in an incident, by the mentions of its own type that are fact.

    Agents and victims are those of its deaths and injuries where its own type names none. Whoever
    only moves, flees or signs something in other mentions of the incident is left out.
    """
    facts = _facts(incident, record)
    own, harm = _own_and_harm(incident, facts)
    victims = _named(incident, VICTIM, own) or _named(incident, VICTIM, harm)
    return Participants(
        agents=_named(incident, AGENT, own) or _named(incident, AGENT, harm),
        targets=_named(incident, TARGET, own),
        victims=_without(victims, incident.roles.get(AGENT, ())),
        captors=_named(incident, AGENT, [fact for fact in facts if fact.type == "territory"]),
    )


def situation_of(incident: Incident, record: Record) -> Situation:
    """Return what the rules need to know of an incident of a record."""
    facts = _facts(incident, record)
    found = participants_of(incident, record)
    near, _ = by_distance(record.text, record.events[incident.lead], facts)
    own, harm = _own_and_harm(incident, near)
    instruments = _names(_named(incident, "instrument", [*own, *harm]))
    if not weapons_in([*instruments, *(fact.trigger.text for fact in near)]):
        near, _ = _own_and_harm(incident, facts)
        instruments = _names(_named(incident, "instrument", near))
    victim_classes = _classes(found.victims, record.text, harmed_class)
    return Situation(
        type=incident.type,
        is_fact=incident.status != NOT_ACTUAL,
        types=frozenset(fact.type for fact in facts),
        has_agent=bool(found.agents),
        agents=_classes(found.agents, record.text, actor_class),
        targets=_classes(found.targets, record.text, harmed_class) or victim_classes,
        victims=victim_classes,
        captors=_classes(found.captors, record.text, actor_class),
        weapons=weapons_told(
            instruments, [fact.trigger.text for fact in near], _names(found.agents)
        ),
        instruments=weapons_in(instruments),
        triggers=_triggers(facts),
        target_names=_lower(_names(found.targets)),
        victim_names=_lower(
            description
            for victim in found.victims
            for description in _descriptions(victim, record.text)
        ),
        context=_context(facts, record.text),
        detained=max(_detained(incident), default=0),
        is_arrest_at_protest=_is_arrest_at_protest(facts, record.text),
    )


def _facts(incident: Incident, record: Record) -> list[Event]:
    """Return the mentions that are told as fact, or all of them where none is."""
    mentions = [record.events[index] for index in incident.events]
    return [mention for mention in mentions if mention.status != NOT_ACTUAL] or mentions


def _own_and_harm(incident: Incident, facts: Sequence[Event]) -> tuple[list[Event], list[Event]]:
    """Return the mentions of an incident's own type, and of the deaths and injuries it causes."""
    own = [fact for fact in facts if fact.type == incident.type]
    return own, [fact for fact in facts if fact.type in CASUALTIES]


def _named(incident: Incident, role: str, mentions: Iterable[Event]) -> tuple[Entity, ...]:
    """Return the entities that play a role in some of the mentions of an incident."""
    spans = {
        (argument.start, argument.end)
        for mention in mentions
        for argument in mention.arguments
        if argument.role == role
    }
    return tuple(
        entity for entity in incident.roles.get(role, ()) if not spans.isdisjoint(_spans(entity))
    )


def _without(entities: Iterable[Entity], others: Iterable[Entity]) -> tuple[Entity, ...]:
    """Leave out entities that are also among others: attackers who are hurt are no targets."""
    spans = {span for other in others for span in _spans(other)}
    return tuple(entity for entity in entities if spans.isdisjoint(_spans(entity)))


def _spans(entity: Entity) -> list[tuple[int, int]]:
    return [(mention.start, mention.end) for mention in entity.mentions]


def _names(entities: Iterable[Entity]) -> list[str]:
    return [name for entity in entities for name in _names_of(entity)]


def _names_of(entity: Entity) -> Iterable[str]:
    """Yield every name that the article gives an entity, the most informative first."""
    names = [entity.name, entity.canonical, *(mention.text for mention in entity.mentions)]
    return dict.fromkeys(name for name in names if name)


def _descriptions(entity: Entity, text: str) -> Iterable[str]:
    """Yield an entity's names, and then their appositions (*Rahim Kol, a teacher*)."""
    yield from _names_of(entity)
    for mention in entity.mentions:
        if apposition := _APPOSITION.match(text, mention.end):
            yield apposition.group(1)


def _classes(
    entities: Iterable[Entity], text: str, classify: Callable[[str], ActorClass | None]
) -> frozenset[ActorClass]:
    """Return the class of each entity by the first of its descriptions that tells one."""
    found = (
        next(filter(None, map(classify, _descriptions(entity, text))), None) for entity in entities
    )
    return frozenset(name for name in found if name)


def _triggers(facts: Iterable[Event]) -> dict[str, str]:
    texts: dict[str, list[str]] = {}
    for fact in facts:
        texts.setdefault(fact.type, []).append(fact.trigger.text)
    return {name: _lower(triggers) for name, triggers in texts.items()}


def _context(facts: Iterable[Event], text: str) -> str:
    passages = passages_of(text)
    bounds = sorted({passages.sentence_bounds(fact.trigger.start) for fact in facts})
    return _lower(text[start:end] for start, end in bounds)


def _is_arrest_at_protest(facts: Iterable[Event], text: str) -> bool:
    passages = passages_of(text)
    starts: dict[str, list[int]] = {"protest": [], "arrest": []}
    for fact in facts:
        starts.setdefault(fact.type, []).append(fact.trigger.start)

    def is_beside(one: int, other: int) -> bool:
        apart = passages.sentence_of(one) - passages.sentence_of(other)
        return abs(apart) <= 1 or passages.paragraph_of(one) == passages.paragraph_of(other)

    return any(
        is_beside(arrest, protest)
        for protest, arrest in product(starts["protest"], starts["arrest"])
        if not _AT_HOME.search(text, *passages.sentence_bounds(arrest))
    )


def _lower(texts: Iterable[str]) -> str:
    return "; ".join(" ".join(text.lower().split()) for text in texts)


def _detained(incident: Incident) -> Iterable[int]:
    return (toll.quantity.minimum or 0 for toll in incident.tolls if toll.outcome == "detained")
