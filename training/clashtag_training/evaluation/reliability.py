"""How far scores can be taken for probabilities: reliability tables and their calibration error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from clashtag.records import Argument, Event, Record
from clashtag_training.evaluation.pairs import pair_records
from clashtag_training.evaluation.scores import Setting

BINS = 10

ScoredItem = tuple[float | None, bool]


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Predictions scored `low` to `high`: their number, mean score and share that is right."""

    low: float
    high: float
    predictions: int
    mean_score: float
    correct: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """Scores against outcomes, in bins of about equally many predictions.

    `calibration_error` is the expected calibration error (ECE): the mean over predictions of the
    distance between their bin's mean score and its share that is right; 0 is perfect.
    """

    predictions: int
    mean_score: float
    correct: float
    calibration_error: float
    bins: tuple[ReliabilityBin, ...]


def event_reliability(
    gold: Sequence[Record], predicted: Sequence[Record], setting: Setting
) -> dict[str, Reliability] | None:
    """Return the reliability of trigger scores ("triggers") and argument scores ("arguments").

    An event's score is held against trigger_cls, an argument's against arg_cls_plus where its
    trigger is right. With gold triggers there are argument scores alone. What has no scores, or
    scores that are no probabilities, is left out.

    Returns:
        None where that leaves nothing.

    Raises:
        InputError: if ids or texts do not match.
    """
    pairs = pair_records(gold, predicted)
    items = {"arguments": [item for pair in pairs for item in _arguments(*pair)]}
    if setting == "end-to-end":
        items = {"triggers": [item for pair in pairs for item in _triggers(*pair)], **items}
    tables = {name: reliability(of_kind) for name, of_kind in items.items()}
    return {name: table for name, table in tables.items() if table is not None} or None


def reliability(items: Sequence[ScoredItem], bins: int = BINS) -> Reliability | None:
    """Return the reliability of scored items; equal scores share a bin, so order plays no part.

    Args:
        items: a score, or None, which is passed over; and whether the item is right.
        bins: how many there are at most.

    Returns:
        None if there is no score, or one that is not between 0 and 1.
    """
    scored = sorted((score, is_right) for score, is_right in items if score is not None)
    scores = np.array([score for score, _ in scored], dtype=np.float64)
    correct = np.array([is_right for _, is_right in scored], dtype=np.float64)
    if not len(scores) or not ((scores >= 0) & (scores <= 1)).all():
        return None
    quantiles = scores[np.arange(bins) * len(scores) // bins]
    edges = np.unique([*np.searchsorted(scores, quantiles), len(scores)])
    table = tuple(
        ReliabilityBin(
            low=float(scores[start]),
            high=float(scores[end - 1]),
            predictions=end - start,
            mean_score=float(scores[start:end].mean()),
            correct=float(correct[start:end].mean()),
        )
        for start, end in pairwise(edges.tolist())
    )
    distance = sum(one.predictions * abs(one.mean_score - one.correct) for one in table)
    return Reliability(
        predictions=len(scores),
        mean_score=float(scores.mean()),
        correct=float(correct.mean()),
        calibration_error=distance / len(scores),
        bins=table,
    )


def _triggers(gold: Record, predicted: Record) -> Iterator[ScoredItem]:
    known = _arguments_by_trigger(gold)
    for event in predicted.events:
        yield event.score, _trigger(event) in known


def _arguments(gold: Record, predicted: Record) -> Iterator[ScoredItem]:
    known = _arguments_by_trigger(gold)
    for event in predicted.events:
        if _trigger(event) in known:
            for argument in event.arguments:
                yield argument.score, _argument(argument) in known[_trigger(event)]


def _arguments_by_trigger(
    record: Record,
) -> Mapping[tuple[str, int, int], set[tuple[str, int, int]]]:
    known: dict[tuple[str, int, int], set[tuple[str, int, int]]] = {}
    for event in record.events:
        known.setdefault(_trigger(event), set()).update(map(_argument, event.arguments))
    return known


def _trigger(event: Event) -> tuple[str, int, int]:
    return event.type, event.trigger.start, event.trigger.end


def _argument(argument: Argument) -> tuple[str, int, int]:
    return argument.role, argument.start, argument.end
