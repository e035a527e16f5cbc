"""The conditions that the rules of both codebooks are made of.

Many look for words: in the triggers, or in the sentences of an incident's mentions.
"""

from __future__ import annotations

from collections.abc import Callable

from clashtag.analysis.codebooks.actor_classes import (
    NON_STATE,
    STATE_FORCES,
    UNARMED,
    ActorClass,
)
from clashtag.analysis.codebooks.situation import Situation
from clashtag.analysis.codebooks.weapons import EXPLOSIVES, Weapon
from clashtag.analysis.codebooks.word_lists import says

MASS_ARREST = 10
_SHOT_DOWN = (
    "shot down, shoot down, shooting down, shoots down, intercept*, downed, brought down, jammed,"
    " repelled"
)
_FLYING_WEAPONS = "drone, uav, quadcopter, missile, rocket, shell, projectile, munition"
_GROUND_ASSAULT = "raid*, storm*, ambush*, assault*, incursion, offensive, invad*, invasion"
_TAKING = (
    "took*, take, taken, taking, seiz*, captur*, enter*, occupied, overran, overrun, fell, fallen,"
    " gain*, retook, retak*, recaptur*, liberat*"
)
_TRUCE = "ceasefire, cease fire, truce, armistice, cessation*, suspension*"
_WITHOUT_A_FIGHT = (
    "without a fight, without fighting, without resistance, without firing a shot, without a shot,"
    " unopposed"
)
_NOTABLE = NON_STATE | STATE_FORCES | {ActorClass.PROTESTERS}


def always(_: Situation) -> bool:
    """Every situation."""
    return True


def is_by_crowd(s: Situation) -> bool:
    """A crowd or demonstrators do it, and nobody under arms with them."""
    crowd = s.agents & {ActorClass.PROTESTERS, ActorClass.CROWD}
    return bool(crowd) and not s.agents & NON_STATE


def is_demonstration(s: Situation) -> bool:
    """A demonstration is told: as an event, as an actor or in the sentences."""
    return (
        "protest" in s.types
        or ActorClass.PROTESTERS in s.agents | s.targets
        or says(s.context, "demonstrat*, protest*, marched, marcher, rally, rallied")
    )


def is_against_demonstrators(s: Situation) -> bool:
    """Demonstrators are hit, by others than a crowd; civilians who march, by state forces."""
    is_crowd = ActorClass.CROWD in s.targets and is_demonstration(s)
    is_marching = "protest" in s.types or says(
        s.context, "protesting, demonstrating, marching, rallying"
    )
    are_marchers = ActorClass.CIVILIANS in s.targets and is_marching and not s.agents & NON_STATE
    is_hit = ActorClass.PROTESTERS in s.targets or is_crowd or are_marchers
    return is_hit and not is_by_crowd(s)


def is_lethal_force(s: Situation) -> bool:
    """People are shot at or killed (other than police and soldiers), or gravely hurt."""
    is_warning = says(s.context, "in the air, into the air, warning shot")
    is_shooting = Weapon.FIREARM in s.weapons or says(s.context, "live round, live ammunition")
    is_deadly = "death" in s.types and not s.victims & STATE_FORCES
    is_grave = says(s.context, "serious*, severe*, critical*, hospital*") and "injury" in s.types
    return is_deadly or is_grave or (is_shooting and not is_warning)


def is_intervention(s: Situation) -> bool:
    """A crowd is attacked, dispersed, hurt or arrested where it protests."""
    return (
        bool(s.types & {"attack", "injury"})
        or s.is_arrest_at_protest
        or Weapon.CROWD_CONTROL in s.weapons
        or says(
            s.context,
            "dispers*, tear gas, teargas, water cannon, baton, rubber bullet, pepper spray,"
            " broke up, breaking up",
        )
    )


def is_stoppage(s: Situation) -> bool:
    """A strike, hunger strike or boycott without a demonstration."""
    return says(
        s.own_triggers,
        "strike, striking, struck, general strike, stoppage, walkout, walk off, boycott*",
    ) and not says(
        s.own_triggers, "march*, rall*, demonstrat*, protest*, gather*, sit in, procession"
    )


def explosion_of(*kinds: Weapon) -> Callable[[Situation], bool]:
    """Return the condition that some kinds of explosive weapons are named.

    Outside bombings no others may be, and neither a clash nor an assault on the ground be told.
    """

    def is_explosion(s: Situation) -> bool:
        weapons = s.instruments or s.weapons
        is_on_the_ground = "clash" in s.types or says(s.own_triggers, _GROUND_ASSAULT)
        is_only = weapons <= EXPLOSIVES and not is_on_the_ground
        return not s.weapons.isdisjoint(kinds) and (s.type == "bombing" or is_only)

    return is_explosion


def is_after_surrender(s: Situation) -> bool:
    """Those hit were under arms, and had surrendered or been captured."""
    return says(
        s.context,
        "after surrendering, after they surrendered, after he surrendered, had surrendered,"
        " after being captured, after their capture, in captivity, hands tied, hands bound",
    )


def are_people_hit(s: Situation) -> bool:
    """Civilians or a crowd are hit, and not only houses or vehicles."""
    return bool((s.targets | s.victims) & (UNARMED - {ActorClass.CIVILIAN_SITE}))


def is_unexplained(s: Situation) -> bool:
    """Neither who does it nor a weapon is told."""
    return not s.has_agent and not s.weapons


def is_sentence(s: Situation) -> bool:
    """A court's sentence is carried out."""
    return (
        says(s.own_triggers, "execut*, hanged, put to death")
        and not s.agents & NON_STATE
        and says(s.context, "sentence, sentenced, convict*, court, death penalty, death row")
    )


