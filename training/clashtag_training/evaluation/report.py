"""Evaluation results for readers: a Markdown report, and tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clashtag_training.evaluation.bootstrap import Estimate, Score
from clashtag_training.evaluation.reliability import Reliability
from clashtag_training.evaluation.result import EvaluationResult, ScoreTable

_HEADER = ("precision", "recall", "F1", "F1 95% interval", "gold", "predicted", "correct")

_TITLES = {
    "exact": "Exact spans",
    "soft": "Soft (overlapping spans, matched one to one)",
    "status": "Status accuracy of matched triggers",
    "triggers_by_type": "Triggers by event type (trigger_cls, exact)",
    "arguments_by_type": "Arguments by event type (arg_cls_plus, exact)",
    "arguments_by_role": "Arguments by role (arg_cls_plus, exact)",
    "entities": "Entities by label (exact span and label)",
    "role_fillers": "Role fillers (CEAF-REE)",
}
_CALIBRATION_TITLES = {
    "triggers": "Calibration of trigger scores (against trigger_cls)",
    "arguments": "Calibration of argument scores (against arg_cls_plus, right triggers only)",
}
_MACRO_NOTE = "macro: mean F1 of the labels that the gold data holds"


@dataclass(frozen=True, slots=True)
class _Grid:
    """One table as text: a title, column names and rows, the first cell of each a label."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def markdown_report(result: EvaluationResult) -> str:
    """Return the report of a result as Markdown, scores in percent."""
    parts = [f"# Evaluation on {result.dataset.name} ({result.setting})", ""]
    parts += [f"- {line}" for line in _facts(result)]
    for grid in _grids(result):
        parts += ["", f"## {grid.title}", ""]
        parts.append(_markdown_row(grid.header))
        parts.append("|---" + "|---:" * (len(grid.header) - 1) + "|")
        parts += [_markdown_row(row) for row in grid.rows]
        if grid.note:
            parts += ["", grid.note]
    return "\n".join(parts) + "\n"


def result_notes(result: EvaluationResult) -> list[str]:
    """Return what a reader must know before trusting the scores, one sentence each."""
    notes = []
    if result.setting == "gold triggers":
        notes.append("The model was given the gold triggers; only its arguments are scored.")
    if result.missing_records:
        notes.append(
            f"{result.missing_records} gold records have no prediction; all they hold is missed."
        )
    if result.types_outside_ontology:
        kinds = ", ".join(
            f"{name} ({count})" for name, count in sorted(result.types_outside_ontology.items())
        )
        total = sum(result.types_outside_ontology.values())
        notes.append(
            f"{total} gold events have types outside the model's ontology and are missed: {kinds}."
        )
    return notes


def _facts(result: EvaluationResult) -> Iterator[str]:
    origin, environment = result.predictions, result.environment
    sizes = ", ".join(f"{count:,} {name}" for name, count in result.dataset.sizes.items())
    release = f" {origin.version}" if origin.version else ""
    yield f"setting: **{result.setting}**"
    yield f"gold: {result.dataset.name}, {sizes} (sha256 `{result.dataset.sha256}`)"
    yield f"predictions: {origin.kind} {origin.name}{release} (sha256 `{origin.sha256}`)"
    yield (
        f"intervals: 95%, percentile bootstrap over documents, {result.bootstrap_samples} samples"
    )
    for name, seeds in result.seeds.items():
        yield f"{name} seeds: {', '.join(map(str, seeds))}"
    versions = ", ".join(f"{name} {number}" for name, number in environment.versions.items())
    yield f"scorer version {result.scorer_version}; {versions}"
    yield f"{environment.platform}, {environment.cpu_count} CPUs, {result.date}"
    yield from (f"**{note}**" for note in result_notes(result))


def _grids(result: EvaluationResult) -> Iterator[_Grid]:
    for name, table in result.scores.items():
        title = _TITLES.get(name, name)
        if name == "status":
            yield _status_grid(title, table)
            continue
        note = ""
        rows = [(label, *_cells(score)) for label, score in table.rows.items()]
        if table.micro is not None:
            rows.append(("micro", *_cells(table.micro)))
        if table.macro_f1 is not None:
            macro = table.macro_f1
            note = _MACRO_NOTE
            rows.append(("macro", "", "", _percent(macro.value), _interval(macro), "", "", ""))
        yield _Grid(title, ("", *_HEADER), tuple(rows), note)
    for name, reliability in (result.calibration or {}).items():
        yield _calibration_grid(_CALIBRATION_TITLES.get(name, name), reliability)


def _status_grid(title: str, table: ScoreTable) -> _Grid:
    rows = tuple(
        (
            label,
            _percent(score.recall.value),
            _interval(score.recall),
            f"{score.counts.gold:,}",
            f"{score.counts.correct:,}",
        )
        for label, score in table.rows.items()
    )
    return _Grid(title, ("", "accuracy", "95% interval", "matched triggers", "correct"), rows)


def _calibration_grid(title: str, reliability: Reliability) -> _Grid:
    rows = tuple(
        (
            f"{_percent(one.low)} to {_percent(one.high)}",
            f"{one.predictions:,}",
            _percent(one.mean_score),
            _percent(one.correct),
        )
        for one in reliability.bins
    )
    note = f"expected calibration error: {_percent(reliability.calibration_error)}"
    return _Grid(title, ("scores", "predictions", "mean score", "correct"), rows, note)


def _cells(score: Score) -> tuple[str, ...]:
    counts = score.counts
    return (
        _percent(score.precision.value),
        _percent(score.recall.value),
        _percent(score.f1.value),
        _interval(score.f1),
        f"{counts.gold:,}",
        f"{counts.predicted:,}",
        f"{counts.correct:,}",
    )


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.1f}"


def _interval(estimate: Estimate) -> str:
    return f"{_percent(estimate.low)} to {_percent(estimate.high)}"


def _markdown_row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
