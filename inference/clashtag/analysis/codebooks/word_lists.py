"""Word lists as people write them: words and phrases between commas."""

from __future__ import annotations

import re
from functools import lru_cache

_MAX_LISTS = 256


@lru_cache(maxsize=_MAX_LISTS)
def compile_words(words: str) -> re.Pattern[str]:
    """Compile a list of lower-case words and phrases to a pattern for lower-case text.

    A word also matches its regular plural (and *-men* for *-man*), a `*` at its end any ending,
    and a space also a hyphen. Longer entries are tried first.
    """
    entries = sorted((entry.strip() for entry in words.split(",")), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(_alternative, entries))})(?!\w)")


def says(text: str, words: str) -> bool:
    """Return whether a lower-case text holds a word or phrase of a list."""
    return compile_words(words).search(text) is not None


def _alternative(entry: str) -> str:
    stem, ending = entry, "(?:e?s)?"
    if entry.endswith("*"):
        stem, ending = entry[:-1], r"\w*"
    elif entry.endswith("man"):
        stem, ending = entry[:-3], "m[ae]n"
    elif re.search(r"[^aeiou]y$", entry):
        stem, ending = entry[:-1], "(?:y|ies)"
    return re.escape(stem).replace(r"\ ", "[- ]") + ending
