"""What speaks for or against two event mentions telling of one incident, as numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import log1p
from types import MappingProxyType

from clashtag.analysis.findings import Interval
from clashtag.analysis.grouping.event_facts import EventFacts
from clashtag.analysis.kinds import ACTS, CASUALTIES, NOT_ACTUAL

_RELATED = (
    ACTS | CASUALTIES | {"destruction"},
    frozenset({"riot", "protest", "destruction", "injury", "arrest"}),
    frozenset({"abduction", "attack", "death"}),
    frozenset({"territory", "deployment", "clash", "attack"}),
)
_VAGUE = frozenset({"season", "year", "period"})

Feature = Callable[[EventFacts, EventFacts], float]
"""A measure of a pair, the earlier mention first."""


def _types(first: EventFacts, second: EventFacts) -> set[str]:
    return {first.event.type, second.event.type}


def _related(first: EventFacts, second: EventFacts) -> bool:
    """Whether both have one type, or types that one happening often has together."""
    types = _types(first, second)
    return len(types) == 1 or any(types <= together for together in _RELATED)


def _is_other(mention: EventFacts) -> bool:
    return mention.event.status == NOT_ACTUAL


def _of_one_type_and_another(kind: str) -> Feature:
    return lambda a, b: kind in _types(a, b) and len(_types(a, b)) > 1


def _meet(one: Interval, other: Interval) -> bool:
    return one.first_day <= other.last_day and other.first_day <= one.last_day


def _days_meet(first: Sequence[Interval], second: Sequence[Interval]) -> bool:
    """Whether two of some days fall together, vague ones aside."""
    return any(
        _meet(one, other)
        for one in first
        for other in second
        if one.granularity not in _VAGUE and other.granularity not in _VAGUE
    )


def _days_differ(first: Sequence[Interval], second: Sequence[Interval]) -> bool:
    """Whether there are days on both sides and no two meet."""
    return bool(first and second) and not any(
        _meet(one, other) for one in first for other in second
    )


def _same_days(first: EventFacts, second: EventFacts) -> bool:
    return bool(first.times & second.times) or _days_meet(first.intervals, second.intervals)


def different_days(first: EventFacts, second: EventFacts) -> bool:
    """Whether both are dated and no two of their times meet."""
    return _days_differ(first.intervals, second.intervals)


FEATURES: Mapping[str, Feature] = MappingProxyType(
    {
        "related_types": _related,
        "act_and_destruction": lambda a, b: bool(
            _types(a, b) & ACTS and "destruction" in _types(a, b)
        ),
        "agreement_and_other": _of_one_type_and_another("agreement"),
        "deployment_and_other": _of_one_type_and_another("deployment"),
        "shared_place_or_people": lambda a, b: bool(a.located & b.located),
        "second_placed": lambda a, b: bool(b.places) and not a.places,
        "different_settings": lambda a, b: (
            bool(a.setting and b.setting) and not a.setting & b.setting
        ),
        "same_days": _same_days,
        "one_dated": lambda a, b: bool(a.times) != bool(b.times),
        "different_setting_days": lambda a, b: _days_differ(a.setting_days, b.setting_days),
        "one_in_background": lambda a, b: a.is_background != b.is_background,
        "both_in_background": lambda a, b: a.is_background and b.is_background,
        "same_sentence": lambda a, b: a.sentence == b.sentence,
        "other_paragraph": lambda a, b: a.paragraph != b.paragraph,
        "log_sentences_apart": lambda a, b: log1p(b.sentence - a.sentence),
        "log_events_between": lambda a, b: log1p(b.position - a.position - 1),
        "first_in_headline": lambda a, _: a.is_headline,
        "first_in_opening": lambda a, _: a.paragraph == 1,
        "first_is_main": lambda a, _: a.is_main,
        "bare_reference": lambda _, b: b.is_definite and not b.places and not b.times,
        "definite_same_type": lambda a, b: b.is_definite and a.event.type == b.event.type,
        "points_elsewhere": lambda a, b: b.points_elsewhere and a.sentence != b.sentence,
        "one_not_actual": lambda a, b: _is_other(a) != _is_other(b),
        "planned_in_other_paragraph": lambda a, b: (
            a.paragraph != b.paragraph
            and not _is_other(a)
            and _is_other(b)
            and b.event.type not in CASUALTIES
        ),
    }
)
"""The features by name, in the order of the weights."""


def pair_features(first: EventFacts, second: EventFacts) -> list[float]:
    """Return the features of two mentions, the earlier one first."""
    return [float(measure(first, second)) for measure in FEATURES.values()]
