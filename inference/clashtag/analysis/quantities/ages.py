"""Numbers that are ages and count nobody: "aged 38 and 70", "a trainee of 17", "26 year old"."""

from __future__ import annotations

import re
from typing import Final

from clashtag.analysis.quantities.number_lexicon import (
    AFTER_AGES,
    ARTICLES,
    HYPHENS,
    NO_PERSONS,
    OF_AGE,
)
from clashtag.analysis.quantities.numerals import Numeral, Words, may_start_numeral, read_numeral

_JOINTS: Final = HYPHENS | {",", "and", "or", "to", "&"}
_AFTER: Final = _JOINTS | AFTER_AGES
_LONGEST_PERSON: Final = 4
_AGENT: Final = re.compile(r"[a-z]{2,}(?:man|woman|hand|er|ator|ist|ian|ee)")
_OLDEST_YEARS: Final = 110
_MOST_WORDS_BETWEEN: Final = 60


def is_age(words: Words, numeral: Numeral) -> bool:
    """Whether a number says how old somebody is."""
    after = words[numeral.last]
    if after == "year" and words[numeral.last + 1] in {"old", "olds"}:
        return True
    if numeral.maximum > _OLDEST_YEARS or after.strip() not in _AFTER:
        return False
    return _follows_one_person(words, numeral.first) or _follows_aged(words, numeral.first)


def after_ages(words: Words, aged: int) -> int:
    """Return the word after the ages that follow the word "aged"."""
    last = at = aged + 1
    while (age := read_numeral(words, at, joins_and=False)) and words[age.last].strip() in _AFTER:
        last = at = age.last
        while words[at] in _JOINTS:
            at += 1
    return last


def _follows_one_person(words: Words, at: int) -> bool:
    """Whether a word follows "a", a noun for one person, and "of"."""
    noun = words[at - 2]
    is_person = noun in OF_AGE or _AGENT.fullmatch(noun) is not None
    if at < 3 or words[at - 1] != "of" or not is_person or noun in NO_PERSONS:
        return False
    for before in range(at - 3, max(at - 3 - _LONGEST_PERSON, -1), -1):
        if words[before] in ARTICLES:
            return True
        if not words[before].isalpha():
            return False
    return False


def _follows_aged(words: Words, at: int) -> bool:
    """Whether only other ages stand between "aged" and a word."""
    first = max(0, at - _MOST_WORDS_BETWEEN)
    while at > first and (words[at - 1] in _JOINTS or may_start_numeral(words, at - 1)):
        at -= 1
    return at > 0 and words[at - 1] == "aged"
