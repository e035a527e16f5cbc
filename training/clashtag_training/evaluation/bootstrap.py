"""Bootstrap over documents: percentile intervals of scores, and a paired test of two systems.

Documents are drawn with replacement, as many as there are, and a score is computed again from
the counts of each draw (Efron & Tibshirani 1993; for two systems, Berg-Kirkpatrick et al. 2012).
A draw is a vector of multinomial weights, so all draws are one matrix product.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clashtag.errors import InputError
from clashtag_training.evaluation.counts import Counts, CountTable

DEFAULT_SAMPLES = 1000
LEVEL = 0.95

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A score and its 95% percentile interval; fractions, not percent."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Score:
    """Counts with the precision, recall and F1 they give."""

    counts: Counts
    precision: Estimate
    recall: Estimate
    f1: Estimate


@dataclass(frozen=True, slots=True)
class PairedTest:
    """The F1 of one system minus that of another on the same documents, and its p-value."""

    difference: Estimate
    p_value: float


def label_scores(table: CountTable, samples: int, seed: int) -> dict[str, Score]:
    """Return the score of every label of a table, with intervals.

    Raises:
        InputError: if there is no document to draw from, or no sample is asked for.
    """
    draws = _draw(table, samples, seed)
    return {
        label: _score(table[label], draws[:, index]) for index, label in enumerate(table.labels)
    }


def micro_score(table: CountTable, samples: int, seed: int) -> Score:
    """Return the score of all labels of a table together, with intervals.

    Raises:
        InputError: if there is no document to draw from, or no sample is asked for.
    """
    return _score(table.micro(), _draw(table, samples, seed).sum(axis=1))


def macro_f1(table: CountTable, samples: int, seed: int) -> Estimate:
    """Return the mean F1 of the labels with gold support, with an interval.

    In a draw, the mean is over the labels that the gold data of that draw holds.

    Raises:
        InputError: if there is no document to draw from, or no sample is asked for.
    """
    draws = _draw(table, samples, seed)
    held = draws[..., 0] > 0
    sums = np.where(held, _f1(draws), 0.0).sum(axis=1)
    return estimate(table.macro_f1(), _ratio(sums, held.sum(axis=1).astype(np.float64)))


def paired_bootstrap(
    first: CountTable,
    second: CountTable,
    label: str | None = None,
    samples: int = DEFAULT_SAMPLES,
    seed: int = 0,
) -> PairedTest:
    """Test whether two prediction sets differ in F1 on the same gold documents.

    Both systems are scored on the same draws. The p-value is two-sided: twice the share of
    draws in which the better system is not better, counting the observed data as a draw.

    Args:
        first: the counts of one system.
        second: the counts of the other, over the same gold documents.
        label: the label to compare; by default all labels together.
        samples: how many times the documents are drawn.
        seed: of the random draws.

    Raises:
        InputError: if the two tables were not counted on the same gold documents, or neither
            has the label.
    """
    if label is not None and label not in (*first.labels, *second.labels):
        raise InputError(
            f"neither prediction set was counted for the label {label!r}",
            f"choose one of {', '.join(sorted({*first.labels, *second.labels}))}",
        )
    ours, theirs = _column(first, label), _column(second, label)
    if first.documents != second.documents or not np.array_equal(
        ours.values[..., 0], theirs.values[..., 0]
    ):
        raise InputError(
            "the two prediction sets were scored on different gold documents",
            "score both against the same gold file",
        )
    differences = _f1(_draw(ours, samples, seed)) - _f1(_draw(theirs, samples, seed))
    value = ours.micro().f1 - theirs.micro().f1
    not_better = min(np.count_nonzero(differences <= 0), np.count_nonzero(differences >= 0))
    p_value = min(1.0, 2 * (not_better + 1) / (samples + 1))
    return PairedTest(estimate(value, differences[:, 0]), p_value)


def _column(table: CountTable, label: str | None) -> CountTable:
    """Return a table of one column: a label's counts, or all labels' counts added up."""
    if label is not None:
        return table.select((label,))
    return CountTable(table.documents, ("micro",), table.values.sum(axis=1, keepdims=True))


def draw_weights(documents: int, samples: int, seed: int) -> Floats:
    """Return how often each draw holds each document: float64 (samples, documents).

    Raises:
        InputError: if there is no document to draw from, or no sample is asked for.
    """
    if not documents or samples < 1:
        raise InputError(
            f"cannot draw {samples} bootstrap samples from {documents} documents",
            "give at least one gold record and ask for at least one sample",
        )
    shares = np.full(documents, 1 / documents)
    weights = np.random.default_rng(seed).multinomial(documents, shares, size=samples)
    return weights.astype(np.float64)


def estimate(value: float, draws: Floats) -> Estimate:
    """Return a score with the 95% percentile interval of its draws: float64 (samples,)."""
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(value, float(low), float(high))


def _draw(table: CountTable, samples: int, seed: int) -> Floats:
    """Return the counts of each draw: float64 (samples, labels, 3)."""
    documents = len(table.documents)
    weights = draw_weights(documents, samples, seed)
    flat = table.values.reshape(documents, -1).astype(np.float64)
    return (weights @ flat).reshape(samples, len(table.labels), 3)


def _score(counts: Counts, draws: Floats) -> Score:
    gold, predicted, correct = np.moveaxis(draws, -1, 0)
    return Score(
        counts=counts,
        precision=estimate(counts.precision, _ratio(correct, predicted)),
        recall=estimate(counts.recall, _ratio(correct, gold)),
        f1=estimate(counts.f1, _f1(draws)),
    )


def _f1(draws: Floats) -> Floats:
    return _ratio(2 * draws[..., 2], draws[..., 0] + draws[..., 1])


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    return np.divide(numerator, denominator, out=np.zeros_like(numerator), where=denominator > 0)
