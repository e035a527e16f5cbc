"""The number of people or things that the words of an argument give."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from clashtag.analysis.findings import Quantity
from clashtag.analysis.quantities.ages import after_ages
from clashtag.analysis.quantities.counts import Count, add_up, bound_after, find_counts
from clashtag.analysis.quantities.number_lexicon import (
    BEFORE_NUMBERS,
    COUNTED_GROUPS,
    DETERMINERS,
    ENDS,
    GENERIC,
    HYPHENS,
    JOINTS,
    LINKS,
    NO_NUMBER,
    NOBODY,
    NOT_NOBODY,
    PREPOSITIONS,
    STATES,
    WHOLES,
)
from clashtag.analysis.quantities.numerals import Words, read_numeral
from clashtag.analysis.quantities.people import are_kin, is_name, office_holders, people_named
from clashtag.records import Span

_LOOK_BEFORE_CHARACTERS = 48
_LOOK_AFTER_CHARACTERS = 24
_NOBODY_STARTS = frozenset(phrase[0] for phrase in NOBODY)
_JOINT_STARTS = frozenset(joint[0] for joint in JOINTS)


def read_quantity(text: str, start: int, end: int) -> Quantity | None:
    """Return the number that a span of a text gives; None where it gives none.

    "at least 26 Palestinians" gives 26 or more, "a soldier" 1, "civilians" nothing. Words beyond
    the span that belong to its number are read too, such as an article or "at least". Counts
    joined by "and" are added; a part ("including four children") is not. Ages, dates, measures,
    sums of money, shares and numbers in names are no counts.

    Args:
        text: the text that the span belongs to.
        start: the span's first character.
        end: the character after its last.
    """
    words = Words(text, max(0, start - _LOOK_BEFORE_CHARACTERS), end + _LOOK_AFTER_CHARACTERS)
    first, last = bisect_right(words.ends, start), bisect_left(words.starts, end)
    if first >= last:
        return None
    count = _nobody(words, first, last) or _sum(words, first, last)
    if count is None:
        return None
    return _quantity(words, count)


def is_bare_number(text: str, start: int, end: int) -> bool:
    """Whether a span holds a number and nothing else."""
    words = Words(text, start, end)
    numeral = read_numeral(words, 0)
    return numeral is not None and numeral.last == len(words.starts)


def number_before(text: str, offset: int) -> Quantity | None:
    """Return the number whose words end at an offset, such as "at least 14" before "deaths"."""
    words = Words(text, max(0, offset - _LOOK_BEFORE_CHARACTERS), offset)
    last = len(words.starts)
    counts = find_counts(words, last, last)
    return _quantity(words, counts[-1]) if counts and counts[-1].last == last else None


def number_after(text: str, offset: int) -> Quantity | None:
    """Return the number whose words start at an offset, such as "at least 14" after "rose to"."""
    words = Words(text, offset, offset + _LOOK_BEFORE_CHARACTERS)
    counts = find_counts(words, 0, len(words.starts))
    return _quantity(words, counts[0]) if counts and counts[0].first == 0 else None


def _quantity(words: Words, count: Count) -> Quantity:
    start, end = words.starts[count.first], words.ends[count.last - 1]
    found = Span(start, end, words.text[start:end])
    return Quantity(count.minimum, count.maximum, count.approximate, found)


def _nobody(words: Words, first: int, last: int) -> Count | None:
    """Read "no one", "none of them", "not a single hostage", and a "no" before the span."""
    if _NOBODY_STARTS.isdisjoint(words.lower[max(0, first - 3) : first + 1]):
        return None
    for phrase in NOBODY:
        for at in range(max(0, first - len(phrase)), first + 1):
            after = at + len(phrase)
            if tuple(words.lower[at:after]) != phrase or after > last:
                continue
            if not NOT_NOBODY.isdisjoint(words.lower[after : after + 3]):
                return None
            if phrase != ("no",) or words[after].isalpha():
                return Count(at, after, 0, 0)
    return None


@dataclass(frozen=True, slots=True)
class _Part:
    """The words `first` to `last` (exclusive) of a list such as "two men, a woman and a child"."""

    first: int
    last: int
    joint: str = ""


def _sum(words: Words, first: int, last: int) -> Count | None:
    """Add what the parts of a list count."""
    counts = find_counts(words, first, last)
    parts = list(_parts(words, first, last, counts))
    if not parts:
        return None
    part = parts[0]
    numbered = _numbered(words, part, counts) or _numbered_before(words, part, counts)
    if numbered and part.last == last:
        numbered = bound_after(words, numbered, last)
    holders = office_holders(words, [(one.first, one.last) for one in parts])
    if holders and not numbered:
        return Count(first, parts[-1].last, holders, holders)
    total = numbered or _unnumbered(words, part, is_first=True)
    if total is None:
        return None
    added: list[tuple[str, Count]] = []
    for before, part in pairwise(parts):
        count = _further(words, before, part, counts)
        if (
            count is None
            and part.joint != ","
            and _is_uncounted(words, part, after_number=bool(numbered))
        ):
            count = Count(total.first, total.last, 0, None)
        if count is not None:
            added.append((part.joint, count))
    while added and added[-1][0] == ",":
        added.pop()
    further = [count for _, count in added]
    is_generic = words[parts[0].last - 1] in GENERIC
    if len(added) > 1 and is_generic and add_up(further)[0] == total.minimum:
        return total  # "five people, three men and two women"
    return _added([total, *further])


def _parts(words: Words, first: int, last: int, counts: Sequence[Count]) -> Iterator[_Part]:
    """Split a span at the commas and conjunctions between its nouns, up to a word of `ENDS`."""
    count_ends = {max(count.first, first): count.last for count in counts if count.last > first}
    begin, joint, at = first, "", first
    while at < last:
        if at in count_ends:
            after = count_ends[at]
            if begin > first and words[after] == "of" and words[after + 1] in WHOLES:
                break
            at = after
            continue
        if words[at] == "aged" and at > begin:
            yield _Part(begin, at, joint)
            at = after_ages(words, at)
            length = _joint_length(words, at)
            if not length:
                return
            joint, begin = words[at], at + length
            at = begin
            continue
        is_dash = words[at] in HYPHENS and not words.touches_next(at)
        if at > first and (is_dash or words[at] in ENDS):
            break
        length = _joint_length(words, at)
        if length:
            if at > begin:
                yield _Part(begin, at, joint)
            joint, begin = words[at], at + length
        at += length or 1
    if begin < min(at, last):
        yield _Part(begin, min(at, last), joint)


def _joint_length(words: Words, at: int) -> int:
    if words[at] not in _JOINT_STARTS:
        return 0
    for joint in JOINTS:
        if tuple(words.lower[at : at + len(joint)]) == joint:
            return len(joint)
    return 0


def _numbered(words: Words, part: _Part, counts: Sequence[Count]) -> Count | None:
    """Return the number that a part begins with, but for words such as "the last"."""
    at = bisect_right(counts, part.first, key=lambda count: count.last)
    if at == len(counts) or counts[at].first >= part.last:
        return None
    return counts[at] if _leads(words, part.first, counts[at]) else None


def _leads(words: Words, first: int, count: Count) -> bool:
    """Whether a number counts the noun it stands before, not one in "residents of two towns"."""
    for at in range(first, count.first):
        if words[at] in PREPOSITIONS and not (
            words[at] == "of" and words[at - 1] in COUNTED_GROUPS and not _is_named(words, at - 1)
        ):
            return False
    return count.first <= first or not _is_name_with_number(words, count)


def _is_named(words: Words, at: int) -> bool:
    """Whether a group's word is the beginning of a name, as in "the Group of 77"."""
    return words.is_capitalised(at) and words[at - 1] in DETERMINERS


