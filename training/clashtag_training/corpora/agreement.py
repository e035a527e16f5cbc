"""Agreement between two annotators of the same texts, and where they disagree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clashtag.errors import InputError
from clashtag.records import Event, Record
from clashtag_training.evaluation.pairs import pair_records
from clashtag_training.evaluation.scores import EventScores, score_events

_Bounds = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One decision that two annotators took differently, for a third to settle.

    `first` and `second` say what each marked, or are None where one marked nothing; `start` is
    the character offset at which the earlier of the two spans begins.
    """

    record_id: str | None
    start: int
    first: str | None
    second: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """How far two annotations agree.

    `scores` compare the second with the first; exchanging them exchanges precision and recall
    and leaves every F1 as it is, so F1 is the agreement.
    """

    scores: EventScores
    disagreements: tuple[Disagreement, ...]


@dataclass(frozen=True, slots=True)
class _Mark:
    bounds: _Bounds
    label: str
    shown: str


def agreement(first: Sequence[Record], second: Sequence[Record]) -> Agreement:
    """Compare two annotations of the same records, matched by id.

    Raises:
        InputError: if ids or texts differ.
    """
    unmatched = {record.id for record in first} ^ {record.id for record in second}
    if unmatched:
        raise InputError(
            f"records that only one annotator has: {sorted(map(str, unmatched))}",
            "compare annotations of the same articles",
        )
    pairs = pair_records(first, second)
    return Agreement(
        scores=score_events(first, second),
        disagreements=tuple(d for pair in pairs for d in _disagreements(*pair)),
    )


def _disagreements(first: Record, second: Record) -> list[Disagreement]:
    events_of_first = {(e.trigger.start, e.trigger.end): e for e in first.events}
    events_of_second = {(e.trigger.start, e.trigger.end): e for e in second.events}
    found = _differences(
        first.id,
        [_trigger_mark(event) for event in first.events],
        [_trigger_mark(event) for event in second.events],
    )
    for bounds, event in events_of_first.items():
        if bounds in events_of_second:
            other = events_of_second[bounds]
            found += _differences(first.id, _argument_marks(event), _argument_marks(other))
    return sorted(found, key=lambda d: (d.start, d.first or "", d.second or ""))


def _trigger_mark(event: Event) -> _Mark:
    bounds = (event.trigger.start, event.trigger.end)
    shown = f"{event.type} {event.trigger.text!r}, {event.status}"
    return _Mark(bounds, f"{event.type} {event.status}", shown)


def _argument_marks(event: Event) -> list[_Mark]:
    of = f"of {event.trigger.text!r}"
    return [_Mark((a.start, a.end), a.role, f"{a.role} {a.text!r} {of}") for a in event.arguments]


def _differences(
    record_id: str | None, first: Sequence[_Mark], second: Sequence[_Mark]
) -> list[Disagreement]:
    """Return the marks that only one side has; marks that overlap stand beside each other."""
    agreed = {(m.bounds, m.label) for m in first} & {(m.bounds, m.label) for m in second}
    only_first = [mark for mark in first if (mark.bounds, mark.label) not in agreed]
    only_second = [mark for mark in second if (mark.bounds, mark.label) not in agreed]
    found = []
    for mark in only_first:
        rival = next((other for other in only_second if _overlap(mark, other)), None)
        if rival is None:
            found.append(Disagreement(record_id, mark.bounds[0], mark.shown, None))
        else:
            only_second.remove(rival)
            start = min(mark.bounds[0], rival.bounds[0])
            found.append(Disagreement(record_id, start, mark.shown, rival.shown))
    found += [Disagreement(record_id, mark.bounds[0], None, mark.shown) for mark in only_second]
    return found


def _overlap(first: _Mark, second: _Mark) -> bool:
    return first.bounds[0] < second.bounds[1] and second.bounds[0] < first.bounds[1]
