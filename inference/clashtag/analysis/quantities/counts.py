"""Counts: numbers with the words that bound them, and without those that count nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from clashtag.analysis.dates.words import MONTH_WORDS
from clashtag.analysis.findings import Quantity
from clashtag.analysis.quantities.ages import is_age
from clashtag.analysis.quantities.number_lexicon import (
    ALL,
    BETWEEN_BOUNDS,
    BOUND_ENDS,
    BOUND_STARTS,
    BOUNDS_AFTER,
    BOUNDS_BEFORE,
    HYPHENS,
    MEASURES,
    MORE,
    NUMBER_NAMES,
    ODD,
    PREPOSITIONAL_BOUNDS,
    RANGE_JOINTS,
    RANGE_STARTS,
    STRONG,
    YEAR_PREPOSITIONS,
    Bound,
)
from clashtag.analysis.quantities.numerals import Numeral, Words, may_start_numeral, read_numeral

_LONGEST_BOUND: Final = 4
_LONGEST_JOINT: Final = 3
_MIN_AFTER_PREPOSITION: Final = 10


@dataclass(frozen=True, slots=True)
class Count:
    """The words `first` to `last` (exclusive) as a number of people or things; None is open."""

    first: int
    last: int
    minimum: int | None
    maximum: int | None
    approximate: bool = False


def find_counts(words: Words, span_first: int, last: int) -> list[Count]:
    """Return the counts that begin before the word `last`, in text order.

    Args:
        words: the text.
        span_first: the first word of the span of interest; before it, "over" and its like are
            taken for prepositions ("a dispute over two prisoners") unless the number is large.
        last: where to stop.
    """
    counts: list[Count] = []
    at = 0
    while at < last:
        numeral = _read_range(words, at)
        if numeral is None:
            at += 1
            continue
        at = numeral.last
        begins_span = numeral.first == span_first and numeral.last < last
        if _counts_something(words, numeral, begins_span=begins_span):
            count = _with_bounds(words, numeral, span_first)
            at = count.last
            counts.append(count)
    return list(_joined(words, counts))


def add_up(counts: Sequence[Count | Quantity]) -> tuple[int, int | None, bool]:
    """Return the minimum, the maximum and whether either is approximate, of counts together."""
    maxima = [count.maximum for count in counts]
    return (
        sum(count.minimum or 0 for count in counts),
        None if None in maxima else sum(maximum or 0 for maximum in maxima),
        any(count.approximate for count in counts),
    )


def bound_after(words: Words, count: Count, at: int) -> Count:
    """Apply what stands at a word after a count and its noun, as in "30 people or more"."""
    if words[at] not in BOUND_STARTS:
        return count
    for length in (3, 2, 1):
        bound = BOUNDS_AFTER.get(" ".join(words.lower[at : at + length]))
        if bound and not (bound == "at least" and may_start_numeral(words, at + length)):
            return replace(_bounded(count, bound), last=at + length)
    return count


def _read_range(words: Words, at: int) -> Numeral | None:
    """Read a number, or two that mark the ends of a range."""
    if words[at] == "between":
        return _read_between(words, at)
    low = read_numeral(words, at) if may_start_numeral(words, at) else None
    if low is None or words[low.last] not in RANGE_STARTS:
        return low
    for length in range(_LONGEST_JOINT, 0, -1):
        joint = " ".join(words.lower[low.last : low.last + length])
        high = read_numeral(words, low.last + length) if joint in RANGE_JOINTS else None
        if high is None or (joint in HYPHENS and _is_dash(words, low, high)):
            continue
        begins_with_from = joint == "to" and words[at - 1] == "from"
        if joined := _range(low, high, at - begins_with_from):
            return joined
    return low


def _read_between(words: Words, at: int) -> Numeral | None:
    for joins_and in (False, True):
        low = read_numeral(words, at + 1, joins_and=joins_and)
        high = read_numeral(words, low.last + 1) if low and words[low.last] == "and" else None
        if low and high and (joined := _range(low, high, at)):
            return joined
    return None


def _range(low: Numeral, high: Numeral, first: int) -> Numeral | None:
    """Join two numbers; the first takes the other's word of size in "two or three hundred"."""
    shared = high.multiplier
    if low.multiplier == 1 and low.minimum * shared < high.maximum:
        low = replace(low, minimum=low.minimum * shared, maximum=low.maximum * shared)
    if high.maximum <= low.maximum or low.minimum > high.minimum:
        return None
    approximate = low.approximate or high.approximate
    return Numeral(first, high.last, low.minimum, high.maximum, approximate, shared)


def _is_dash(words: Words, low: Numeral, high: Numeral) -> bool:
    """Whether the hyphen between two numbers makes no range: "May 7 - 12 men", "2025-03-04"."""
    at = low.last
    if words.touches_next(at - 1) and words.touches_next(at):
        return words[high.last] in HYPHENS
    both_in_digits = words.is_number(at - 1) and words.is_number(at + 1)
    return not both_in_digits or words.is_capitalised(low.first - 1)


def _counts_something(words: Words, numeral: Numeral, *, begins_span: bool) -> bool:
    """Whether a number is no age, date, measure, share, sum of money or part of a name.

    `begins_span`: what a span begins with is no date: in "In May [12 soldiers] fell".
    """
    is_whole = numeral.minimum == int(numeral.minimum) and numeral.maximum == int(numeral.maximum)
    return is_whole and not (
        is_age(words, numeral)
        or _is_measure(words, numeral)
        or _is_label(words, numeral)
        or _is_part_of_word(words, numeral)
        or (not begins_span and _is_date(words, numeral))
        or _is_ratio(words, numeral)
    )


