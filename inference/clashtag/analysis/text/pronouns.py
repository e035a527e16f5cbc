"""The pronouns of English, by what they can stand for."""

from __future__ import annotations

from typing import Final

from clashtag.analysis.text.word_lists import word_set

SUBJECTS: Final = word_set("he she it they we i you")
PERSONAL: Final = SUBJECTS | word_set("him her them us me")
ONE_HUMAN: Final = word_set("he she him her his")
"""One person, who may be counted."""

REFERRING: Final = PERSONAL | word_set("his its their who whom which that")
"""Those that mean nothing but what is told elsewhere."""

DEMONSTRATIVE: Final = word_set("this these those")
PRONOUNS: Final = (
    REFERRING
    | DEMONSTRATIVE
    | word_set("one ones some others each both all anyone everyone none neither what")
)
