"""A benchmark as a picture: an SVG that reads on light and on dark pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mean
from xml.sax.saxutils import escape

from clashtag_training.benchmarks.config import BenchmarkConfig
from clashtag_training.benchmarks.error_tables import gold_shares
from clashtag_training.benchmarks.errors import BOUNDARY, CORRECT, EVENT_MISSED, MISSED
from clashtag_training.benchmarks.report import (
    column_name,
    column_values,
    headline_form,
    reported_split,
    system_name,
)
from clashtag_training.benchmarks.result import BenchmarkResult

_WIDTH = 860
_LEFT = 240
_BARS = 480
_ROW = 28
_BAR = 18
_GAP = 34
_CHARACTER = 8.0
_STYLE = """
text { font: 14px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; }
text { fill: #1f2933; } .note { fill: #66727f; } .title { font-size: 16px; font-weight: 600; }
.ours, .found { fill: #0b7285; } .theirs, .missed { fill: #b6bfc8; } .seed { fill: #1f2933; }
.label { fill: #8f4bb0; } .boundary { fill: #e8890c; } .both { fill: #c59bd8; }
.event { fill: #86929e; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .note { fill: #9aa5b1; } .theirs, .missed { fill: #5c6773; }
  .ours, .found { fill: #22a6bd; } .seed { fill: #e6edf3; }
}
"""


@dataclass(frozen=True, slots=True)
class _Panel:
    """Elements that are drawn from y = 0 down, and the height that they need."""

    elements: Sequence[str]
    height: int


def draw_benchmark(config: BenchmarkConfig, result: BenchmarkResult) -> str:
    """Return an SVG: published systems and ours, what became of gold items, and distances."""
    split = reported_split(config, result)
    panels = [_systems(config, result, metric) for metric in config.headline]
    panels.append(_outcomes(result, split))
    errors = [evaluation.errors for evaluation in result.of(split, headline_form(result))]
    if errors[0].by_distance:
        panels.append(_distances(result, split))
    drawn: list[str] = []
    top = 10
    for panel in panels:
        drawn += [f'<g transform="translate(0 {top})">', *panel.elements, "</g>"]
        top += panel.height + _GAP
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {top}" role="img" '
        f'width="{_WIDTH}" height="{top}">'
    )
    title = f"<title>{escape(config.title)}</title>"
    return "\n".join([opening, title, f"<style>{_STYLE}</style>", *drawn, "</svg>"]) + "\n"


def _systems(config: BenchmarkConfig, result: BenchmarkResult, column: str) -> _Panel:
    elements = [_title(f"{column_name(column)} F1, {config.setting}; a dot for each seed")]
    row = 0
    for system in config.published:
        if column in system.scores:
            row += 1
            value = system.scores[column]
            elements += _bar(row, system.system, value, "theirs", f"on {system.split}")
    for split in result.splits:
        for form in result.forms:
            values = column_values(result.of(split, form), column)
            if not values:
                continue
            row += 1
            note = f"on {split}"
            elements += _bar(row, system_name(form), mean(values), "ours", note, most=max(values))
            elements += [_dot(row, value) for value in values]
    return _Panel(elements, _ROW * (row + 1))


def _outcomes(result: BenchmarkResult, split: str) -> _Panel:
    errors = [evaluation.errors for evaluation in result.of(split, headline_form(result))]
    elements = [_title(f"What became of the gold items, {split}")]
    row = 0
    for kind in errors[0].outcomes:
        shares = gold_shares(errors, kind)
        row += 1
        elements.append(_text(_LEFT - 10, row * _ROW + 14, kind, anchor="end"))
        legend: list[tuple[str, str]] = []
        left = float(_LEFT)
        for outcome, share in shares.items():
            shade = _shade(outcome)
            width = (_WIDTH - _LEFT - 20) * share
            elements.append(_rect(row, left, width, shade))
            legend.append((shade, f"{outcome} {share:.0%}"))
            left += width
        drawn, rows = _legend(row + 1, legend)
        elements += drawn
        row += rows
    return _Panel(elements, _ROW * (row + 1))


def _shade(outcome: str) -> str:
    known = {CORRECT: "found", BOUNDARY: "boundary", MISSED: "missed", EVENT_MISSED: "event"}
    return known.get(outcome, "both" if outcome.endswith("and boundary") else "label")


def _legend(row: int, entries: Sequence[tuple[str, str]]) -> tuple[list[str], int]:
    """Return the elements of a legend that breaks its lines, and how many rows it takes."""
    elements: list[str] = []
    left, rows = float(_LEFT), 1
    for shade, words in entries:
        width = 18 + _CHARACTER * len(words) + 16
        if left + width > _WIDTH and left > _LEFT:
            left, rows = float(_LEFT), rows + 1
        line = row + rows - 1
        elements.append(_rect(line, left, 12, shade, height=12))
        elements.append(_text(left + 18, line * _ROW + 11, words))
        left += width
    return elements, rows


def _distances(result: BenchmarkResult, split: str) -> _Panel:
    errors = [evaluation.errors for evaluation in result.of(split, headline_form(result))]
    elements = [_title(f"arg-cls+ F1 by the words between argument and trigger, {split}")]
    row = 0
    for name, first in errors[0].by_distance.items():
        if first.gold:
            row += 1
            f1 = 100 * mean(error.by_distance[name].f1 for error in errors)
            elements += _bar(row, name, f1, "ours", f"{first.gold:,} gold")
    return _Panel(elements, _ROW * (row + 1))


def _bar(
    row: int, name: str, value: float, kind: str, note: str, *, most: float = 0.0
) -> Iterator[str]:
    """Yield a bar with its name and value; `most` is how far dots reach that mark more values."""
    width = _BARS * value / 100
    right = _LEFT + _BARS * max(value, most) / 100
    yield _text(_LEFT - 10, row * _ROW + 14, name, anchor="end")
    yield _rect(row, _LEFT, width, kind)
    yield (
        f'<text x="{right + 10:.1f}" y="{row * _ROW + 14}">{value:.1f}'
        f'<tspan class="note" dx="8">{escape(note)}</tspan></text>'
    )


def _dot(row: int, value: float) -> str:
    left = _LEFT + _BARS * value / 100
    return f'<circle class="seed" cx="{left:.1f}" cy="{row * _ROW + _BAR / 2}" r="3"/>'


def _title(text: str) -> str:
    return f'<text class="title" x="20" y="14">{escape(text)}</text>'


def _text(left: float, baseline: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{left:.1f}" y="{baseline}" text-anchor="{anchor}">{escape(text)}</text>'


def _rect(row: int, left: float, width: float, kind: str, *, height: int = _BAR) -> str:
    return (
        f'<rect class="{kind}" x="{left:.1f}" y="{row * _ROW}" '
        f'width="{width:.1f}" height="{height}"/>'
    )
