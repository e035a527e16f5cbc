"""Which event mentions of an article tell of one incident.

Mentions are taken in the order of the text. Each joins the incident that it fits best, if their
score is above zero; otherwise it opens an incident of its own. It may not join an incident that
holds a mention of other days, even if it points back ("the attack").

The score of a pair of mentions is a weighted sum of the features in `pair_features.py`: the
log-odds that a logistic regression gives them to tell of one incident. The score of a mention and
an incident lies between that of its best pair and the mean of all its pairs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from clashtag.analysis.arguments.clean import clean_arguments
from clashtag.analysis.grouping.event_facts import EventFacts, read_facts
from clashtag.analysis.grouping.pair_features import FEATURES, different_days, pair_features
from clashtag.analysis.publication import publication_date
from clashtag.records import Event, Record

MAX_EVENTS_BACK = 100
"""How many earlier mentions each mention is compared with, those of the headline besides."""

BEST_PAIR_SHARE = 0.7
"""How much the best pair of a mention and an incident counts against the mean of all."""


@dataclass(frozen=True, slots=True)
class PairScorer:
    """A weight for each of `FEATURES`, and the score of a pair that has none of them."""

    bias: float
    weights: Mapping[str, float]

    def score(self, first: EventFacts, second: EventFacts) -> float:
        """Return the log-odds that two mentions, the earlier first, tell of one incident."""
        values = pair_features(first, second)
        return self.bias + sum(
            self.weights[name] * value for name, value in zip(FEATURES, values, strict=True)
        )


def group_events(
    record: Record, published: date | None = None, scorer: PairScorer | None = None
) -> tuple[tuple[int, ...], ...]:
    """Return the incidents of a record as indexes of its events: each event is in exactly one.

    Incidents and their events come in the order of the text, whatever the order of the events.

    Args:
        record: a text with its events, gold or predicted; arguments are cleaned if they are not.
        published: the article's date, which weekdays and "last month" are compared by; by default
            the one in the record's `published` field.
        scorer: weights to use instead of the shipped ones.

    Raises:
        InputError: if the record's `published` field is no date.
    """
    scorer = scorer or shipped_scorer()
    record = clean_arguments(record)
    order = text_order(record)
    facts = read_facts(record, order, published or publication_date(record))
    groups: list[list[EventFacts]] = []
    group_of: list[int] = []
    for current in facts:
        number = _best_group(current, facts, groups, group_of, scorer)
        if number is None:
            number = len(groups)
            groups.append([])
        groups[number].append(current)
        group_of.append(number)
    return tuple(tuple(order[member.position] for member in group) for group in groups)


def text_order(record: Record) -> list[int]:
    """Return the indexes of a record's events in the order of the text."""
    return sorted(range(len(record.events)), key=lambda index: _place(record.events[index]))


@cache
def shipped_scorer() -> PairScorer:
    """Return the weights that are part of the package."""
    file = resources.files("clashtag.analysis.grouping") / "incident_weights.json"
    fields = json.loads(file.read_text(encoding="utf-8"))
    return PairScorer(fields["bias"], fields["weights"])


def _best_group(
    current: EventFacts,
    facts: Sequence[EventFacts],
    groups: Sequence[Sequence[EventFacts]],
    group_of: Sequence[int],
    scorer: PairScorer,
) -> int | None:
    """Return the number of the group that a mention fits best, None where it may join none."""
    scores: dict[int, list[float]] = {}
    for earlier in _candidates(current, facts):
        score = scorer.score(earlier, current)
        scores.setdefault(group_of[earlier.position], []).append(score)
    joined = {
        number: BEST_PAIR_SHARE * max(of) + (1 - BEST_PAIR_SHARE) * sum(of) / len(of)
        for number, of in scores.items()
    }
    allowed = (
        number
        for number, score in joined.items()
        if score > 0 and not _has_other_days(groups[number], current)
    )
    return max(
        allowed, key=lambda number: (joined[number], groups[number][-1].position), default=None
    )


def _has_other_days(group: Sequence[EventFacts], current: EventFacts) -> bool:
    return any(different_days(member, current) for member in group)


def _candidates(current: EventFacts, facts: Sequence[EventFacts]) -> Iterator[EventFacts]:
    first = max(0, current.position - MAX_EVENTS_BACK)
    for earlier in facts[: min(first, MAX_EVENTS_BACK)]:
        if not earlier.is_headline:
            break
        yield earlier
    yield from facts[first : current.position]


def _place(event: Event) -> tuple[int, int, str, str, list[tuple[int, int, str]]]:
    """Order events by their place in the text; equal places by all else that tells them apart."""
    arguments = sorted((a.start, a.end, a.role) for a in event.arguments)
    return event.trigger.start, event.trigger.end, event.type, event.status or "", arguments
