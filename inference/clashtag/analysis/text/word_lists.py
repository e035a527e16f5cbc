"""Lists of words, written as one text each."""

from __future__ import annotations


def word_set(words: str) -> frozenset[str]:
    """Return the words of a list that is written as one text."""
    return frozenset(words.split())
