"""Scores of labelled mentions (entities): exact span and label, per label and together."""

from __future__ import annotations

from collections.abc import Sequence

from clashtag.records import Record
from clashtag_training.evaluation.counts import CountTable, count_table, exact_counts_by
from clashtag_training.evaluation.pairs import document_of, pair_records


def score_mentions(gold: Sequence[Record], predicted: Sequence[Record]) -> CountTable:
    """Count mentions with equal label and equal span, by label, records matched by id.

    `micro()` of the table is the entity F1 of the CoNLL-2003 shared task, on characters.

    Raises:
        InputError: if ids or texts do not match.
    """
    return count_table(
        (
            document_of(record),
            exact_counts_by(lambda mention: mention[0], _mentions(record), _mentions(prediction)),
        )
        for record, prediction in pair_records(gold, predicted)
    )


def _mentions(record: Record) -> set[tuple[str, int, int]]:
    return {(mention.label, mention.start, mention.end) for mention in record.mentions}
