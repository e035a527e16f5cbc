"""A text as spaCy and Prodigy cut it: words with a flag for one space after them, no gaps."""

from __future__ import annotations

from dataclasses import dataclass

from clashtag_training.converters.layers import word_bounds
from clashtag_training.corpora.words import split_words


@dataclass(frozen=True, slots=True)
class SpacedWord:
    """A word, or white space that is more than one space, and whether a space follows it."""

    start: int
    end: int
    space_after: bool


def spaced_words(text: str) -> list[SpacedWord]:
    """Cut a text so that words and spaces give it back exactly."""
    [words] = split_words([text], None)
    found: list[SpacedWord] = []
    position = 0
    for start, end in [*word_bounds(words), (len(text), len(text))]:
        if found and position < start and text[position] == " ":
            found[-1] = SpacedWord(found[-1].start, found[-1].end, space_after=True)
            position += 1
        if position < start:
            found.append(SpacedWord(position, start, space_after=False))
        if start < end:
            found.append(SpacedWord(start, end, space_after=False))
        position = end
    return found
