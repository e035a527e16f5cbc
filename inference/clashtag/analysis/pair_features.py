"""What speaks for or against two event mentions telling of one incident, as numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import log1p
from types import MappingProxyType

from clashtag.analysis.event_facts import EventFacts
from clashtag.analysis.findings import Interval

ACTS = frozenset({"clash", "attack", "bombing", "shelling", "airstrike"})
HARMS = frozenset({"death", "injury"})
_VAGUE = frozenset({"season", "year", "period"})

Feature = Callable[[EventFacts, EventFacts], float]
"""A measure of a pair, the earlier mention first."""


def _types(first: EventFacts, second: EventFacts) -> set[str]:
    return {first.event.type, second.event.type}


def _both_dated(first: EventFacts, second: EventFacts) -> bool:
    return bool(first.intervals and second.intervals)


def _meet(one: Interval, other: Interval) -> bool:
    return one.first_day <= other.last_day and other.first_day <= one.last_day


def same_days(first: EventFacts, second: EventFacts) -> bool:
    """Whether a time argument is shared, or two of them fall together, vague ones aside."""
    if first.times & second.times:
        return True
    return any(
        _meet(one, other)
        for one in first.intervals
        for other in second.intervals
        if one.granularity not in _VAGUE and other.granularity not in _VAGUE
    )


def different_days(first: EventFacts, second: EventFacts) -> bool:
    """Whether both are dated and no two of their times meet."""
    return _both_dated(first, second) and not any(
        _meet(one, other) for one in first.intervals for other in second.intervals
    )


def different_places(first: EventFacts, second: EventFacts) -> bool:
    """Whether both have named places and nothing located in common."""
    return bool(first.places and second.places) and not first.located & second.located


FEATURES: Mapping[str, Feature] = MappingProxyType(
    {
        "same_type": lambda a, b: a.event.type == b.event.type,
        "act_and_harm": lambda a, b: bool(_types(a, b) & ACTS and _types(a, b) & HARMS),
        "death_and_injury": lambda a, b: _types(a, b) == HARMS,
        "act_and_destruction": lambda a, b: bool(
            _types(a, b) & ACTS and "destruction" in _types(a, b)
        ),
        "agreement_and_other": lambda a, b: "agreement" in _types(a, b) and len(_types(a, b)) > 1,
        "deployment_and_other": lambda a, b: "deployment" in _types(a, b) and len(_types(a, b)) > 1,
        "shared_place_or_people": lambda a, b: bool(a.located & b.located),
        "different_places": different_places,
        "same_days": same_days,
        "different_days": different_days,
        "one_dated": lambda a, b: bool(a.times) != bool(b.times),
        "one_in_background": lambda a, b: a.is_background != b.is_background,
        "both_in_background": lambda a, b: a.is_background and b.is_background,
        "same_sentence": lambda a, b: a.sentence == b.sentence,
        "log_sentences_apart": lambda a, b: log1p(b.sentence - a.sentence),
        "log_events_between": lambda a, b: log1p(b.position - a.position - 1),
        "first_in_headline": lambda a, _: a.is_headline,
        "bare_reference": lambda _, b: b.is_definite and not b.places and not b.times,
        "points_elsewhere": lambda a, b: b.points_elsewhere and a.sentence != b.sentence,
        "one_in_summary": lambda a, b: a.is_summary != b.is_summary,
        "one_not_actual": lambda a, b: (a.event.status == "other") != (b.event.status == "other"),
        "neither_actual": lambda a, b: a.event.status == "other" == b.event.status,
    }
)
"""The features by name, in the order of the weights."""


def pair_features(first: EventFacts, second: EventFacts) -> list[float]:
    """Return the features of two mentions, the earlier one first."""
    return [float(measure(first, second)) for measure in FEATURES.values()]
