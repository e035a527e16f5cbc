"""How far an argument stands from its trigger: words between them, and whether in its sentence."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise

from clashtag.analysis.text.passages import Passages

_FEWEST_WORDS = (0, 3, 6, 11, 21, 41)
DISTANCES = (
    *(f"{low} to {high - 1}" for low, high in pairwise(_FEWEST_WORDS)),
    f"{_FEWEST_WORDS[-1]} or more",
)
"""Groups of arguments by the words between them and their trigger, 0 if the two overlap."""

SENTENCES = ("same sentence", "another sentence")

_WORD = re.compile(r"\w+")
# In texts of joined tokens; the offsets stay.
_SPACED_STOP = re.compile(r" ([.!?…])(?=\s|$)")

ArgumentItem = tuple[tuple[str, int, int], tuple[str, int, int]]
"""A trigger (type, start, end) and an argument (role, start, end)."""


@dataclass(frozen=True, slots=True)
class Places:
    """The sentences and the words of one text."""

    passages: Passages
    word_starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Places:
        """Find them; a full stop may stand apart, as in texts of joined tokens."""
        passages = Passages.of(_SPACED_STOP.sub(r"\1 ", text))
        return cls(passages, tuple(word.start() for word in _WORD.finditer(text)))

    def distance(self, item: ArgumentItem) -> str:
        """Return the group, of `DISTANCES`, that an argument belongs to."""
        (_, *trigger), (_, *argument) = item
        (_, end), (start, _) = sorted((trigger, argument))
        between = bisect_left(self.word_starts, start) - bisect_left(self.word_starts, end)
        return DISTANCES[sum(between >= fewest for fewest in _FEWEST_WORDS[1:])]

    def sentence(self, item: ArgumentItem) -> str:
        """Return "same sentence" or "another sentence", of the starts of both."""
        (_, trigger, _), (_, argument, _) = item
        is_same = self.passages.sentence_of(trigger) == self.passages.sentence_of(argument)
        return SENTENCES[0] if is_same else SENTENCES[1]
