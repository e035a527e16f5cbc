"""Scores of a grouping of mentions against a gold one: MUC, B-cubed, CEAF-e, pairs and groups.

The first three are defined as in the reference implementation (Pradhan et al. 2014), which also
tells what happens where mentions were predicted: one that the other side lacks counts as an error.
Their mean F1 is the CoNLL score. `pairs` scores the pairs of mentions that stand in one group,
`groups` the groups that are right to the last mention.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clashtag.errors import InputError
from clashtag_training.evaluation.bootstrap import Score, draw_weights, estimate
from clashtag_training.evaluation.counts import Counts
from clashtag_training.evaluation.matching import maximum_weight

CONLL = ("muc", "b_cubed", "ceaf_e")
METRICS = (*CONLL, "pairs", "groups")

Groups = Sequence[frozenset[Hashable]]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class GroupingTable:
    """What each document adds to each metric.

    `values` is float64 (documents, metrics, 4): gold items, predicted items, and how much of the
    gold and of the predicted ones is correct. Items are links, mentions, groups or pairs.
    """

    documents: tuple[str, ...]
    values: Floats

    def f1(self, metric: str) -> float:
        """Return the F1 of one metric over all documents."""
        totals = self.values[:, METRICS.index(metric)].sum(axis=0)
        return float(_scores(totals)[2])

    @property
    def conll(self) -> float:
        """Return the mean F1 of MUC, B-cubed and CEAF-e."""
        return float(_conll(self.values.sum(axis=0))[2])


def grouping_table(gold: Mapping[str, Groups], predicted: Mapping[str, Groups]) -> GroupingTable:
    """Count both groupings of each document; a document without predictions has no group.

    Raises:
        InputError: if predictions are given for documents that the gold data lacks, or a grouping
            holds an empty group or a mention twice.
    """
    problems = [f"{name!r}: no gold grouping" for name in predicted if name not in gold]
    for side, documents in (("gold", gold), ("predicted", predicted)):
        problems += [f"{name!r}: {side} {p}" for name, g in documents.items() for p in _faults(g)]
    if problems:
        raise InputError(
            "groupings cannot be scored: " + "; ".join(problems),
            "give each mention of a document to exactly one group",
        )
    rows = [_document(groups, predicted.get(name, ())) for name, groups in gold.items()]
    return GroupingTable(
        tuple(gold), np.asarray(rows, dtype=np.float64).reshape(-1, len(METRICS), 4)
    )


def grouping_scores(table: GroupingTable, samples: int, seed: int) -> dict[str, Score]:
    """Return the score of each metric, with bootstrap intervals over documents.

    The counts of a score are whole items; a share of an item that is correct is rounded.

    Raises:
        InputError: if there is no document to draw from, or no sample is asked for.
    """
    draws = _draw(table, samples, seed)
    totals = table.values.sum(axis=0)
    return {
        metric: _score(totals[index], _scores(totals[index]), _scores(draws[:, index]))
        for index, metric in enumerate(METRICS)
    }


def conll_score(table: GroupingTable, samples: int, seed: int) -> Score:
    """Return the mean precision, recall and F1 of MUC, B-cubed and CEAF-e; its counts are mentions.

    Raises:
        InputError: if there is no document to draw from, or no sample is asked for.
    """
    totals = table.values.sum(axis=0)
    means, drawn = _conll(totals), _conll(_draw(table, samples, seed))
    return _score(totals[METRICS.index("b_cubed")], means, drawn)


def conll_gain(better: GroupingTable, other: GroupingTable, samples: int, seed: int) -> Score:
    """Return how much higher one system's CoNLL score is than another's on the same documents.

    Both are drawn alike, so that the interval is that of the difference.

    Raises:
        InputError: if the documents differ, or there is none to draw from.
    """
    if better.documents != other.documents:
        raise InputError("the two systems were scored on different documents", "score both again")
    gains = _conll(better.values.sum(axis=0)) - _conll(other.values.sum(axis=0))
    drawn = _conll(_draw(better, samples, seed)) - _conll(_draw(other, samples, seed))
    return _score(better.values.sum(axis=0)[METRICS.index("b_cubed")], gains, drawn)


def _document(gold: Groups, predicted: Groups) -> list[tuple[float, float, float, float]]:
    overlaps = np.array([[len(g & p) for p in predicted] for g in gold], dtype=np.float64)
    overlaps = overlaps.reshape(len(gold), len(predicted))
    gold_sizes = np.array([len(group) for group in gold], dtype=np.float64)
    predicted_sizes = np.array([len(group) for group in predicted], dtype=np.float64)
    links = overlaps.sum() - np.count_nonzero(overlaps)
    squares = overlaps**2
    similarity = 2 * overlaps / np.add.outer(gold_sizes, predicted_sizes)
    aligned = maximum_weight(similarity)
    pairs = (squares.sum() - overlaps.sum()) / 2
    equal = len(set(gold) & set(predicted))
    return [
        (_links(gold_sizes), _links(predicted_sizes), links, links),
        (
            gold_sizes.sum(),
            predicted_sizes.sum(),
            (squares / gold_sizes[:, None]).sum(),
            (squares / predicted_sizes).sum(),
        ),
        (len(gold), len(predicted), aligned, aligned),
        (_pairs(gold_sizes), _pairs(predicted_sizes), pairs, pairs),
        (len(gold), len(predicted), equal, equal),
    ]


def _links(sizes: Floats) -> float:
    return float((sizes - 1).sum())


def _pairs(sizes: Floats) -> float:
    return float((sizes * (sizes - 1) / 2).sum())


def _draw(table: GroupingTable, samples: int, seed: int) -> Floats:
    """Return the totals of each draw: float64 (samples, metrics, 4)."""
    weights = draw_weights(len(table.documents), samples, seed)
    totals: Floats = np.einsum("sd,dmk->smk", weights, table.values)
    return totals


def _score(totals: Floats, values: Floats, draws: Floats) -> Score:
    """Return a score of totals (4,), its values (3,) and those of its draws (3, samples)."""
    gold, predicted, correct, _ = (round(float(total)) for total in totals)
    precision, recall, f1 = (
        estimate(float(value), of_draws) for value, of_draws in zip(values, draws, strict=True)
    )
    return Score(Counts(gold, predicted, correct), precision, recall, f1)


def _conll(totals: Floats) -> Floats:
    """Return mean precision, recall and F1 (3, ...) of totals (..., metrics, 4)."""
    each = [_scores(totals[..., METRICS.index(metric), :]) for metric in CONLL]
    return np.asarray(np.mean(each, axis=0))


def _scores(totals: Floats) -> Floats:
    """Return precision, recall and F1 (3, ...) of totals (..., 4); 0/0 is 0."""
    gold, predicted, correct_gold, correct_predicted = np.moveaxis(totals, -1, 0)
    precision = _ratio(correct_predicted, predicted)
    recall = _ratio(correct_gold, gold)
    return np.stack([precision, recall, _ratio(2 * precision * recall, precision + recall)])


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    quotient: Floats = np.zeros(np.shape(numerator))
    np.divide(numerator, denominator, out=quotient, where=denominator > 0)
    return quotient


def _faults(groups: Groups) -> list[str]:
    mentions = [mention for group in groups for mention in group]
    faults = ["an empty group"] if not all(groups) else []
    return faults + (["a mention twice"] if len(set(mentions)) < len(mentions) else [])
