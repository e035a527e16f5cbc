"""The acronyms that a text introduces: `Lynx Brigade (LB)`, `the Lynx Brigade, or LB,`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from clashtag.analysis.actors.aliases import fold

_ACRONYM = r"[A-Z](?=[\w&./-]{0,8}[A-Z])[A-Za-z0-9&./-]{1,9}"
_SMALL = r"(?:of|the|for|and|in|on|de|del|la|du|des|al|el|bin|wal)"
_NAME_WORD = r"[A-Z][\w'’.-]{0,40}"
_NAME = rf"\b{_NAME_WORD}(?: (?:{_SMALL} ){{0,3}}{_NAME_WORD}){{1,8}}"
_MAX_FOREIGN_LETTERS = 5
_BRACKETS = re.compile(rf"({_NAME}) \(({_ACRONYM})\)")
_REVERSED = re.compile(rf"\b({_ACRONYM}) \(({_NAME})\)")
_APPOSITION = re.compile(
    rf"({_NAME}), (?:or |the |(?:\w+ )?known (?:\w+ ){{0,3}}(?:as|by|initials) (?:the )?)"
    rf"({_ACRONYM})\b"
)
_KNOWN = re.compile(
    rf"({_NAME})[^.\n]{{0,20}}? known (?:\w+ ){{0,5}}(?:as|by|initials) (?:the )?({_ACRONYM})\b"
)


def find_acronyms(text: str) -> Mapping[str, str]:
    """Return the acronyms of a text with the folded names that it introduces them for.

    An acronym that stands for two names is left out. In brackets, or after "known as", a short one
    may come from another language ("Support Group for Islam and Muslims (GSIM)"); elsewhere its
    letters must be initials of the name, in their order.
    """
    names: dict[str, set[str]] = {}
    for acronym, name in _introduced(text):
        names.setdefault(acronym, set()).add(fold(name))
    return {acronym: of.pop() for acronym, of in names.items() if len(of) == 1}


def _introduced(text: str) -> Iterator[tuple[str, str]]:
    for match in _BRACKETS.finditer(text):
        name = _from_first_initial(match[1], match[2])
        if len(match[2]) <= _MAX_FOREIGN_LETTERS or _abbreviates(match[2], name):
            yield match[2], name
    for match in _REVERSED.finditer(text):
        yield match[1], match[2]
    for match in _KNOWN.finditer(text):
        yield match[2], match[1]
    for match in _APPOSITION.finditer(text):
        name = _from_first_initial(match[1], match[2])
        if _abbreviates(match[2], name):
            yield match[2], name


def _from_first_initial(name: str, acronym: str) -> str:
    """Cut capitalised words that stand before the name itself ("General X of the Lynx Brigade")."""
    words = name.split()
    for first in range(len(words)):
        if _abbreviates(acronym, " ".join(words[first:])) and words[first][0] == acronym[0]:
            return " ".join(words[first:])
    return name


def _abbreviates(acronym: str, name: str) -> bool:
    letters = iter(re.findall(r"\b\w", name.replace("-", " ").lower()))
    return all(letter in letters for letter in acronym.lower() if letter.isalpha())
