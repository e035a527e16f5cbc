"""Who stands in the actor columns of ACLED's table.

Names are the text's. As in ACLED's own data, demonstrators, rioters and civilians go by these
generic terms, and who they are stands in the column of associated actors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from clashtag.analysis.codebooks.actor_classes import (
    ARMED,
    STATE_FORCES,
    UNARMED,
    ActorClass,
    actor_class,
    harmed_class,
)
from clashtag.analysis.codebooks.situation import participants_of
from clashtag.analysis.findings import Code, Entity, Incident
from clashtag.formats.incident_cells import name_of, named
from clashtag.records import Record

PROTESTERS, RIOTERS, CIVILIANS = "Protesters", "Rioters", "Civilians"
_PARTIES_ARE_AGENTS = ("clash", "agreement")
_PEOPLE = UNARMED - {ActorClass.CIVILIAN_SITE}

_Classified = list[tuple[str, ActorClass | None]]


@dataclass(frozen=True, slots=True)
class Actors:
    """The two sides of an incident, each with who is associated, and whoever else acts."""

    first: str | None = None
    with_first: tuple[str, ...] = ()
    second: str | None = None
    with_second: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def acled_actors(incident: Incident, record: Record, code: Code) -> Actors:
    """Return the actors of an incident as ACLED tells them apart for its code."""
    found = participants_of(incident, record)
    agents = _classified(found.agents, actor_class)
    targets = _classified(found.targets, harmed_class)
    victims = _classified(found.victims, harmed_class)
    if code.event_type in {"Protests", "Riots"}:
        all_agents = _classified(incident.roles.get("agent", ()), actor_class)
        crowd_name = PROTESTERS if code.event_type == "Protests" else RIOTERS
        return _demonstration(crowd_name, agents, targets + victims, all_agents)
    names = [name for name, _ in agents]
    if incident.type in _PARTIES_ARE_AGENTS:
        first, second, *others = [*names, None, None]
        return Actors(first=first, second=second, others=tuple(filter(None, others)))
    second, with_second = _hit_side(agents, targets, victims, code)
    if incident.type == "deployment":
        second, with_second = None, ()
    return Actors(names[0] if names else None, tuple(names[1:]), second, with_second)


def _demonstration(
    crowd_name: str, agents: _Classified, hit: _Classified, all_agents: _Classified
) -> Actors:
    forces = list(dict.fromkeys(name for name, kind in all_agents + hit if kind in ARMED))
    crowd = [name for name, kind in agents if kind not in ARMED]
    crowd = crowd or [name for name, kind in hit if kind in _PEOPLE]
    second = forces[0] if forces else None
    if not forces and any(kind in UNARMED for name, kind in hit if name not in crowd):
        second = CIVILIANS
    return Actors(crowd_name, tuple(crowd), second, tuple(forces[1:]))


def _hit_side(
    agents: _Classified, targets: _Classified, victims: _Classified, code: Code
) -> tuple[str | None, tuple[str, ...]]:
    """Return who is hit and who is associated; a blank code names nobody but people under arms.

    So does a battle, where those hurt may also be of the first side: police who raid a house.
    """
    hit = targets if any(kind for _, kind in targets) else victims
    is_battle = code.event_type == "Battles"
    if is_battle and not any(kind in ARMED for _, kind in targets):
        sides = {_side(kind) for _, kind in agents}
        hit = [(name, kind) for name, kind in victims if _side(kind) not in sides]
    is_on_civilians = code.event_type == "Violence against civilians"
    armed = [name for name, kind in hit if kind in ARMED]
    if armed and not is_on_civilians:
        return armed[0], tuple(armed[1:])
    is_on_unarmed = code.event_type and any(kind in UNARMED for _, kind in hit)
    if is_on_civilians or (is_on_unarmed and not is_battle):
        people = dict.fromkeys(
            name for name, _ in targets + victims if actor_class(name) in _PEOPLE
        )
        return CIVILIANS, tuple(people)
    return None, ()


def _side(kind: ActorClass | None) -> ActorClass | None:
    """Return a kind of actor, soldiers and police as one."""
    return ActorClass.MILITARY if kind in STATE_FORCES else kind


def _classified(
    entities: Iterable[Entity], classify: Callable[[str], ActorClass | None]
) -> _Classified:
    """Return the names of entities with the kind of actor that they tell of."""
    return [(name_of(entity), classify(name_of(entity))) for entity in named(entities)]
