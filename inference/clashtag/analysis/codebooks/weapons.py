"""Which weapons phrases name, by small word lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from clashtag.analysis.codebooks.word_lists import compile_words, says


class Weapon(StrEnum):
    """The kinds of weapons that the codebooks tell apart."""

    CROWD_CONTROL = "crowd control"
    CHEMICAL = "chemical"
    DRONE = "drone"
    AIRCRAFT = "aircraft"
    SUICIDE = "suicide bomb"
    FIRE_BOMB = "fire bomb"
    HEAVY = "artillery, rocket, missile"
    GRENADE = "grenade"
    EXPLOSIVE = "explosive"
    FIREARM = "firearm"
    VEHICLE = "vehicle"
    PRIMITIVE = "blade, stone, stick"
    BEATING = "beating"


EXPLOSIVES = frozenset(
    {
        Weapon.DRONE,
        Weapon.AIRCRAFT,
        Weapon.SUICIDE,
        Weapon.HEAVY,
        Weapon.GRENADE,
        Weapon.EXPLOSIVE,
    }
)
# In the order they are looked for: words found for one weapon are not read again for the next
# (a *rocket-propelled grenade* is no grenade, a *petrol bomb* no bomb).
WEAPON_WORDS: Mapping[Weapon, str] = {
    Weapon.CROWD_CONTROL: (
        "tear gas, teargas, tear gassed, water cannon, rubber bullet, rubber coated bullet,"
        " plastic bullet, pepper spray, baton, stun grenade"
    ),
    Weapon.CHEMICAL: (
        "chemical, chemical weapon, chemical attack, sarin, chlorine, mustard gas, nerve agent,"
        " poison gas, poisonous gas, anthrax, gas attack"
    ),
    Weapon.DRONE: (
        "drone, suicide drone, kamikaze drone, uav, fpv, quadcopter, unmanned aerial vehicle,"
        " shahed, loitering munition"
    ),
    Weapon.AIRCRAFT: (
        "airstrike, air strike, air raid, air attack, aerial, aerial bomb, warplane, jet, fighter"
        " jet, aircraft, plane, helicopter, gunship, gyrocopter, glide bomb, barrel bomb"
    ),
    Weapon.SUICIDE: (
        "suicide*, suicide bomb*, suicide attack*, suicide blast, suicide car bomb*, suicide vest,"
        " explosive belt, explosive vest, bomb vest, svbied, blew himself up, blew herself up, blew"
        " themselves up, blowing himself up, blowing herself up, detonated himself, detonated"
        " herself"
    ),
    Weapon.FIRE_BOMB: (
        "molotov, molotov cocktail, petrol bomb*, fire bomb*, firebomb*, gasoline bomb*, firework,"
        " firecracker, crude bomb"
    ),
    Weapon.HEAVY: (
        "rocket propelled grenade, rpg*, grenade launcher, artillery, howitzer, mortar, mortar"
        " bomb, mortar round, mortar shell, rocket, missile, shell, shelling, shelled, tank, tank"
        " shell, cannon, grad, katyusha, himars, recoilless gun, recoilless rifle, heavy machine"
        " gun, heavy weapon, anti tank gun, anti aircraft gun, anti tank missile, multiple launch*,"
        " cluster munition, cluster bomb, cluster warhead"
    ),
    Weapon.GRENADE: "grenade, hand grenade",
    Weapon.EXPLOSIVE: (
        "bomb, bombed, bombing, explosive, explosion, ied, vbied, mine, landmine, land mine,"
        " mined, blast, blasted, dynamite, booby trap*, detonat*, blew up, blown up, explod*,"
        " ordnance, claymore"
    ),
    Weapon.FIREARM: (
        "gun, gunfire, gunshot, gunned, gunman, gun battle, gunfight, gunbattle, shootout, shoot"
        " out, shooting, shoot, shot, opened fire, open fire, opening fire, came under fire,"
        " crossfire, small arms*, firefight, exchange of fire, exchange of shots, exchanged fire,"
        " exchanging fire, traded fire, returned fire, rifle, pistol, handgun, machine gun,"
        " submachine gun, kalashnikov, ak 47, bullet, live round, live ammunition, live fire, light"
        " weapon, sniper, revolver, shotgun"
    ),
    Weapon.VEHICLE: "rammed, ramming, ploughed, plowed, ran over, run over, drove into",
    Weapon.PRIMITIVE: (
        "knife, knives, knifed, knifing, blade, dagger, machete, panga, cutlass, sword, axe,"
        " hatchet, spear, arrow, catapult, slingshot, hack*, stab*, slash*, behead*, decapitat*,"
        " slit*, stone, stoned, stoning, rock, brick, bottle, stick, club, clubbed, hoe, sickle,"
        " iron rod, iron bar, burned alive, burnt alive, hammer"
    ),
    Weapon.BEATING: (
        "beat, beaten, beating, punch*, kick*, assaulted, pushed, shoved, fists, slapp*, whipp*,"
        " flogg*, lynch*"
    ),
}


_FIRING = "fired, firing"


def weapons_told(
    instruments: list[str], triggers: list[str], doers: list[str]
) -> frozenset[Weapon]:
    """Return the weapons that instruments, triggers and doers name.

    That gunmen carry guns, and that something is fired, counts only where nothing else tells.
    """
    by_doers = weapons_in(doers)
    told = weapons_in(instruments + triggers) | (by_doers - {Weapon.FIREARM})
    firing = any(says(trigger.lower(), _FIRING) for trigger in triggers)
    return told or by_doers or (frozenset({Weapon.FIREARM}) if firing else frozenset())


def weapons_in(phrases: Iterable[str]) -> frozenset[Weapon]:
    """Return the weapons that phrases name: instruments, triggers, doers."""
    text = " ; ".join(" ".join(phrase.lower().split()) for phrase in phrases)
    found = set()
    for weapon, words in WEAPON_WORDS.items():
        text, count = compile_words(words).subn(" ; ", text)
        if count:
            found.add(weapon)
    return frozenset(found)
