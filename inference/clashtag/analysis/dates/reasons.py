"""Why a time expression gives no date: the kind that its words put it in."""

from __future__ import annotations

import re
from typing import Final

from clashtag.analysis.dates.words import MONTH, SEASON, UNIT, WEEKDAY

_SPAN: Final = (
    rf"(?:{UNIT}|morning|noon|afternoon|evening|dawn|dusk|midnight|weekend|centur(?:y|ie)|date|time"
    r"|moment|period)s?"
)
_NAMED: Final = rf"(?:{WEEKDAY}|{MONTH}|{SEASON})"
_FEASTS: Final = (
    r"rama[dz]h?an|eid|easter|passover|ashura|muharram|diwali|lent|pentecost|nowruz|newroz"
    r"|thanksgiving|christmas|hanukkah|yom kippur|tabaski|mawlid|arbaeen"
)
# In this order: the first pattern that is found decides.
_KINDS: Final = tuple(
    (re.compile(pattern), kind)
    for kind, *patterns in (
        (
            "no fixed date",
            rf"\b(?:{_FEASTS}|rains|monsoons?|harvests?)\b",
            r"\b(?:dry|rainy|wet|lean|planting|sowing|fishing|fighting) season\b",
        ),
        (
            "recurring",
            rf"\b(?:every|each) |\bmost {_SPAN}$|\b(?:dai|night|week|month|year)ly\b",
            rf"\b({_SPAN}) (?:after|by) \1$|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days$",
        ),
        (
            "relative to another event",
            r"\b(?:that|those|same|following|next|previous|preceding|ensuing|prior|intervening"
            rf"|earlier|later|after|before) .*\b(?:{_SPAN}|{_NAMED})\b",
            rf"\b(?:{_SPAN}|{_NAMED}) (?:.* )?(?:before|after|afterwards|earlier|later|following"
            r"|on|into|prior|followed|question)\b",
            rf"\b(?:\d+(?:st|nd|rd|th)|last|final|opening|closing) (?:\w+ )?(?:{_SPAN}|{SEASON})\b",
            rf"^{_SPAN}(?: [a-z]+)*$|\beve\b",
            r"^(?:then|early|late|later|earlier|afterwards?|meanwhile|thereafter|previously)$",
        ),
        (
            "duration only",
            r"^(?:(?:for|within|more than|less than|up to|least|as many|all|whole|entire|full|half"
            rf"|single) )*(?:\d+(?:(?: to | or |-)\d+)?[ -])?{_SPAN}$",
        ),
        (
            "vague",
            r"\b(?:some|several|few|many|couple|recent|recently|lately|soon|once|nowadays|decades"
            r"|ages|dozens?|hundreds?|past|long|coming|upcoming)\b|\bago$",
        ),
        (
            "unknown expression",
            rf"\b(?:{_SPAN}|{_NAMED}|season|yesterday|today|tomorrow|now)\b|\d",
        ),
    )
    for pattern in patterns
)


def why_no_date(phrase: str) -> str:
    """Return the kind of a plain time expression that no rule could read."""
    for pattern, kind in _KINDS:
        if pattern.search(phrase):
            return kind
    return "not a date"
