"""Scores of predicted events: triggers, arguments and statuses, over exact and soft spans.

A metric compares sets of items per record. An item is one or two spans with labels:

| metric        | labels           | spans                |
|---------------|------------------|----------------------|
| trigger_id    |                  | trigger              |
| trigger_cls   | event type       | trigger              |
| arg_id        | event type       | argument             |
| arg_cls       | event type, role | argument             |
| arg_id_plus   | event type       | argument and trigger |
| arg_cls_plus  | event type, role | argument and trigger |

These are the definitions of TextEE (Huang et al. 2024), on characters instead of tokens.
`exact` items must be equal. `soft` items must have equal labels and overlapping spans, and
are matched one to one so that as many as possible are correct.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from clashtag.errors import InputError
from clashtag.records import Event, Record
from clashtag_training.evaluation.counts import (
    Counts,
    CountTable,
    count_table,
    exact_counts,
    exact_counts_by,
)
from clashtag_training.evaluation.matching import maximum_matching
from clashtag_training.evaluation.pairs import document_of, pair_records

Setting = Literal["end-to-end", "gold triggers"]

TRIGGER_METRICS = ("trigger_id", "trigger_cls")
ARGUMENT_METRICS = ("arg_id", "arg_cls", "arg_id_plus", "arg_cls_plus")
METRICS = TRIGGER_METRICS + ARGUMENT_METRICS


@dataclass(frozen=True, slots=True, eq=False)
class EventScores:
    """The counts behind every event score; `scores.exact["arg_cls_plus"].f1` is the headline.

    `exact` and `soft` are labelled by metric. The tables by type and role hold exact items:
    trigger_cls by event type, arg_cls_plus by event type and by role; `macro_f1()` of a table
    is the mean over the types or roles that the gold data holds. `status` has one label,
    "status", over the triggers matched as in trigger_cls whose gold event has a status;
    its precision, recall and F1 all equal the accuracy.
    """

    setting: Setting
    exact: CountTable
    soft: CountTable
    status: CountTable
    triggers_by_type: CountTable
    arguments_by_type: CountTable
    arguments_by_role: CountTable


LabelTable = Literal["triggers_by_type", "arguments_by_type", "arguments_by_role"]

_TABLES: Mapping[LabelTable, tuple[str, int]] = {
    "triggers_by_type": ("trigger_cls", 0),
    "arguments_by_type": ("arg_cls_plus", 0),
    "arguments_by_role": ("arg_cls_plus", 1),
}


class _Item(NamedTuple):
    labels: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]


_Items = Mapping[str, set[_Item]]
_ItemCounter = Callable[[_Items, _Items], Mapping[str, Counts]]


def score_events(
    gold: Sequence[Record],
    predicted: Sequence[Record],
    setting: Setting = "end-to-end",
) -> EventScores:
    """Score predicted events against gold events, records matched by id.

    Args:
        gold: records with ids; those without a prediction count as missed.
        predicted: at most one record for each gold id, with the same text.
        setting: whether the triggers were predicted too ("end-to-end") or were given to the
            model ("gold triggers"), in which case trigger scores say nothing.

    Raises:
        InputError: if ids or texts do not match, or if records said to have gold triggers hold
            others.
    """
    pairs = pair_records(gold, predicted)
    if setting == "gold triggers":
        _check_triggers_are_gold(pairs)
    items = [(document_of(record), _items(record), _items(guess)) for record, guess in pairs]

    def table(count: _ItemCounter, labels: Sequence[str] | None = None) -> CountTable:
        return count_table(((name, count(ours, theirs)) for name, ours, theirs in items), labels)

    return EventScores(
        setting=setting,
        exact=table(_by_metric(exact_counts), METRICS),
        soft=table(_by_metric(_soft_counts), METRICS),
        status=count_table(
            (
                (document_of(record), {"status": _status_counts(record, guess)})
                for record, guess in pairs
            ),
            ("status",),
        ),
        triggers_by_type=table(_by_label("triggers_by_type")),
        arguments_by_type=table(_by_label("arguments_by_type")),
        arguments_by_role=table(_by_label("arguments_by_role")),
    )


def counts_by_label(
    gold: Sequence[Record], predicted: Sequence[Record], table: LabelTable
) -> CountTable:
    """Return one table of `score_events`, without the time that the others take.

    Raises:
        InputError: if ids or texts do not match.
    """
    count = _by_label(table)
    return count_table(
        (document_of(record), count(_items(record), _items(guess)))
        for record, guess in pair_records(gold, predicted)
    )


def _items(record: Record) -> _Items:
    items: dict[str, set[_Item]] = {metric: set() for metric in METRICS}
    for event in record.events:
        trigger = (event.trigger.start, event.trigger.end)
        items["trigger_id"].add(_Item((), (trigger,)))
        items["trigger_cls"].add(_Item((event.type,), (trigger,)))
        for argument in event.arguments:
            span = (argument.start, argument.end)
            items["arg_id"].add(_Item((event.type,), (span,)))
            items["arg_cls"].add(_Item((event.type, argument.role), (span,)))
            items["arg_id_plus"].add(_Item((event.type,), (span, trigger)))
            items["arg_cls_plus"].add(_Item((event.type, argument.role), (span, trigger)))
    return items


def _by_metric(count: Callable[[set[_Item], set[_Item]], Counts]) -> _ItemCounter:
    return lambda gold, predicted: {name: count(gold[name], predicted[name]) for name in METRICS}


def _by_label(table: LabelTable) -> _ItemCounter:
    metric, position = _TABLES[table]
    return lambda gold, predicted: exact_counts_by(
        lambda item: item.labels[position], gold[metric], predicted[metric]
    )


def _soft_counts(gold: set[_Item], predicted: set[_Item]) -> Counts:
    predicted_by_labels: dict[tuple[str, ...], list[tuple[int, _Item]]] = defaultdict(list)
    for index, item in enumerate(sorted(predicted)):
        predicted_by_labels[item.labels].append((index, item))
    neighbours = [
        [index for index, item in predicted_by_labels[wanted.labels] if _overlap(wanted, item)]
        for wanted in sorted(gold)
    ]
    return Counts(len(gold), len(predicted), maximum_matching(neighbours))


def _overlap(first: _Item, second: _Item) -> bool:
    return all(
        a_start < b_end and b_start < a_end
        for (a_start, a_end), (b_start, b_end) in zip(first.spans, second.spans, strict=True)
    )


def _status_counts(gold: Record, predicted: Record) -> Counts:
    wanted, found = _statuses(gold.events), _statuses(predicted.events)
    matched = [key for key, statuses in wanted.items() if key in found and None not in statuses]
    correct = sum(wanted[key] == found[key] for key in matched)
    return Counts(len(matched), len(matched), correct)


def _statuses(events: Sequence[Event]) -> dict[tuple[str, int, int], set[str | None]]:
    statuses: dict[tuple[str, int, int], set[str | None]] = defaultdict(set)
    for event in events:
        statuses[event.type, event.trigger.start, event.trigger.end].add(event.status)
    return statuses


def _check_triggers_are_gold(pairs: Sequence[tuple[Record, Record]]) -> None:
    strangers = [
        f"record {guess.id!r}: {event_type} at {start}:{end}"
        for record, guess in pairs
        for event_type, start, end in _statuses(guess.events)
        if (event_type, start, end) not in _statuses(record.events)
    ]
    if strangers:
        raise InputError(
            "predicted triggers that the gold data lacks: " + "; ".join(strangers),
            "predict arguments for the gold triggers, or score end to end",
        )
