"""The result of a benchmark as JSON: every seed's scores, and what is needed to repeat them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from clashtag.errors import InputError
from clashtag_training.benchmarks.errors import ErrorAnalysis
from clashtag_training.benchmarks.scoring import Task
from clashtag_training.evaluation.bootstrap import PairedTest, Score
from clashtag_training.evaluation.counts import Counts
from clashtag_training.evaluation.decoding import decode
from clashtag_training.evaluation.result import (
    SCORER_VERSION,
    Dataset,
    Environment,
    write_text_atomically,
)
from clashtag_training.evaluation.scores import Setting

SCHEMA = 1

Form = Literal["checkpoint", "fp32", "int8"]
"""What predicted: a checkpoint in torch, or a bundle in one of its forms."""


@dataclass(frozen=True, slots=True)
class Decoding:
    """What dev chose.

    `trigger_thresholds` are of types, labels or, for role fillers, their roles; `continuation` is
    the lowest probability at which an argument or a role filler goes on over the next word.
    """

    trigger_thresholds: Mapping[str, float]
    role_thresholds: Mapping[str, float]
    continuation: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The scores of one seed, in one form, on one split.

    `metrics` and `soft` (overlapping spans; events only) are micro scores with 95% intervals over
    documents; `labels` holds the counts of each type, role or label; `predictions_sha256` is of
    the file of predictions that stayed in the run's folder. Results from before `decoding` was
    kept lack it.
    """

    split: str
    form: Form
    predictions_sha256: str
    metrics: Mapping[str, Score]
    soft: Mapping[str, Score]
    labels: Mapping[str, Mapping[str, Counts]]
    errors: ErrorAnalysis
    decoding: Decoding | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Another system's predictions on a split against one seed's, F1 of a metric."""

    system: str
    predictions_sha256: str
    split: str
    form: Form
    metric: str
    seed: int
    f1: float
    difference: PairedTest


@dataclass(frozen=True, slots=True)
class SeedResult:
    """One training: how long it took, its dev score at selection (points), and its scores."""

    seed: int
    minutes: float
    selection: float | None
    checkpoint_sha256: str
    commit: str | None
    evaluations: tuple[Evaluation, ...]


@dataclass(frozen=True, slots=True)
class WarmStart:
    """The training that the others began with, as its `run.json` describes it."""

    name: str
    seed: int
    minutes: float
    commit: str | None
    weights_sha256: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """What was trained; `config_sha256` leaves the seed out, `data` holds sha256 by corpus file.

    `training_records` are the scored corpus's; `shared_with_dev` of them come from a document of
    its dev part or share ten words with one, and were kept if `published_splits`. `max_steps` is
    set where a training was cut short on purpose.
    """

    name: str
    encoder: str
    parameters: int
    config_sha256: str
    data: Mapping[str, Mapping[str, str]]
    training_records: int
    shared_with_dev: int
    published_splits: bool
    max_steps: int | None = None
    warm_start: WarmStart | None = None


@dataclass(frozen=True, slots=True)
class BenchmarkResult:
    """Everything that was measured in a benchmark."""

    benchmark: str
    task: Task
    setting: Setting
    recipe: Recipe
    splits: Mapping[str, Dataset]
    seeds: tuple[SeedResult, ...]
    comparisons: tuple[Comparison, ...]
    bootstrap_samples: int
    environment: Environment
    date: str
    scorer_version: int = field(default=SCORER_VERSION)
    schema: int = field(default=SCHEMA)

    @property
    def forms(self) -> tuple[Form, ...]:
        """The forms that were scored."""
        return tuple(dict.fromkeys(e.form for e in self.seeds[0].evaluations))

    def of(self, split: str, form: Form) -> list[Evaluation]:
        """Return the evaluations of all seeds, in their order."""
        return [
            evaluation
            for seed in self.seeds
            for evaluation in seed.evaluations
            if (evaluation.split, evaluation.form) == (split, form)
        ]


def points(evaluation: Evaluation, column: str) -> float | None:
    """Return what a column of a report shows, in points, or None where nothing was counted.

    Args:
        evaluation: the scores of one seed.
        column: `METRIC`, `METRIC.precision`, `METRIC.recall` or `TABLE/LABEL`.
    """
    table, slash, label = column.partition("/")
    if slash:
        counts = evaluation.labels.get(table, {}).get(label)
        return None if counts is None else 100 * counts.f1
    name, _, figure = column.partition(".")
    if name not in evaluation.metrics:
        return None
    counts = evaluation.metrics[name].counts
    shares = {"": counts.f1, "precision": counts.precision, "recall": counts.recall}
    return 100 * shares[figure]


def write_benchmark_result(result: BenchmarkResult, path: Path) -> None:
    """Write a result as JSON, whole or not at all."""
    write_text_atomically(path, json.dumps(asdict(result), indent=1, ensure_ascii=False) + "\n")


def read_benchmark_result(path: Path) -> BenchmarkResult:
    """Read a result that `write_benchmark_result` wrote.

    Raises:
        InputError: if the file cannot be read, has another schema, or listing every field that is
            missing, unknown or of the wrong type.
    """
    try:
        fields: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path}: cannot be read as JSON: {error}", "run the benchmark first"
        ) from error
    found = fields.get("schema") if isinstance(fields, dict) else None
    if found != SCHEMA:
        raise InputError(f"{path}: schema {found!r}, expected {SCHEMA}", "run the benchmark again")
    problems: list[str] = []
    result = decode(BenchmarkResult, fields, "result", problems)
    if problems:
        raise InputError(f"{path}: " + "; ".join(problems), "run the benchmark again")
    if not result.seeds:
        raise InputError(f"{path} holds no seed", "run the benchmark again")
    return result
