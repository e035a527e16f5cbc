"""Which mention of an incident names it: the act that an analyst would call the row by."""

from __future__ import annotations

import re
from collections.abc import Iterable

from clashtag.analysis.kinds import NOT_ACTUAL
from clashtag.analysis.text.passages import Passages, passages_of
from clashtag.records import Record

_AFTER_ACTS = (
    frozenset({"agreement", "protest"}),
    frozenset({"deployment", "arrest", "destruction"}),
    frozenset({"displacement"}),
    frozenset({"death"}),
    frozenset({"injury"}),
)
_SETS_THE_SCENE = re.compile(
    r"wars?|conflicts?|violence|unrest|disorder|turmoil|bloodshed|crisis|hostilities|fighting"
    r"|insurgency|invasion|occupation|campaign|offensive|siege|besieg\w+|surround\w*|encircl\w+"
    r"|blockad\w+",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
_MAX_LABEL_WORDS = 3


def lead_of(record: Record, events: Iterable[int]) -> int:
    """Return the mention whose type names an incident best.

    What happened goes before what is planned or denied, an act before its consequences, one that
    is told before a word for the whole ("fighting", "siege") or a label over a paragraph
    ("Arrests."), and the first mention before others of its kind.
    """
    passages = passages_of(record.text)

    def rank(index: int) -> tuple[bool, int, bool, int, int]:
        event = record.events[index]
        trigger = event.trigger
        after_acts = (n for n, types in enumerate(_AFTER_ACTS, 1) if event.type in types)
        is_told = not (
            _SETS_THE_SCENE.fullmatch(trigger.text) or _stands_alone(passages, trigger.start)
        )
        return (
            event.status == NOT_ACTUAL,
            next(after_acts, 0),
            not is_told,
            trigger.start,
            trigger.end,
        )

    return min(events, key=rank)


def _stands_alone(passages: Passages, offset: int) -> bool:
    """Whether a sentence below the headline is only a few words long."""
    if passages.paragraph_of(offset) == 0:
        return False
    words = _WORD.findall(passages.text, *passages.sentence_bounds(offset))
    return len(words) <= _MAX_LABEL_WORDS
