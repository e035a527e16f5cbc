"""Numbers in running English text: digits, number words, and words that only hint at a number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from clashtag.analysis.quantities.number_lexicon import (
    HYPHENS,
    LETTER_MULTIPLIERS,
    MULTIPLIABLE,
    MULTIPLIERS,
    PLURAL_MULTIPLIERS,
    TENS,
    UNITS,
    VAGUE,
)

_SEPARATORS = ",.'’ \u00a0\u2009\u202f"
_TOKEN = re.compile(
    rf"\d{{1,3}}([{_SEPARATORS}])\d{{3}}(?:\1\d{{3}})*(?!\d)|\d{{1,2}}(?:,\d\d){{1,8}},\d{{3}}(?!\d)"
    r"|\d{1,3},\d{1,2}(?!\d|,\d)|\d+(?:\.\d+)?|[^\W\d_]+(?:['’](?!(?:re|ve|d|ll|m)\b)[^\W\d_]+)*|\n\s*|\S"
)
_PADDING: Final = 10  # more than any rule looks ahead, or back from the first word
_MAX_DIGITS: Final = 20
_THOUSAND_DIGITS: Final = 3
_INDEFINITE: Final = frozenset({"a", "an"})
_AFTER_INDEFINITE: Final = frozenset({*VAGUE, *MULTIPLIERS, "quarter"})
_STARTS: Final = frozenset({*VAGUE, *UNITS, *TENS, *MULTIPLIERS, "half"} - {"score"})
_AND: Final = frozenset({"and", "upon"})
_AFTER_COUPLE: Final = frozenset({"of", "more", "other", *MULTIPLIERS})
_PARTS_OF_SIZE: Final = (
    (("half", "a"), Fraction(1, 2)),
    (("a", "quarter", "of", "a"), Fraction(1, 4)),
    (("a",), 1),
)


class Words:
    """The words, numbers and marks of a stretch of text, in lower case, with their offsets."""

    def __init__(self, text: str, start: int, end: int) -> None:
        matches = list(_TOKEN.finditer(text, start, end))
        self.text = text
        self.lower = [match[0].lower() for match in matches] + [""] * _PADDING
        self.starts = [match.start() for match in matches]
        self.ends = [match.end() for match in matches]

    def __getitem__(self, at: int) -> str:
        """Return a word in lower case; an empty one a little beyond either edge."""
        return self.lower[at]

    def touches_next(self, at: int) -> bool:
        """Whether nothing, not even a space, stands between a word and the next."""
        return 0 <= at < len(self.starts) - 1 and self.ends[at] == self.starts[at + 1]

    def is_capitalised(self, at: int) -> bool:
        """Whether a word begins with a capital letter."""
        return 0 <= at < len(self.starts) and self.text[self.starts[at]].isupper()

    def is_number(self, at: int) -> bool:
        """Whether a word is written in digits."""
        return self.lower[at][:1].isdecimal()


@dataclass(frozen=True, slots=True)
class Numeral:
    """The words `first` to `last` (exclusive), read as a number from `minimum` to `maximum`.

    `multiplier` is what its last words of size stand for (1,000 in "two thousand"), or 1.
    """

    first: int
    last: int
    minimum: int | Fraction
    maximum: int | Fraction
    approximate: bool = False
    multiplier: int = 1


def may_start_numeral(words: Words, at: int) -> bool:
    """Whether a word looks like the beginning of a number."""
    word = words[at]
    if word in _INDEFINITE:
        return words[at + 1] in _AFTER_INDEFINITE
    return word in _STARTS or words.is_number(at)


def read_numeral(words: Words, at: int, *, joins_and: bool = True) -> Numeral | None:
    """Return the number that starts exactly at a word; None where none does.

    Args:
        words: the text.
        at: the number's first word.
        joins_and: reads on after "and", as in "one hundred and twelve".
    """
    return _read_vague(words, at) or _read_exact(words, at, joins_and=joins_and)


def _read_vague(words: Words, at: int) -> Numeral | None:
    """Read "dozens", "tens of thousands", "several", "a few hundred" or "a couple of dozen"."""
    name_at = at + (words[at] in _INDEFINITE)
    name = words[name_at]
    if name not in VAGUE or (name == "couple" and words[name_at + 1] not in _AFTER_COUPLE):
        return None
    minimum, maximum = VAGUE[name]
    last = name_at + 1
    if words[last] in _AND and words[last + 1] == name:  # "dozens and dozens"
        last += 2
    size_at = last + (words[last] == "of")
    plural = PLURAL_MULTIPLIERS.get(words[size_at])
    if name in MULTIPLIABLE and (size := MULTIPLIERS.get(words[size_at], plural)):
        minimum, maximum = minimum * size, maximum * size
    elif name not in MULTIPLIABLE and (size := plural):
        minimum, maximum = minimum * size, (maximum + 1) * size - 1
    else:
        return Numeral(at, last, minimum, maximum, approximate=True)
    return Numeral(at, size_at + 1, minimum, maximum, approximate=True, multiplier=size)


def _read_exact(words: Words, at: int, *, joins_and: bool) -> Numeral | None:
    """Read "12", "forty-two", "a hundred and fifty", "2.3 million", "half a dozen"."""
    first = at
    value, at = _read_head(words, at)
    if value is None:
        return None
    total: Fraction | int = 0
    size = multiplier = 1
    while True:
        factor = MULTIPLIERS.get(words[at]) or PLURAL_MULTIPLIERS.get(words[at], 0)
        if factor > size:
            value *= factor
            size, multiplier, at = factor, multiplier * factor, at + 1
            continue
        if size >= 1_000:
            total, value = total + value, 0
        more, more_at = _read_small(words, at + (joins_and and words[at] == "and"))
        next_factor = MULTIPLIERS.get(words[more_at], 1)
        ends_hundreds = size == 100 and next_factor >= 1_000  # "a hundred and fifty thousand"
        if more is None or size < 100 or (more * next_factor >= size and not ends_hundreds):
            break
        value, at, size, multiplier = value + more, more_at, 1, 1
    total += value
    return Numeral(first, at, total, total, multiplier=multiplier)


def _read_head(words: Words, at: int) -> tuple[Fraction | int | None, int]:
    """Read what the words of size multiply; return it with the place where the text goes on."""
    if words.is_number(at):
        return _read_digits(words, at)
    if words[at] in MULTIPLIERS and words[at] != "score":
        return 1, at
    for phrase, part in _PARTS_OF_SIZE:
        size_at = _skip(words, at, phrase)
        if size_at is not None and words[size_at] in MULTIPLIERS:
            return part, size_at
    value, at = _read_small(words, at)
    if value is not None:
        size_at = _skip(words, at + (words[at] in HYPHENS), ("and", "a", "half"))
        if size_at is not None and words[size_at] in MULTIPLIERS:
            return value + Fraction(1, 2), size_at
    return value, at


def _read_digits(words: Words, at: int) -> tuple[Fraction | int | None, int]:
    """Read digits; a dot before three of them groups thousands unless a word of size follows.

    A comma before one or two is a decimal one, as other languages write it.
    """
    digits = words[at]
    if len(digits) > _MAX_DIGITS:
        return None, at
    head, comma, tail = digits.partition(",")
    if comma and len(tail) < _THOUSAND_DIGITS:
        digits = f"{head}.{tail}"
    head, _, tail = digits.partition(".")
    value: Fraction | int
    if digits.count(".") == 1 and (len(tail) != _THOUSAND_DIGITS or words[at + 1] in MULTIPLIERS):
        value = Fraction(int(head + tail), 10 ** len(tail))
    else:
        value = int("".join(character for character in digits if character.isdecimal()))
    letters = LETTER_MULTIPLIERS.get(words[at + 1]) if words.touches_next(at) else None
    return (value * letters, at + 2) if letters else (value, at + 1)


def _read_small(words: Words, at: int) -> tuple[int | None, int]:
    """Read a number word below one hundred; return it with the place where the text goes on."""
    word = words[at]
    if word in UNITS:
        return UNITS[word], at + 1
    if word not in TENS:
        return None, at
    unit_at = at + 1 + (words[at + 1] in HYPHENS)
    unit = UNITS.get(words[unit_at], 0)
    return (TENS[word] + unit, unit_at + 1) if 0 < unit < 10 else (TENS[word], at + 1)


def _skip(words: Words, at: int, expected: tuple[str, ...]) -> int | None:
    """Return the place after expected words, joined by hyphens or not; None where others stand."""
    for word in expected:
        if words[at] != word:
            return None
        at += 1 + (words[at + 1] in HYPHENS)
    return at
