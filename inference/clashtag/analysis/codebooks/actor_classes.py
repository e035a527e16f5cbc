"""What kind of actor a phrase names, by small word lists.

The last listed word of a phrase names its head (*village militia*), and a word that names people
under arms or civilians outranks one that only hints at them (*forces*, *house*).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from clashtag.analysis.codebooks.word_lists import compile_words, says


class ActorClass(StrEnum):
    """The kinds of actors that the codebooks tell apart."""

    MILITARY = "military"
    POLICE = "police"
    GOVERNMENT = "government"
    REBELS = "rebels"
    MILITIA = "militia"
    GUNMEN = "gunmen"
    GANG = "gang"
    PROTESTERS = "protesters"
    CROWD = "crowd"
    CIVILIANS = "civilians"
    CIVILIAN_SITE = "civilian site"


STATE_FORCES = frozenset({ActorClass.MILITARY, ActorClass.POLICE})
NON_STATE = frozenset({ActorClass.REBELS, ActorClass.MILITIA, ActorClass.GUNMEN, ActorClass.GANG})
ARMED = STATE_FORCES | NON_STATE
UNARMED = frozenset(
    {ActorClass.CIVILIANS, ActorClass.CIVILIAN_SITE, ActorClass.PROTESTERS, ActorClass.CROWD}
)

# Groups whose names hold other words of the lists, or none of them. Users' texts will know more.
NAMED_GROUPS = (
    "houthi, ansar allah, hamas, hezbollah, hizbullah, islamic jihad, islamic state, isis, isil,"
    " daesh, iswap, al qaeda, al qaida, aqap, boko haram, al shabaab, taliban, ttp, jnim, farc,"
    " eln, pkk, ypg, m23, codeco, fano, arakan army, rapid support forces, rsf, sdf, syrian"
    " democratic forces, allied democratic forces, tamil tigers, shining path, naxalite, maoist,"
    " liberation army, liberation front, liberation movement, liberation column, resistance army,"
    " resistance front, resistance movement, redemption front, salvation front, people's defence"
    " force, people's defense force, revolutionary front, patriotic front"
)
# Words that settle the class of the phrase they stand in.
DECISIVE_WORDS: Mapping[ActorClass, str] = {
    ActorClass.MILITARY: (
        "army, military, soldier, serviceman, servicewoman, navy, marine, sailor, air force,"
        " airman, paratrooper, commando, infantry, conscript, reservist, national guard,"
        " revolutionary guard, peacekeeper, security forces, armed forces, special forces,"
        " government forces, government troops, warplane, fighter jet, warship, gunboat, coast"
        " guard, coastguard, jawan, garrison, barracks"
    ),
    ActorClass.POLICE: (
        "police, policeman, policewoman, gendarme, gendarmerie, constable, border guard, prison"
        " guard, prison officer, customs man, customs officer, detective, carabinieri"
    ),
    ActorClass.GOVERNMENT: (
        "government, authority, junta, regime, ministry, presidency, parliament, court,"
        " administration"
    ),
    ActorClass.REBELS: (
        "rebel, insurgent, guerrilla, guerilla, separatist, secessionist, jihadist, islamist,"
        " militant, extremist, terrorist, mujahideen, dissident"
    ),
    ActorClass.MILITIA: (
        "militia, militiaman, paramilitary, paramilitaries, self defence group, self defense"
        " group, self defence force, self defense force, self defence unit, auxiliaries, vigilante,"
        " armed group, armed faction, armed wing, tribal fighter"
    ),
    ActorClass.GUNMEN: (
        "gunman, armed man, armed youth, armed attacker, masked man, masked attacker, attacker,"
        " assailant, raider, assassin, sniper, hitman, kidnapper, abductor, captor, perpetrator,"
        " bomber, suicide bomber"
    ),
    ActorClass.GANG: (
        "gang, gangster, gang member, cartel, bandit, pirate, robber, rustler, smuggler,"
        " trafficker, criminal, outlaw"
    ),
    ActorClass.PROTESTERS: (
        "protester, protestor, demonstrator, counter demonstrator, marcher, striker, picketer,"
        " protest, demonstration, rally, march, vigil, sit in"
    ),
    ActorClass.CROWD: (
        "crowd, mob, rioter, looter, hooligan, fan, supporter, loyalist, onlooker, inmate"
    ),
    ActorClass.CIVILIANS: (
        "civilian, villager, townspeople, resident, inhabitant, locals, citizen, bystander,"
        " pedestrian, passer by, passers by, farmer, farm worker, herder, herdsman, shepherd,"
        " pastoralist, trader, vendor, seller, shopkeeper, merchant, shopper, customer, student,"
        " pupil, schoolboy, schoolgirl, schoolchildren, schoolmaster, headmaster, teacher,"
        " lecturer, professor, journalist, reporter, cameraman, photographer, editor, doctor,"
        " surgeon, nurse, midwife, midwives, medic, paramedic, patient, worshipper, congregation,"
        " pilgrim, priest, pastor, bishop, imam, cleric, preacher, monk, nun, rabbi, passenger,"
        " commuter, driver, motorist, trucker, miner, prospector, fisherman, fisher, worker,"
        " labourer, laborer, engineer, surveyor, technician, contractor, tourist, holidaymaker,"
        " traveller, traveler, family, household, couple, woman, girl, boy, child, children,"
        " toddler, baby, infant, minor, teenager, mother, father, parent, sister, brother, son,"
        " daughter, wife, wives, husband, nephew, niece, cousin, uncle, aunt, grandmother,"
        " grandfather, relative, neighbour, neighbor, elder, refugee, displaced, evacuee, migrant,"
        " hostage, captive, detainee, prisoner, official, mayor, governor, councillor, minister,"
        " lawmaker, legislator, senator, politician, candidate, judge, magistrate, prosecutor,"
        " lawyer, activist, unionist, mourner, guest, staff, employee, clerk, cook, porter, guide,"
        " widow, pensioner, peasant, grower, night guard, watchman"
    ),
}
# Words that hint at the class of a phrase in which nothing else decides.
HINTING_WORDS: Mapping[ActorClass, str] = {
    ActorClass.MILITARY: (
        "forces, troops, trooper, base, air base, airbase, position, outpost, checkpoint, post,"
        " patrol, unit, trench, headquarters, tank, armour, armor, brigade, battalion, regiment,"
        " platoon, column, reinforcement, commander, enemy, combatant, jet, plane, helicopter,"
        " contingent"
    ),
    ActorClass.POLICE: "officer, ranger",
    ActorClass.MILITIA: "fighter, tribesman, tribe, clan, faction, group, movement",
    ActorClass.CROWD: "youth, young man, young people",
    ActorClass.CIVILIANS: "people, person, man",
    ActorClass.CIVILIAN_SITE: (
        "village, hamlet, settlement, home, house, apartment, flat, residential, neighbourhood,"
        " neighborhood, market, marketplace, bazaar, mall, shop, stall, store, school,"
        " kindergarten, university, college, dormitory, hospital, clinic, dispensary, maternity,"
        " church, mosque, temple, synagogue, chapel, shrine, prayer hall, monastery, bus, minibus,"
        " taxi, train, ferry, car, lorry, truck, tractor, wedding, funeral, restaurant, cafe, café,"
        " hotel, bar, nightclub, farm, field, ambulance, aid, tent, cinema, theatre, concert,"
        " stadium, playground, bakery, factory, bank"
    ),
}
# They say much about whom violence hit, and nothing about who did it.
_PEOPLE_AT_LARGE = frozenset({"people", "person", "persons", "man", "men"})
_NO_LONGER_UNDER_ARMS = (
    "former, retired, ex, off duty, unarmed, captured, captive, disarmed, surrendered, surrendering"
)
_HELD_BY = re.compile(r"\b\w+-(?:held|controlled|run|occupied|backed|linked|led|aligned)\b")
_SUBSET = re.compile(r"\b(?:including|among (?:them|whom)|of whom)\b")
_SETTING = re.compile(r"\s(?:in|at|on|near|outside|inside|around|from|by|with|who|that|which)\s")
_SEGMENT_EDGE = re.compile(r"\s(?:of|carrying|transporting|belonging to)\s|[,;()–—]\s*")


def actor_class(phrase: str) -> ActorClass | None:
    """Return the kind of actor that a phrase names as a doer, None where its words do not tell."""
    name, word = _class_and_word(phrase)
    return None if word in _PEOPLE_AT_LARGE else name


def harmed_class(phrase: str) -> ActorClass | None:
    """Return the kind of actor that a phrase names as hit by violence.

    Unlike doers, people of no further description count as civilians, and so do those who are
    no longer under arms (*retired soldiers*, *captured fighters*).
    """
    name, _ = _class_and_word(phrase)
    if name in ARMED and says(phrase.lower(), _NO_LONGER_UNDER_ARMS):
        return ActorClass.CIVILIANS
    return name


def _class_and_word(phrase: str) -> tuple[ActorClass | None, str]:
    text = _SUBSET.split(" ".join(phrase.lower().split()))[0]
    text = _SETTING.split(_HELD_BY.sub(" ", text))[0]
    segments = _SEGMENT_EDGE.split(text)
    for segment in segments:
        if named := compile_words(NAMED_GROUPS).search(segment):
            return ActorClass.REBELS, named.group()
        if found := _last_word(DECISIVE_WORDS, segment):
            return found
    for segment in segments:
        if found := _last_word(HINTING_WORDS, segment):
            return found
    return None, ""


def _last_word(lists: Mapping[ActorClass, str], segment: str) -> tuple[ActorClass, str] | None:
    """Return the listed word that ends last in a segment, the longest of several."""
    found = [
        (match.end(), len(match.group()), name, match.group())
        for name, words in lists.items()
        for match in compile_words(words).finditer(segment)
    ]
    if not found:
        return None
    *_, name, word = max(found)
    return name, word
