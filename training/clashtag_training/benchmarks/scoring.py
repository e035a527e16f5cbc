"""The scores of each kind of benchmark, by the project's own scorers, under one set of names.

| task         | metrics                                                    | tables by label  |
|--------------|------------------------------------------------------------|------------------|
| events       | those of `score_events`; with gold triggers, of arguments  | `types`, `roles` |
| role_fillers | `ceaf_ree`                                                 | `roles`          |
| entities     | `entity`                                                   | `labels`         |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from clashtag.records import Record
from clashtag_training.evaluation.ceaf_ree import score_role_filler_records
from clashtag_training.evaluation.counts import CountTable
from clashtag_training.evaluation.entities import score_mentions
from clashtag_training.evaluation.scores import ARGUMENT_METRICS, METRICS, Setting, score_events

Task = Literal["events", "role_fillers", "entities"]


@dataclass(frozen=True, slots=True, eq=False)
class ScoreCounts:
    """The counts behind a benchmark's scores.

    `metrics` has one label a metric, `soft` the same over overlapping spans (events only), and
    `labels` one table each by type, role or label.
    """

    metrics: CountTable
    soft: CountTable | None
    labels: Mapping[str, CountTable]


def metrics_of(task: Task, setting: Setting) -> tuple[str, ...]:
    """Return the metrics of a task, the broadest first."""
    if task == "events":
        return METRICS if setting == "end-to-end" else ARGUMENT_METRICS
    return ("ceaf_ree",) if task == "role_fillers" else ("entity",)


def label_tables(task: Task, setting: Setting) -> tuple[str, ...]:
    """Return the names of the tables by label."""
    if task == "events":
        return ("types", "roles") if setting == "end-to-end" else ("roles",)
    return ("roles",) if task == "role_fillers" else ("labels",)


def count_scores(
    task: Task, setting: Setting, gold: Sequence[Record], predicted: Sequence[Record]
) -> ScoreCounts:
    """Count what a benchmark scores, records matched by id.

    Raises:
        InputError: if the records do not match or cannot be scored.
    """
    if task == "events":
        scores = score_events(gold, predicted, setting)
        names = metrics_of(task, setting)
        tables = {"types": scores.triggers_by_type, "roles": scores.arguments_by_role}
        return ScoreCounts(
            scores.exact.select(names),
            scores.soft.select(names),
            {name: tables[name] for name in label_tables(task, setting)},
        )
    score = score_role_filler_records if task == "role_fillers" else score_mentions
    by_label = score(gold, predicted)
    [metric], [name] = metrics_of(task, setting), label_tables(task, setting)
    total = by_label.values.sum(axis=1, keepdims=True)
    return ScoreCounts(CountTable(by_label.documents, (metric,), total), None, {name: by_label})
