"""PLOVER's event types and modes, as a table of rules.

Sources: the PLOVER manual, draft 0.8 (https://github.com/openeventdata/PLOVER); the modes
`aerial`, `drone`, `targeted`, `crowd-control` and `seize` are those of the POLECAT data set, which
is coded after a later edition.
"""

from __future__ import annotations

from clashtag.analysis.codebooks import conditions as c
from clashtag.analysis.codebooks.actor_classes import NON_STATE, ActorClass
from clashtag.analysis.codebooks.rules import Rule
from clashtag.analysis.codebooks.weapons import Weapon
from clashtag.analysis.codebooks.word_lists import says
from clashtag.analysis.findings import Code

_DIRECT = ("attack", "death", "injury")
_ATTACKS = (*_DIRECT, "clash")


def _assault(mode: str) -> Code:
    return Code("ASSAULT", mode)


def _blank(reason: str) -> Code:
    return Code(None, None, reason)


def _weapon_rule(types: tuple[str, ...], weapon: Weapon, mode: str) -> Rule:
    return Rule(types, f"weapon: {weapon}", lambda s: weapon in s.weapons, _assault(mode))


PLOVER_RULES = (
    Rule(
        (),
        "planned, feared, denied or general (status `other`)",
        lambda s: not s.is_fact,
        _blank("planned, feared, denied or general: not an event"),
    ),
    # Violence
    Rule(("airstrike",), "drones", lambda s: Weapon.DRONE in s.weapons, _assault("drone")),
    Rule(("airstrike",), "otherwise", c.always, _assault("aerial")),
    Rule(
        ("shelling",),
        "drones, and no artillery, rockets or missiles",
        lambda s: Weapon.DRONE in s.weapons and Weapon.HEAVY not in s.weapons,
        _assault("drone"),
    ),
    Rule(("shelling",), "otherwise", c.always, _assault("heavy-weapons")),
    Rule(("clash",), "demonstrators or a crowd fight", c.is_by_crowd, Code("PROTEST", "riot")),
    Rule(
        _DIRECT,
        "a crowd does it, at a demonstration",
        lambda s: c.is_by_crowd(s) and c.is_demonstration(s),
        Code("PROTEST", "riot"),
    ),
    Rule(("death",), "a court's sentence is carried out", c.is_sentence, _assault("execute")),
    Rule(
        ("death",),
        "neither a doer nor a weapon",
        c.is_unexplained,
        _blank("deaths alone: PLOVER counts them with the violence that caused them"),
    ),
    Rule(
        ("injury",),
        "neither a doer nor a weapon",
        c.is_unexplained,
        _blank("injuries alone: PLOVER counts them with the violence that caused them"),
    ),
    Rule(
        _DIRECT,
        "an assassination",
        lambda s: says(s.own_triggers, "assassinat*"),
        _assault("targeted"),
    ),
    Rule(_DIRECT, "torture", lambda s: says(s.own_triggers, "tortur*"), _assault("torture")),
    *(
        _weapon_rule((*_ATTACKS, "bombing"), weapon, mode)
        for weapon, mode in (
            (Weapon.CHEMICAL, "unconventional"),
            (Weapon.SUICIDE, "suicide-attack"),
            (Weapon.DRONE, "drone"),
            (Weapon.AIRCRAFT, "aerial"),
            (Weapon.HEAVY, "heavy-weapons"),
        )
    ),
    Rule(
        ("bombing",), "fire bombs", lambda s: Weapon.FIRE_BOMB in s.weapons, _assault("primitive")
    ),
    Rule(("bombing",), "otherwise", c.always, _assault("explosives")),
    *(
        _weapon_rule(_ATTACKS, weapon, mode)
        for weapon, mode in (
            (Weapon.GRENADE, "explosives"),
            (Weapon.EXPLOSIVE, "explosives"),
            (Weapon.FIREARM, "firearms"),
            (Weapon.FIRE_BOMB, "primitive"),
            (Weapon.PRIMITIVE, "primitive"),
            (Weapon.BEATING, "beat"),
            (Weapon.CROWD_CONTROL, "crowd-control"),
        )
    ),
    Rule(_ATTACKS, "otherwise", c.always, Code("ASSAULT", None, "no weapon told that has a mode")),
    Rule(("abduction",), "otherwise", c.always, _assault("abduct")),
    Rule(("sexual_violence",), "otherwise", c.always, _assault("sexual")),
    Rule(
        ("destruction",), "demonstrators or a crowd do it", c.is_by_crowd, Code("PROTEST", "riot")
    ),
    Rule(("destruction",), "otherwise", c.always, _assault("destroy")),
    # Crowds
    Rule(("riot",), "otherwise", c.always, Code("PROTEST", "riot")),
    Rule(
        ("protest",),
        "a riot or destruction is told too",
        lambda s: bool(s.types & {"riot", "destruction"}),
        Code("PROTEST", "riot"),
    ),
    Rule(
        ("protest",),
        "a hunger strike",
        lambda s: says(s.own_triggers + "; " + s.context, "hunger strike"),
        Code("PROTEST", "hunger"),
    ),
    Rule(
        ("protest",),
        "a boycott",
        lambda s: says(s.own_triggers, "boycott*"),
        Code("PROTEST", "boycott"),
    ),
    Rule(
        ("protest",), "a strike without a demonstration", c.is_stoppage, Code("PROTEST", "strike")
    ),
    Rule(
        ("protest",),
        "a road, gate or port is blocked",
        lambda s: says(s.context, "blocked, block, blocking, blockad*, barricad*, obstruct*"),
        Code("PROTEST", "obstruct"),
    ),
    Rule(("protest",), "otherwise", c.always, Code("PROTEST", "demo")),
    # Coercion
    Rule(
        ("arrest",),
        "a non-state group does it",
        lambda s: bool(s.agents) and s.agents <= NON_STATE,
        _assault("abduct"),
    ),
    Rule(("arrest",), "otherwise", c.always, Code("COERCE", "arrest")),
    Rule(("territory",), "a siege", c.is_siege, Code("COERCE", "restrict")),
    Rule(
        ("territory",),
        "people surrender, and no place",
        c.is_surrender_of_people,
        Code("RETREAT", "disarm"),
    ),
    Rule(
        ("territory",),
        "those who held a place leave it",
        c.is_given_up,
        Code("RETREAT", "withdraw"),
    ),
    Rule(
        ("territory",),
        "a place is held or contested",
        c.is_standstill,
        _blank("a place is held: no event"),
    ),
    Rule(("territory",), "otherwise", c.always, Code("COERCE", "seize")),
    Rule(
        ("displacement",),
        "people are driven out or deported",
        c.is_expulsion,
        Code("COERCE", "deport"),
    ),
    Rule(("displacement",), "otherwise", c.always, _blank("PLOVER has no event for flight")),
    # Moves of forces
    Rule(("deployment",), "forces leave", c.is_withdrawal, Code("RETREAT", "withdraw")),
    Rule(
        ("deployment",),
        "police are sent",
        lambda s: ActorClass.POLICE in (s.targets or s.agents),
        Code("MOBILIZE", "police"),
    ),
    Rule(
        ("deployment",),
        "non-state forces move",
        lambda s: bool(s.agents) and s.agents <= NON_STATE,
        Code("MOBILIZE", "militia"),
    ),
    Rule(("deployment",), "otherwise", c.always, Code("MOBILIZE", "troops")),
    # Agreements
    Rule(("agreement",), "a ceasefire or truce", c.is_ceasefire, Code("RETREAT", "ceasefire")),
    Rule(("agreement",), "captives are freed or swapped", c.is_release, Code("RETREAT", "release")),
    Rule(("agreement",), "signed, ratified or concluded", c.is_signed, Code("SUPPORT", None)),
    Rule(("agreement",), "otherwise", c.always, Code("AGREE", None)),
)
