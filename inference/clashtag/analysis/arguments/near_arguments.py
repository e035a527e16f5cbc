"""Which arguments of a mention are its own, and which are its neighbours'.

A tagger gives an event what stands in the clause or the sentence beside it too. Where a role has
an argument nearer to the trigger, the farther ones are left out.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from clashtag.analysis.dates import resolve_time
from clashtag.analysis.kinds import TIME, VICTIM
from clashtag.analysis.text.passages import Passages, passages_of
from clashtag.analysis.text.pronouns import PRONOUNS
from clashtag.records import Argument, Event, Record, Span

_PRONOUN = re.compile(
    rf"(?:{'|'.join(sorted(PRONOUNS))})(?: of (?:them|us|whom|which|these|those))?",
    re.IGNORECASE,
)
_NEXT_CLAUSE = re.compile(
    r"[;:] |, (?:and|but|while|when|where|after)\b| (?:while|after|before) | [-–—] "
)
_EARLIER = 2
_ANY_DAY = date(2000, 6, 15)


def keep_nearest(record: Record) -> Record:
    """Return a record whose events have, in each role, only the arguments told nearest to them.

    What stands in the trigger's clause goes before the rest of its sentence, and this before
    earlier sentences. "A drone killed two in Harn, and a shell hit Odrel": the shell did not fall
    in Harn. Victims are listed over several clauses at times, so for them only the sentence counts.
    A pronoun leaves out nothing, nor does a time without a day ("next noon"), since both
    need what was told before.
    """
    passages = passages_of(record.text)
    triggers = sorted(event.trigger.start for event in record.events)
    events = (_with_nearest(passages, event, triggers) for event in record.events)
    return replace(record, events=tuple(events))


def _with_nearest(passages: Passages, event: Event, triggers: Sequence[int]) -> Event:
    distances = [_distance(passages, one, event.trigger, triggers) for one in event.arguments]
    nearest: dict[str, int] = {}
    for one, distance in zip(event.arguments, distances, strict=True):
        if _says_enough(passages.text, one):
            nearest[one.role] = min(distance, nearest.get(one.role, distance))
    kept = (
        one
        for one, distance in zip(event.arguments, distances, strict=True)
        if distance <= nearest.get(one.role, _EARLIER)
    )
    return replace(event, arguments=tuple(kept))


def _says_enough(text: str, argument: Argument) -> bool:
    if argument.role == TIME:
        return resolve_time(text, argument.start, argument.end, _ANY_DAY).interval is not None
    return _PRONOUN.fullmatch(argument.text) is None


def _distance(
    passages: Passages, argument: Argument, trigger: Span, triggers: Sequence[int]
) -> int:
    """Return 0 in the trigger's clause, 1 beyond it in the sentence, else `_EARLIER`."""
    if argument.start < passages.sentence_bounds(trigger.start)[0]:
        return _EARLIER
    if argument.role == VICTIM:
        return 0
    first, last = argument.end, trigger.start
    if argument.start > trigger.start:
        first, last = trigger.end, argument.start
    between = bisect_left(triggers, first)
    is_beyond = between < len(triggers) and triggers[between] < last
    return int(is_beyond or _NEXT_CLAUSE.search(passages.text, first, last) is not None)
