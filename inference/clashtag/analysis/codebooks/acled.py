"""ACLED's event and sub-event types, as a table of rules.

Source: the definitions of the ACLED codebook, editions of 2023 and 2024 (https://acleddata.com).
"""

from __future__ import annotations

from clashtag.analysis.codebooks import conditions as c
from clashtag.analysis.codebooks.actor_classes import (
    ARMED,
    NON_STATE,
    STATE_FORCES,
    UNARMED,
    ActorClass,
)
from clashtag.analysis.codebooks.rules import Rule
from clashtag.analysis.codebooks.weapons import Weapon
from clashtag.analysis.findings import Code

_BATTLES = "Battles"
_EXPLOSIONS = "Explosions/Remote violence"
_CIVILIANS = "Violence against civilians"
_PROTESTS = "Protests"
_RIOTS = "Riots"
_STRATEGIC = "Strategic developments"

ARMED_CLASH = Code(_BATTLES, "Armed clash")
GOVERNMENT_REGAINS = Code(_BATTLES, "Government regains territory")
NON_STATE_OVERTAKES = Code(_BATTLES, "Non-state actor overtakes territory")
AIR_STRIKE = Code(_EXPLOSIONS, "Air/drone strike")
SHELLING = Code(_EXPLOSIONS, "Shelling/artillery/missile attack")
REMOTE_EXPLOSIVE = Code(_EXPLOSIONS, "Remote explosive/landmine/IED")
SUICIDE_BOMB = Code(_EXPLOSIONS, "Suicide bomb")
GRENADE = Code(_EXPLOSIONS, "Grenade")
CHEMICAL_WEAPON = Code(_EXPLOSIONS, "Chemical weapon")
ATTACK = Code(_CIVILIANS, "Attack")
ABDUCTION = Code(_CIVILIANS, "Abduction/forced disappearance")
SEXUAL_VIOLENCE = Code(_CIVILIANS, "Sexual violence")
PEACEFUL_PROTEST = Code(_PROTESTS, "Peaceful protest")
INTERVENTION = Code(_PROTESTS, "Protest with intervention")
EXCESSIVE_FORCE = Code(_PROTESTS, "Excessive force against protesters")
VIOLENT_DEMONSTRATION = Code(_RIOTS, "Violent demonstration")
MOB_VIOLENCE = Code(_RIOTS, "Mob violence")
AGREEMENT = Code(_STRATEGIC, "Agreement")
ARRESTS = Code(_STRATEGIC, "Arrests")
CHANGE = Code(_STRATEGIC, "Change to group/activity")
DISRUPTED_WEAPONS = Code(_STRATEGIC, "Disrupted weapons use")
BASE = Code(_STRATEGIC, "Headquarters or base established")
PROPERTY = Code(_STRATEGIC, "Looting/property destruction")
TRANSFER = Code(_STRATEGIC, "Non-violent transfer of territory")
OTHER = Code(_STRATEGIC, "Other")

_DIRECT = ("attack", "death", "injury")
_REMOTE = ("bombing", "shelling", "airstrike")
_ACTS = ("bombing", *_DIRECT, "destruction")
_STATE = STATE_FORCES | {ActorClass.GOVERNMENT}


def _blank(reason: str) -> Code:
    return Code(None, None, reason)


