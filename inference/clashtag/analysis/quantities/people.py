"""How many people a phrase without a number names: "a soldier", "his driver", "the couple".

There is no dictionary of nouns. A phrase names one person if an article or a title says so, or if
its last word has no plural form and is no word for a group.
"""

from __future__ import annotations

from collections.abc import Sequence

from clashtag.analysis.quantities.number_lexicon import (
    ARTICLES,
    DETERMINERS,
    GROUP_SIZES,
    GROUPS,
    IN_NAMES,
    KIN,
    NAMED_GROUPS,
    NO_NUMBER,
    OFFICES,
    ONE_PERSON,
    PORTFOLIOS,
    PREPOSITIONS,
    SHARES,
    TITLES,
)
from clashtag.analysis.quantities.numerals import Words, may_start_numeral


def people_named(words: Words, first: int, last: int, *, may_look_before: bool) -> int | None:
    """Return how many people words without a number name; None where they do not say.

    Args:
        words: the text.
        first: the phrase's first word.
        last: the word after its last.
        may_look_before: an article in front of the phrase counts as its own.
    """
    noun_last = _noun_end(words, first, last)
    determiner = words[first - 1] if may_look_before and words[first - 1] in DETERMINERS else ""
    if words[first] in DETERMINERS:
        determiner, first = words[first], first + 1
    if first >= noun_last:
        return 1 if determiner in ONE_PERSON else None  # "her", "another"
    head = words[noun_last - 1]
    if head in GROUP_SIZES or words[first] == "both":
        return GROUP_SIZES.get(head, 2)
    is_pronoun = head in ONE_PERSON and first + 1 == noun_last
    is_aged = head == "old" and "year" in words.lower[max(first, noun_last - 3) : noun_last]
    if is_pronoun or is_aged:  # "26-year-old"
        return 1
    if _gives_no_number(words, first, noun_last):
        return None
    is_one = determiner in ARTICLES or _is_singular(words, first, noun_last, determiner)
    return 1 if is_one or _has_age(words, last) else None


def are_kin(words: Words, one: int, other: int) -> bool:
    """Whether two words name two people, as in "a husband and wife"."""
    return words[one] in KIN and words[other] in KIN


def office_holders(words: Words, parts: Sequence[tuple[int, int]]) -> int | None:
    """Return how many people "the defence and finance ministers" are; None for other lists.

    Args:
        words: the text.
        parts: the first and last word (exclusive) of each part of the list.
    """
    *modifiers, (first, last) = parts
    heads = [words[end - 1] for _, end in modifiers]
    if not modifiers or last - first < 2 or words[last - 1] not in OFFICES:
        return None
    return len(parts) if PORTFOLIOS.issuperset([*heads, words[last - 2]]) else None


def is_name(words: Words, first: int, last: int) -> bool:
    """Whether words end with the name of one person: a title and a name, or two names in a row."""
    begin = last
    while begin > first and (words.is_capitalised(begin - 1) or words[begin - 1] in IN_NAMES):
        begin -= 1
    names = [at for at in range(begin, last) if words.is_capitalised(at)]
    if len(names) < 2 or names[-1] != last - 1 or any(words[at] in NAMED_GROUPS for at in names):
        return False
    surname = words[last - 1]
    is_plural = _is_plural(surname) and not surname.endswith(("as", "is", "os"))
    return not is_plural or any(words[at] in TITLES for at in names[:-1])


def _noun_end(words: Words, first: int, last: int) -> int:
    """Return where the noun that a phrase is about ends: before its first preposition."""
    for at in range(first + 1, last):
        if words[at] in PREPOSITIONS and not words.touches_next(at):  # "second-in-command"
            return at
    return last


def _gives_no_number(words: Words, first: int, last: int) -> bool:
    """Whether a noun is a word for a group, a share or a number, or begins with "many"."""
    head = words[last - 1]
    return (
        head in GROUPS
        or head in PORTFOLIOS
        or not NO_NUMBER.isdisjoint((words[first], head))
        or (head in SHARES and words[last] == "of")
        or not head[-1:].isalpha()
        or may_start_numeral(words, last - 1)
    )


def _is_singular(words: Words, first: int, last: int, determiner: str) -> bool:
    """Whether a noun without "a" is a singular, a name, or both as in "his cousin Nayef"."""
    if not words.is_capitalised(last - 1):
        in_law = words.lower[last - 4 : last] == ["-", "in", "-", "law"]
        return not _is_plural(words[last - 5] if in_law else words[last - 1])
    noun = words[last - 2]
    has_noun = bool(determiner) and last - first > 1 and not words.is_capitalised(last - 2)
    is_noun_one = has_noun and noun not in GROUPS and not _is_plural(noun)
    return is_noun_one or is_name(words, first, last)


def _has_age(words: Words, at: int) -> bool:
    """Whether an age follows, as in "Periyan, 36,"."""
    age = words[at + 1]
    return words[at] == "," and len(age) == 2 and age.isdecimal()


def _is_plural(word: str) -> bool:
    word = word.removesuffix("'s").removesuffix("’s")
    if word.endswith(("men", "tion")):
        return True
    return word.endswith("s") and not word.endswith(("ss", "us"))
