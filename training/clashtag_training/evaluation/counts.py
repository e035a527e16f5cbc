"""Counts of gold, predicted and correct items, the ground that every score stands on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many items the gold data holds, how many were predicted and how many are correct.

    Precision, recall and F1 are fractions; 0/0 counts as 0.0.
    """

    gold: int
    predicted: int
    correct: int

    @property
    def precision(self) -> float:
        """Return the share of predicted items that are correct."""
        return self.correct / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Return the share of gold items that were found."""
        return self.correct / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        items = self.gold + self.predicted
        return 2 * self.correct / items if items else 0.0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.gold + other.gold,
            self.predicted + other.predicted,
            self.correct + other.correct,
        )


@dataclass(frozen=True, slots=True, eq=False)
class CountTable:
    """Counts per document and label, from which scores and their intervals are computed.

    `values` is int64 (documents, labels, 3) with gold, predicted and correct on the last axis.
    """

    documents: tuple[str, ...]
    labels: tuple[str, ...]
    values: NDArray[np.int64]

    def __getitem__(self, label: str) -> Counts:
        if label not in self.labels:
            raise KeyError(label)
        return self._counts(self.values[:, self.labels.index(label)])

    def select(self, labels: Sequence[str]) -> CountTable:
        """Return the columns of some labels; one that the table lacks counts nothing."""
        values = np.zeros((len(self.documents), len(labels), 3), dtype=np.int64)
        for column, label in enumerate(labels):
            if label in self.labels:
                values[:, column] = self.values[:, self.labels.index(label)]
        return CountTable(self.documents, tuple(labels), values)

    def micro(self) -> Counts:
        """Return the counts summed over documents and labels."""
        return self._counts(self.values)

    def macro_f1(self) -> float:
        """Return the mean F1 of the labels that the gold data holds, or 0.0 if it holds none."""
        scores = [self[label].f1 for label in self.labels if self[label].gold]
        return sum(scores) / len(scores) if scores else 0.0

    @staticmethod
    def _counts(values: NDArray[np.int64]) -> Counts:
        gold, predicted, correct = values.reshape(-1, 3).sum(axis=0).tolist()
        return Counts(gold, predicted, correct)


def count_table(
    rows: Iterable[tuple[str, Mapping[str, Counts]]],
    labels: Sequence[str] | None = None,
) -> CountTable:
    """Arrange the counts of records in a table, adding up the records of one document.

    Args:
        rows: for each record, its document and its counts by label.
        labels: the labels in the order wanted; by default all that occur, sorted.
    """
    rows = list(rows)
    if labels is None:
        labels = sorted({label for _, counts in rows for label in counts})
    documents = {document: 0 for document, _ in rows}
    documents = {document: index for index, document in enumerate(documents)}
    columns = {label: index for index, label in enumerate(labels)}
    values = np.zeros((len(documents), len(columns), 3), dtype=np.int64)
    for document, counts_by_label in rows:
        for label, counts in counts_by_label.items():
            cell = values[documents[document], columns[label]]
            cell += (counts.gold, counts.predicted, counts.correct)
    return CountTable(tuple(documents), tuple(labels), values)


def exact_counts(gold: Collection[Item], predicted: Collection[Item]) -> Counts:
    """Count the items of two sets and those that stand in both."""
    gold, predicted = set(gold), set(predicted)
    return Counts(len(gold), len(predicted), len(gold & predicted))


def exact_counts_by(
    label_of: Callable[[Item], str],
    gold: Collection[Item],
    predicted: Collection[Item],
) -> dict[str, Counts]:
    """Count two sets of items and their intersection for each label that either holds."""
    gold, predicted = set(gold), set(predicted)
    counts: dict[str, Counts] = {}
    for item in gold | predicted:
        found = Counts(int(item in gold), int(item in predicted), int(item in gold & predicted))
        label = label_of(item)
        counts[label] = counts.get(label, Counts(0, 0, 0)) + found
    return counts