def _takeover(s: Situation) -> str:
    return s.triggers.get("territory", "")


def is_siege(s: Situation) -> bool:
    """A place is besieged, and nobody is said to take it."""
    return says(
        _takeover(s), "siege, besieg*, encircl*, surround*, blockad*, cut off, trapped"
    ) and not says(_takeover(s), _TAKING)


def is_surrender_of_people(s: Situation) -> bool:
    """People give themselves up, and no place is named as target."""
    return not s.target_names and says(
        _takeover(s), "surrender*, gave themselves up, gave himself up, laid down*"
    )


def is_given_up(s: Situation) -> bool:
    """Those who held a place leave it."""
    return says(
        _takeover(s),
        "handed over, handed back, hand over, handing back, handing over, surrender*, abandon*,"
        " vacat*, transfer*, yield*, cede, ceded, withdr*, relinquish*, gave up, pulled out",
    )


def is_handed_over(s: Situation) -> bool:
    """A place is given up, or taken without a fight."""
    is_fought_over = bool(s.types & {"clash", "attack"})
    return is_given_up(s) or (not is_fought_over and says(s.context, _WITHOUT_A_FIGHT))


def is_standstill(s: Situation) -> bool:
    """A place is held, lost or contested, and nobody is said to take it."""
    return says(
        _takeover(s),
        "hold, held, holding, control, controlled, contested, disputed, lose, lost, loss",
    ) and not says(_takeover(s), _TAKING)


def is_taken(s: Situation) -> bool:
    """A place is taken by force."""
    return "territory" in s.types and not (
        is_siege(s) or is_surrender_of_people(s) or is_handed_over(s) or is_standstill(s)
    )


def is_retaken(s: Situation) -> bool:
    """The place is taken back, or taken from rebels."""
    return (
        says(
            _takeover(s),
            "retake, retaken, retaking, retook, recaptur*, regain*, liberat*, won back, win back,"
            " took back, taken back, take back, reclaim*, recover*, got back",
        )
        or bool(s.targets & NON_STATE)
        or says(
            s.context,
            "from rebel, from the rebel, from insurgent, from the insurgent,"
            " from militant, from the militant, from jihadist, from the militia",
        )
    )


def is_stopped_weapon(s: Situation) -> bool:
    """Drones or missiles are shot down, or bombs defused."""
    is_shot_down = says(s.own_triggers, _SHOT_DOWN)
    if says(s.target_heads, _FLYING_WEAPONS):
        return is_shot_down or says(s.own_triggers, "destroyed, neutrali*")
    if says(s.target_heads, "bomb, ied, mine, landmine, device, explosive"):
        return says(s.own_triggers, "defus*, dismantl*, neutrali*, disabled, made safe")
    return is_shot_down and not is_downed_aircraft(s) and says(s.context, _FLYING_WEAPONS)


def is_downed_aircraft(s: Situation) -> bool:
    """An aircraft with people in it is shot down."""
    return says(s.own_triggers, _SHOT_DOWN) and says(
        s.target_heads, "plane, warplane, aircraft, jet, helicopter, bomber, airliner"
    )


def is_base_founded(s: Situation) -> bool:
    """A base, camp or post is set up."""
    return says(
        s.own_triggers + "; " + s.context, "set up, setting up, establish*, built, build, opened"
    ) and says(
        s.context + "; " + s.target_names,
        "base, camp, outpost, headquarters, garrison, command post",
    )


def is_withdrawal(s: Situation) -> bool:
    """Forces leave."""
    return says(
        s.own_triggers,
        "withdr*, pull out, pulled out, pulled back, pulls back, pull back, pulling*, retreat*,"
        " left, leave, leaving, fell back, falling back, quit, depart*, desert*, fled, flight",
    )


def is_expulsion(s: Situation) -> bool:
    """People are driven out, expelled or deported."""
    return says(
        s.own_triggers,
        "expel*, expulsion, deport*, evict*, drove, driven*, drive*, forced, forced out, forcibly*,"
        " uprooted, burned out, chased*, ethnic cleansing",
    )


def is_ceasefire(s: Situation) -> bool:
    """A ceasefire or truce."""
    return says(s.own_triggers, _TRUCE) or (
        says(s.own_triggers, "exten*, renew*, prolong*") and says(s.context, _TRUCE)
    )


def is_release(s: Situation) -> bool:
    """Captives are freed, swapped or handed back."""
    return says(
        s.own_triggers,
        "releas*, free, freed, freeing, freedom, exchang*, swap*, let go, let out, return*,"
        " handed over, handed back, rescu*, walked free, walked out, repatriat*",
    )


def is_rescue(s: Situation) -> bool:
    """Captives are freed by force."""
    return says(s.own_triggers, "rescu*")


def is_signed(s: Situation) -> bool:
    """An agreement is signed, ratified or concluded."""
    return says(
        s.own_triggers + "; " + s.context, "sign, signed, signing, ratif*, conclud*, finali*"
    )


def is_notable_arrest(s: Situation) -> bool:
    """Many people are arrested, or somebody of political or military weight."""
    return (
        s.detained >= MASS_ARREST
        or bool(s.victims & _NOTABLE)
        or says(s.own_triggers, "mass arrest, rounded up, round up, roundup")
        or says(
            s.victim_names,
            "dozen, scores, hundreds, thousands, leader, opposition, journalist, reporter, editor,"
            " activist, politician, candidate, lawmaker, legislator, senator, minister, premier,"
            " president, governor, mayor, councillor, general, colonel, commander, judge, lawyer,"
            " cleric, imam, bishop, priest, critic, dissident, unionist",
        )
    )
