"""The places of an incident in order, from the narrowest to the widest."""

from __future__ import annotations

import re
from collections.abc import Iterable

from clashtag.analysis.actors.aliases import AliasTable, fold
from clashtag.analysis.actors.phrases import read_phrase, singular
from clashtag.analysis.findings import Entity
from clashtag.analysis.text.word_lists import word_set
from clashtag.records import Span

_SITE, _SETTLEMENT, _DISTRICT, _PROVINCE, _COUNTRY, _BEYOND = range(1, 7)
_LEVELS = {
    word: level
    for level, words in {
        _SITE: "street road avenue square bridge hospital school clinic market camp base airport"
        " station checkpoint church mosque quarter neighbourhood neighborhood ward suburb farm"
        " factory prison crossing junction port mill mine compound hotel",
        _SETTLEMENT: "village town city hamlet settlement capital municipality",
        _DISTRICT: "district commune township locality subcounty county territory zone valley area"
        " outskirts sector front",
        _PROVINCE: "province region state governorate oblast department prefecture highlands coast"
        " desert border",
        _COUNTRY: "country nation republic",
        _BEYOND: "continent sea ocean",
    }.items()
    for word in words.split()
}
_BUILDINGS = word_set(
    "house home building office depot barrack outpost post court courthouse palace embassy"
    " consulate plant refinery warehouse shop restaurant cafe café bar nightclub university college"
    " dormitory headquarter hall dam tower theatre stadium bank bakery silo hangar jail pier"
    " monastery temple synagogue cathedral chapel museum mall pharmacy kindergarten shelter garage"
    " workshop villa residence apartment garrison hill ridge island gorge plateau forest oasis"
    " airstrip airfield peninsula soil"
)
_DIRECTION = re.compile(
    r"(?:(?:north|south|east|west|central)[\w-]{0,20}|mid|upper|lower)\s", re.IGNORECASE
)
_BEYOND_COUNTRIES = word_set("africa europe asia sahel maghreb levant balkans caucasus")
_INSIDE = re.compile(r" of (?:the )?", re.IGNORECASE)
_MAX_GAP_CHARACTERS = 8
_POSSESSIVE = re.compile(r"['’]s?\s+$")


def order_places(text: str, places: Iterable[Entity], aliases: AliasTable) -> tuple[Entity, ...]:
    """Order places by what the text says of them, by their words' size, and then by the text.

    "X of Y" goes before Y. A place without a name is the narrowest, a country the widest; of one
    size, an owned one goes first ("Ethiopia's Amhara"), then the one that stands first, since news
    goes from the narrow to the wide.
    """
    waiting = sorted(places, key=lambda place: _size(text, place, aliases))
    ordered: list[Entity] = []
    while waiting:
        free = (
            place
            for place in waiting
            if not any(_is_inside(text, one, place) for one in waiting if one is not place)
        )
        ordered.append(next(free, waiting[0]))
        waiting.remove(ordered[-1])
    return tuple(ordered)


def is_site(text: str, span: Span) -> bool:
    """Whether a phrase names one building, settlement or stretch of land, by its last noun.

    "A town" does not say where, but "the town" and "a border town" do.
    """
    phrase = read_phrase(text, span)
    level = _LEVELS.get(phrase.head, _COUNTRY)
    if level == _SETTLEMENT and len(phrase.words) == 1:
        return phrase.is_definite
    return not phrase.is_plural and (level <= _DISTRICT or phrase.head in _BUILDINGS)


def _is_inside(text: str, inner: Entity, outer: Entity) -> bool:
    """Whether two mentions stand so that the first lies in the second: "X of Y"."""
    return any(
        _INSIDE.fullmatch(text, one.end, other.start) is not None
        for one in inner.mentions
        for other in outer.mentions
        if 0 < other.start - one.end <= _MAX_GAP_CHARACTERS
    )


def _size(text: str, place: Entity, aliases: AliasTable) -> tuple[int, bool, int]:
    span = next(mention for mention in place.mentions if mention.text == place.name)
    is_owned = bool(_POSSESSIVE.search(text, max(0, span.start - 3), span.start))
    return _level(text, span, aliases), not is_owned, span.start


def _level(text: str, span: Span, aliases: AliasTable) -> int:
    phrase = read_phrase(text, span)
    if aliases.kind(span.text) == "country":
        return _COUNTRY
    if phrase.key in _BEYOND_COUNTRIES:
        return _BEYOND
    rest = _DIRECTION.sub("", span.text)
    if rest != span.text and aliases.kind(rest) == "country":
        return _PROVINCE
    named = [_LEVELS[word] for word in map(singular, fold(span.text).split()) if word in _LEVELS]
    if phrase.head in _LEVELS:
        return _LEVELS[phrase.head]
    if not phrase.holds_name:
        return 0
    return named[-1] if named else _SETTLEMENT
