"""The pronouns of English, by what they can stand for."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SUBJECTS: Final = _words("he she it they we i you")
PERSONAL: Final = SUBJECTS | _words("him her them us me")
ONE_HUMAN: Final = _words("he she him her his")
"""One person, who may be counted."""

REFERRING: Final = PERSONAL | _words("his its their who whom which that")
"""Those that mean nothing but what is told elsewhere."""

DEMONSTRATIVE: Final = _words("this these those")
PRONOUNS: Final = (
    REFERRING
    | DEMONSTRATIVE
    | _words("one ones some others each both all anyone everyone none neither what")
)
