"""The sentences and paragraphs of a text, by offset."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from clashtag.analysis.dates.words import MONTH_ABBREVIATIONS

# Each run of spaces or stops is tried once, from its start: long runs stay linear.
_BREAK = re.compile(
    r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*+[^\S\n]++(?=[\"'“‘«(\[]*[\w•])|(?<![^\S\n])[^\S\n]*+\n\s*+"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'“‘])(?:[A-Z]|[A-Z]\.[A-Z]|[ap]\.m|Mr|Mrs|Ms|Dr|St|Gen|Col|Lt|Maj|Capt|Sgt|Brig"
    rf"|Gov|Sen|Rep|Prof|Rev|No|Nos|{'|'.join(MONTH_ABBREVIATIONS)}|approx|vs|cf|etc|i\.e|e\.g|ca)\.$"
)
_ABBREVIATION_WITHOUT_CAPITALS = re.compile(_ABBREVIATION.pattern, re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_MAX_SENTENCE_CHARACTERS = 2000
_MAX_BYLINE_CHARACTERS = 80
_LOWER_CASE = re.compile(r"[\"'“‘«(\[]*[a-z]")


@dataclass(frozen=True, slots=True)
class Passages:
    """Where the sentences and paragraphs of a text start; a paragraph is a line.

    `sentence_starts` and `paragraph_starts` are offsets in ascending order, the first one 0, and
    every paragraph start is a sentence start too. The opening is the headline and the lines after
    it up to the first that is longer than a byline; a text without one has none.
    """

    text: str
    sentence_starts: tuple[int, ...]
    paragraph_starts: tuple[int, ...]
    opening_end: int

    @classmethod
    def of(cls, text: str) -> Passages:
        """Split a text at line ends, and at full stops that no abbreviation explains.

        A sentence goes on in lower case, but not in a text that has no capitals at all. Of more
        than 2,000 characters it is none, and is divided between words.
        """
        has_capitals = not text.islower()
        sentences, paragraphs = [0], [0]
        for match in _BREAK.finditer(text):
            if match.start() == 0 or match.end() == len(text):
                continue
            if "\n" in match.group():
                paragraphs.append(match.end())
                sentences.append(match.end())
            elif _ends_sentence(text, match, has_capitals):
                sentences.append(match.end())
        lines = pairwise([*paragraphs[1:], len(text)])
        opening = (end for start, end in lines if end - start > _MAX_BYLINE_CHARACTERS)
        return cls(
            text, tuple(_divided(text, sentences)), tuple(paragraphs), opening_end=next(opening, 0)
        )

    def sentence_of(self, offset: int) -> int:
        """Return the number of the sentence that a character belongs to, from 0."""
        return bisect_right(self.sentence_starts, offset) - 1

    def paragraph_of(self, offset: int) -> int:
        """Return the number of the paragraph that a character belongs to, from 0."""
        return bisect_right(self.paragraph_starts, offset) - 1

    def sentence_bounds(self, offset: int) -> tuple[int, int]:
        """Return the start and end of the sentence around a character, end exclusive."""
        return self._bounds(self.sentence_starts, self.sentence_of(offset))

    def paragraph_bounds(self, offset: int) -> tuple[int, int]:
        """Return the start and end of the paragraph around a character, end exclusive."""
        return self._bounds(self.paragraph_starts, self.paragraph_of(offset))

    def opens_article(self, offset: int) -> bool:
        """Whether a character stands in the headline or in the paragraph that tells it in full."""
        return offset < self.opening_end

    def _bounds(self, starts: tuple[int, ...], number: int) -> tuple[int, int]:
        end = starts[number + 1] if number + 1 < len(starts) else len(self.text)
        return starts[number], end


@lru_cache(maxsize=8)
def passages_of(text: str) -> Passages:
    """Split a text into sentences and paragraphs, once for all that ask for it."""
    return Passages.of(text)


def _divided(text: str, starts: list[int]) -> Iterator[int]:
    """Yield the starts of sentences, and further ones in those that are too long to be any.

    These stand between words where there are any.
    """
    for start, end in pairwise([*starts, len(text)]):
        part = start
        while end - part > _MAX_SENTENCE_CHARACTERS:
            yield part
            longest = part + _MAX_SENTENCE_CHARACTERS
            space = _SPACE.search(text, longest, min(end, longest + _MAX_SENTENCE_CHARACTERS))
            part = space.end() if space else longest
        if part < end or start == end:
            yield part


def _ends_sentence(text: str, match: re.Match[str], has_capitals: bool) -> bool:
    if has_capitals and _LOWER_CASE.match(text, match.end()):
        return False
    stop = match.start() + 1
    abbreviation = _ABBREVIATION if has_capitals else _ABBREVIATION_WITHOUT_CAPITALS
    return text[stop - 1] != "." or not abbreviation.search(text, max(0, stop - 8), stop)