ACLED_RULES = (
    Rule(
        (),
        "planned, feared, denied or general (status `other`)",
        lambda s: not s.is_fact,
        _blank("planned, feared, denied or general: not an event"),
    ),
    # Explosions and remote violence
    Rule(_REMOTE, "a clash is told too", lambda s: "clash" in s.types, ARMED_CLASH),
    Rule(
        (*_REMOTE, *_DIRECT),
        "a chemical weapon",
        lambda s: Weapon.CHEMICAL in s.weapons,
        CHEMICAL_WEAPON,
    ),
    Rule(("airstrike",), "otherwise", c.always, AIR_STRIKE),
    Rule(
        ("shelling",),
        "drones, and no artillery, rockets or missiles",
        lambda s: Weapon.DRONE in s.weapons and Weapon.HEAVY not in s.weapons,
        AIR_STRIKE,
    ),
    Rule(("shelling",), "otherwise", c.always, SHELLING),
    Rule(
        ("destruction",),
        "drones, missiles or bombs are stopped before they hit",
        c.is_stopped_weapon,
        DISRUPTED_WEAPONS,
    ),
    Rule(("destruction",), "a plane or helicopter is shot down", c.is_downed_aircraft, SHELLING),
    Rule(
        ("death",),
        "a court's sentence is carried out",
        c.is_sentence,
        _blank("a sentence carried out, not an attack"),
    ),
    *(
        Rule(_ACTS, f"{name}; outside bombings, no other weapon", c.explosion_of(*weapons), code)
        for name, weapons, code in (
            ("a suicide bomb", (Weapon.SUICIDE,), SUICIDE_BOMB),
            ("aircraft or drones", (Weapon.DRONE, Weapon.AIRCRAFT), AIR_STRIKE),
            ("artillery, rockets or missiles", (Weapon.HEAVY,), SHELLING),
            ("a grenade", (Weapon.GRENADE,), GRENADE),
            ("other explosives", (Weapon.EXPLOSIVE,), REMOTE_EXPLOSIVE),
        )
    ),
    # Demonstrators as targets, crowds as doers
    Rule(
        _DIRECT,
        "demonstrators are hit, and a riot is told too",
        lambda s: c.is_against_demonstrators(s) and "riot" in s.types,
        VIOLENT_DEMONSTRATION,
    ),
    Rule(
        _DIRECT,
        "demonstrators are shot at, killed or gravely hurt",
        lambda s: c.is_against_demonstrators(s) and c.is_lethal_force(s),
        EXCESSIVE_FORCE,
    ),
    Rule(_DIRECT, "demonstrators are hit", c.is_against_demonstrators, INTERVENTION),
    Rule(
        (*_ACTS, "clash"),
        "a crowd does it, at a demonstration",
        lambda s: c.is_by_crowd(s) and c.is_demonstration(s),
        VIOLENT_DEMONSTRATION,
    ),
    Rule((*_ACTS, "clash"), "a crowd does it", c.is_by_crowd, MOB_VIOLENCE),
    Rule(("bombing",), "fire bombs", lambda s: Weapon.FIRE_BOMB in s.weapons, PROPERTY),
    Rule(("bombing",), "otherwise", c.always, REMOTE_EXPLOSIVE),
    # Two armed sides, or one
    Rule(
        ("clash", "territory"),
        "a state's forces take a place back, or take it from rebels",
        lambda s: c.is_taken(s) and bool(s.captors & _STATE) and c.is_retaken(s),
        GOVERNMENT_REGAINS,
    ),
    Rule(
        ("clash", "territory"),
        "rebels, a militia, gunmen or a gang take a place",
        lambda s: c.is_taken(s) and bool(s.captors & NON_STATE),
        NON_STATE_OVERTAKES,
    ),
    Rule(("clash",), "otherwise", c.always, ARMED_CLASH),
    Rule(
        ("death",),
        "neither a doer nor a weapon",
        c.is_unexplained,
        _blank("deaths alone: ACLED counts them with the violence that caused them"),
    ),
    Rule(
        ("injury",),
        "neither a doer nor a weapon",
        c.is_unexplained,
        _blank("ACLED does not code injuries alone"),
    ),
    Rule(
        _DIRECT,
        "only private persons do it",
        lambda s: s.agents == {ActorClass.CIVILIANS},
        _blank("done by private persons, not by an organised group"),
    ),
    Rule(
        _DIRECT,
        "people under arms are the target, after they surrendered",
        lambda s: bool(s.targets & ARMED) and c.is_after_surrender(s),
        ATTACK,
    ),
    Rule(
        _DIRECT,
        "a clash is told too, and no civilians or crowd who are hit",
        lambda s: "clash" in s.types and not c.are_people_hit(s),
        ARMED_CLASH,
    ),
    Rule(
        _DIRECT,
        "people under arms and others are targets",
        lambda s: bool(s.targets & ARMED) and bool(s.targets - ARMED),
        _blank("targets both under arms and civilian"),
    ),
    Rule(
        _DIRECT, "people under arms are the target", lambda s: bool(s.targets & ARMED), ARMED_CLASH
    ),
    Rule(
        _DIRECT,
        "people under arms are killed or hurt",
        lambda s: bool(s.victims & ARMED),
        ARMED_CLASH,
    ),
    Rule(
        _DIRECT, "civilians or a crowd are the target", lambda s: bool(s.targets & UNARMED), ATTACK
    ),
    Rule(_DIRECT, "otherwise", c.always, _blank("target unknown: civilians or an armed group")),
    # Other violence against civilians
    Rule(
        ("abduction",),
        "only people under arms are taken",
        lambda s: bool(s.victims) and s.victims <= ARMED,
        _blank("taken under arms: part of a battle or an abduction"),
    ),
    Rule(("abduction",), "deaths are told too", lambda s: "death" in s.types, ATTACK),
    Rule(
        ("abduction",),
        "sexual violence is told too",
        lambda s: "sexual_violence" in s.types,
        SEXUAL_VIOLENCE,
    ),
    Rule(("abduction",), "otherwise", c.always, ABDUCTION),
    Rule(("sexual_violence",), "otherwise", c.always, SEXUAL_VIOLENCE),
    Rule(
        ("arrest",),
        "a non-state group does it",
        lambda s: bool(s.agents) and s.agents <= NON_STATE,
        ABDUCTION,
    ),
    Rule(
        ("arrest",),
        f"at least {c.MASS_ARREST} people, fighters, soldiers, police or demonstrators, or people"
        " of political weight",
        c.is_notable_arrest,
        ARRESTS,
    ),
    Rule(
        ("arrest",),
        "otherwise",
        c.always,
        _blank("ACLED codes only mass arrests and arrests of political weight"),
    ),
    # Demonstrations
    Rule(
        ("protest",),
        "a riot or destruction is told too",
        lambda s: bool(s.types & {"riot", "destruction"}),
        VIOLENT_DEMONSTRATION,
    ),
    Rule(
        ("protest",),
        "a strike, hunger strike or boycott without a demonstration",
        c.is_stoppage,
        _blank("ACLED codes a strike only with a demonstration"),
    ),
    Rule(
        ("protest",),
        "people are shot at, killed (other than police and soldiers) or gravely hurt",
        c.is_lethal_force,
        EXCESSIVE_FORCE,
    ),
    Rule(
        ("protest",),
        "people are attacked, dispersed or hurt, or arrested where they protest",
        c.is_intervention,
        INTERVENTION,
    ),
    Rule(("protest",), "otherwise", c.always, PEACEFUL_PROTEST),
    Rule(("riot",), "a demonstration is told too", c.is_demonstration, VIOLENT_DEMONSTRATION),
    Rule(
        ("riot",), "a doer or a target", lambda s: s.has_agent or bool(s.target_names), MOB_VIOLENCE
    ),
    Rule(
        ("riot",), "otherwise", c.always, Code(_RIOTS, None, "a demonstration or a mob: not told")
    ),
    # Strategic developments
    Rule(("territory",), "a siege", c.is_siege, _blank("a siege: the place does not change hands")),
    Rule(("territory",), "people surrender, and no place", c.is_surrender_of_people, AGREEMENT),
    Rule(
        ("territory",), "a place is given up or taken without a fight", c.is_handed_over, TRANSFER
    ),
    Rule(
        ("territory",),
        "a place is held, lost or contested",
        c.is_standstill,
        _blank("who takes the place is not told"),
    ),
    Rule(
        ("territory",),
        "a state's forces take a place",
        lambda s: bool(s.captors & _STATE),
        _blank("a state's forces take a place: regained or taken abroad"),
    ),
    Rule(
        ("territory",),
        "somebody else takes a place",
        lambda s: s.has_agent,
        _blank("whoever takes the place is not known for a state's forces or an armed group"),
    ),
    Rule(("territory",), "otherwise", c.always, _blank("who takes the place is not told")),
    Rule(("deployment",), "a base, camp or post is set up", c.is_base_founded, BASE),
    Rule(("deployment",), "otherwise", c.always, CHANGE),
    Rule(("displacement",), "otherwise", c.always, OTHER),
    Rule(
        ("agreement",),
        "captives are freed by force",
        c.is_rescue,
        _blank("a rescue, not an agreement"),
    ),
    Rule(("agreement",), "otherwise", c.always, AGREEMENT),
    Rule(("destruction",), "otherwise", c.always, PROPERTY),
)