def _is_measure(words: Words, numeral: Numeral) -> bool:
    """Whether a unit, a month or a time of day follows: "5 km", "9 January", "6 p.m."."""
    after = words[numeral.last]
    if words.is_capitalised(numeral.last):
        return after in MONTH_WORDS
    return after in MEASURES or (after in {"a", "p"} and words[numeral.last + 1] == ".")


def _is_label(words: Words, numeral: Numeral) -> bool:
    """Whether a number follows "number", "aged", "No.", a currency or "all but"."""
    before, earlier = words[numeral.first - 1], words[numeral.first - 2]
    return (
        before in NUMBER_NAMES
        or (before == "." and earlier in {"no", "nos"})
        or (before == "but" and earlier in ALL)
    )


def _is_part_of_word(words: Words, numeral: Numeral) -> bool:
    """Whether letters touch a number, as in "M23", "AK-47", "3rd" and "155-mm"."""
    before_at, at = numeral.first - 1, numeral.last
    if words.touches_next(before_at):
        joined = words[before_at] in "-‐‑–/:.,'’" and words.touches_next(before_at - 1)
        if words[before_at - joined][-1:].isalnum():
            return True
    if not words.touches_next(at - 1):
        return False
    mark, after = words[at], words[at + 1]
    if mark in HYPHENS and words.touches_next(at):
        return not (after in STRONG or after in ODD or after == "plus")
    is_fraction = mark in "/:" and words.is_number(at + 1) and words.touches_next(at)
    return mark[:1].isalnum() or is_fraction


def _is_date(words: Words, numeral: Numeral) -> bool:
    digits, before_at = words[numeral.first], numeral.first - 1
    if not words.is_number(numeral.first):
        return False
    if words[before_at] in MONTH_WORDS and words.is_capitalised(before_at):
        return True
    is_year = len(digits) == 4 and digits[:2] in {"19", "20"}
    return is_year and words[before_at] in YEAR_PREPOSITIONS


def _is_ratio(words: Words, numeral: Numeral) -> bool:
    """Whether a number is a share: "one in ten", "one person in ten"."""
    last = numeral.last
    if words[last] == "in" and may_start_numeral(words, last + 1):
        return True
    one_in = numeral.maximum == 1 and words[last + 1] == "in"
    whole = read_numeral(words, last + 2) if one_in else None
    return whole is not None and whole.maximum <= 1_000 and not words[whole.last].endswith("s")


def _with_bounds(words: Words, numeral: Numeral, span_first: int) -> Count:
    minimum, maximum = int(numeral.minimum), int(numeral.maximum)
    count = Count(numeral.first, numeral.last, minimum, maximum, numeral.approximate)
    count = _with_suffix(words, count)
    while True:
        at = count.first
        length, bound = _bound_before(words, at, count, span_first)
        if bound is None:
            while words[at - 1] in MORE:
                at -= 1
            length, bound = _bound_before(words, at, count, span_first)
        if bound is None:
            return count
        count = replace(_bounded(count, bound), first=at - length)


def _bound_before(words: Words, at: int, count: Count, span_first: int) -> tuple[int, Bound | None]:
    """Return the bound whose words end before a word, and how many they are."""
    if words[at - 1] not in BOUND_ENDS:
        return 0, None
    for length in range(min(_LONGEST_BOUND, at), 0, -1):
        phrase = " ".join(words.lower[at - length : at])
        bound = BOUNDS_BEFORE.get(phrase)
        if bound:
            may_be_place = phrase in PREPOSITIONAL_BOUNDS and at - length < span_first
            is_small = (count.minimum or 0) < _MIN_AFTER_PREPOSITION
            return (0, None) if may_be_place and is_small else (length, bound)
    return 0, None


def _with_suffix(words: Words, count: Count) -> Count:
    """Apply the words that follow a number at once: "or more", "-odd", "-strong"."""
    at = count.last
    hyphen = words[at] in HYPHENS
    word = words[at + hyphen]
    if (word in ODD and hyphen) or word == "odd":
        step = 1
        while count.minimum and count.minimum % (step * 10) == 0:
            step *= 10
        maximum = (count.maximum or 0) + step - 1
        return replace(count, last=at + hyphen + 1, maximum=maximum, approximate=True)
    if hyphen and word in STRONG:
        return replace(count, last=at + 2)
    return bound_after(words, count, at)


def _bounded(count: Count, bound: Bound) -> Count:
    """Apply a bound; one that would leave a count open at both ends is ignored."""
    low, high = count.minimum, count.maximum
    if bound == "near":
        return replace(count, approximate=True)
    if bound in {"at least", "more than"}:
        more = bound == "more than"
        return count if low is None else replace(count, minimum=low + more, maximum=None)
    less = bound == "less than"
    return count if high is None else replace(count, minimum=None, maximum=max(high - less, 0))


def _joined(words: Words, counts: Sequence[Count]) -> Iterator[Count]:
    """Join "at least 10" and "no more than 15" where only "but" or the like stands between."""
    held: Count | None = None
    for count in counts:
        if held and held.maximum is None and count.minimum is None:
            between = words.lower[held.last : count.first]
            is_range = (held.minimum or 0) <= (count.maximum or 0)
            if is_range and between and BETWEEN_BOUNDS.issuperset(between):
                approximate = held.approximate or count.approximate
                held = Count(held.first, count.last, held.minimum, count.maximum, approximate)
                continue
        if held:
            yield held
        held = count
    if held:
        yield held
