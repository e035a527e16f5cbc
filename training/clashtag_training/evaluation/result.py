"""Evaluation results: the scores, and all that is needed to compare or repeat them, as JSON."""

from __future__ import annotations

import json
import os
import platform
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

from clashtag.errors import InputError
from clashtag_training.evaluation.bootstrap import (
    Estimate,
    Score,
    label_scores,
    macro_f1,
    micro_score,
)
from clashtag_training.evaluation.counts import CountTable
from clashtag_training.evaluation.decoding import decode
from clashtag_training.evaluation.reliability import Reliability
from clashtag_training.evaluation.scores import (
    ARGUMENT_METRICS,
    METRICS,
    EventScores,
    Setting,
)

SCHEMA = 1
SCORER_VERSION = 1
"""Raised whenever the same predictions would get other scores."""

Task = Literal["events", "entities", "role_fillers", "incidents"]

_PACKAGES = ("clashtag", "numpy", "onnxruntime", "tokenizers")


@dataclass(frozen=True, slots=True)
class Dataset:
    """The gold file: its name, the sha256 of its bytes, and how many of each thing it holds."""

    name: str
    sha256: str
    sizes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where predictions come from: a bundle (sha256 of its manifest) or a file (of its bytes)."""

    kind: Literal["bundle", "file"]
    name: str
    sha256: str
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Environment:
    """The software and the machine that an evaluation ran on."""

    versions: Mapping[str, str]
    platform: str
    cpu_count: int


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """Scores by metric or label; `micro` over all labels and `macro_f1` where they make sense.

    `macro_f1` is the mean F1 of the labels that the gold data holds.
    """

    rows: Mapping[str, Score]
    micro: Score | None = None
    macro_f1: Estimate | None = None


@dataclass(frozen=True, slots=True)
class EvaluationResult:
    """Scores with 95% bootstrap intervals over documents, and where each of them comes from.

    `types_outside_ontology` counts the gold events whose type the model does not know, which
    count as missed; None where the model's ontology is not known. `missing_records` were not
    predicted at all and count as missed too. `calibration` holds the reliability of the scores of
    "triggers" and "arguments" where predicted events have scores.
    """

    task: Task
    setting: Setting
    dataset: Dataset
    predictions: Origin
    missing_records: int
    types_outside_ontology: Mapping[str, int] | None
    scores: Mapping[str, ScoreTable]
    bootstrap_samples: int
    seeds: Mapping[str, tuple[int, ...]]
    environment: Environment
    date: str
    calibration: Mapping[str, Reliability] | None = None
    scorer_version: int = field(default=SCORER_VERSION)
    schema: int = field(default=SCHEMA)


def event_tables(scores: EventScores, samples: int, seed: int) -> dict[str, ScoreTable]:
    """Return the tables of event scores, with intervals.

    With gold triggers, whatever scores triggers is left out: it would say nothing.
    """
    is_end_to_end = scores.setting == "end-to-end"
    metrics = METRICS if is_end_to_end else ARGUMENT_METRICS
    tables = {
        "exact": ScoreTable(label_scores(scores.exact.select(metrics), samples, seed)),
        "soft": ScoreTable(label_scores(scores.soft.select(metrics), samples, seed)),
    }
    by_label = {
        "arguments_by_type": scores.arguments_by_type,
        "arguments_by_role": scores.arguments_by_role,
    }
    if is_end_to_end:
        tables["status"] = ScoreTable(label_scores(scores.status, samples, seed))
        by_label = {"triggers_by_type": scores.triggers_by_type, **by_label}
    for name, table in by_label.items():
        rows = label_scores(table, samples, seed)
        tables[name] = ScoreTable(rows, macro_f1=macro_f1(table, samples, seed))
    return tables


def label_table(table: CountTable, samples: int, seed: int) -> ScoreTable:
    """Return the scores of every label, their micro average and their macro F1."""
    return ScoreTable(
        label_scores(table, samples, seed),
        micro_score(table, samples, seed),
        macro_f1(table, samples, seed),
    )


def current_environment() -> Environment:
    """Return the versions of Python and of the packages scores depend on, and the machine."""
    versions = {"python": platform.python_version()}
    versions |= {package: _version(package) for package in _PACKAGES}
    return Environment(versions, f"{platform.system()} {platform.machine()}", os.cpu_count() or 1)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def utc_now() -> str:
    """Return the date and time, in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def write_result(result: EvaluationResult, path: Path) -> None:
    """Write a result as JSON, whole or not at all."""
    write_text_atomically(path, json.dumps(asdict(result), indent=2, ensure_ascii=False) + "\n")


def read_result(path: Path) -> EvaluationResult:
    """Read a result that `write_result` wrote.

    Raises:
        InputError: if the file cannot be read, has another schema, or listing every field that
            is missing, unknown or of the wrong type.
    """
    try:
        fields: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as JSON: {error}", "check the path") from error
    found = fields.get("schema") if isinstance(fields, dict) else None
    if found != SCHEMA:
        raise InputError(
            f"{path}: schema {found!r}, expected {SCHEMA}",
            "evaluate again, or read the file with the version of clashtag that wrote it",
        )
    problems: list[str] = []
    result = decode(EvaluationResult, fields, "result", problems)
    if problems:
        raise InputError(f"{path}: " + "; ".join(problems), "evaluate again to write the file anew")
    return result


def write_text_atomically(path: Path, text: str) -> None:
    """Write a UTF-8 file through a neighbour, so that no reader ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="\n", dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary = Path(file.name)
    temporary.chmod(0o644)
    temporary.replace(path)