def _is_name_with_number(words: Words, count: Count) -> bool:
    before = words[count.first - 1]
    return (
        words.is_number(count.first)
        and words.is_capitalised(count.first - 1)
        and before not in BEFORE_NUMBERS
        and not before.endswith(("'s", "’s"))
    )


def _numbered_before(words: Words, part: _Part, counts: Sequence[Count]) -> Count | None:
    """Return the number right before a part: 26 for "villagers" in "26 of the villagers"."""
    for count in reversed(counts):
        if count.last <= part.first:
            gap = words.lower[count.last : part.first]
            is_linked = all(word in LINKS for word in gap)
            return count if is_linked and not _is_name_with_number(words, count) else None
    return None


def _unnumbered(words: Words, part: _Part, *, is_first: bool) -> Count | None:
    people = people_named(words, part.first, part.last, may_look_before=is_first)
    if people is None:
        return None
    has_article_before = is_first and words[part.first - 1] in DETERMINERS
    return Count(part.first - has_article_before, part.last, people, people)


def _further(words: Words, before: _Part, part: _Part, counts: Sequence[Count]) -> Count | None:
    """Count a part of a list after its first; None where it adds nobody."""
    count = _numbered(words, part, counts)
    if count:
        is_age = part.joint == "," and count.last == part.last
        states = {words[before.last - 1], words[part.last - 1]}
        is_other_toll = len(states) == 2 and states <= STATES
        return None if is_age or is_other_toll else count
    if are_kin(words, before.last - 1, part.first):
        return Count(part.first, part.last, 1, 1)
    named = is_name(words, part.first, part.last)
    if not named and words[part.first] not in DETERMINERS:
        return None
    if part.joint == "," and not named and is_name(words, before.first, before.last):
        return None  # "Salif Bagayoko, a teacher"
    return _unnumbered(words, part, is_first=False)


def _is_uncounted(words: Words, part: _Part, *, after_number: bool) -> bool:
    """Whether a part adds people without a number: "and many others", "and their families".

    After a number, a plain noun adds nobody: "180 women and children".
    """
    is_plain = words[part.first] not in DETERMINERS | NO_NUMBER | {"as"}
    if after_number and is_plain:
        return False
    return people_named(words, part.first, part.last, may_look_before=False) is None


def _added(counts: Sequence[Count]) -> Count:
    if len(counts) == 1:
        return counts[0]
    minimum, maximum, approximate = add_up(counts)
    first = min(count.first for count in counts)
    last = max(count.last for count in counts)
    return Count(first, last, minimum, maximum, approximate)
