"""A report as a picture: an SVG that reads on light and on dark pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from xml.sax.saxutils import escape

from clashtag.bench.comparison import Comparison
from clashtag.bench.latency import Latency
from clashtag.bench.report import BenchReport
from clashtag.bench.rivals import OURS
from clashtag.bench.soak import Soak
from clashtag.bench.stages import Stages

_WIDTH = 860
_GAP = 34
_LEFT = 180
_BARS = 430
_ROW = 28
_BAR = 18
_SOAK_HEIGHT = 120
_STYLE = """
text { font: 14px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; }
text { fill: #1f2933; } .note { fill: #66727f; } .title { font-size: 16px; font-weight: 600; }
.ours, .encoder { fill: #0b7285; } .theirs, .rest { fill: #b6bfc8; } .roles { fill: #74b3bd; }
.tokenise { fill: #e8890c; } .decode { fill: #8f4bb0; }
.mark { stroke: #1f2933; stroke-width: 1.5; } .axis { stroke: #ccd3da; }
.line { stroke: #0b7285; stroke-width: 2; fill: none; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .note { fill: #9aa5b1; } .theirs, .rest { fill: #5c6773; }
  .ours, .encoder { fill: #22a6bd; } .mark { stroke: #e6edf3; } .axis { stroke: #4a545e; }
  .line { stroke: #22a6bd; }
}
"""


@dataclass(frozen=True, slots=True)
class _Panel:
    """Elements that are drawn from y = 0 down, and the height that they need."""

    elements: Sequence[str]
    height: int


def draw_report(report: BenchReport) -> str:
    """Return an SVG of the comparison, the latencies, the stages and the soak, where measured."""
    panels = [_comparison(report.comparison)] if report.comparison else []
    panels += [_latencies(report.latency), _stages(report.stages)]
    if report.soak:
        panels.append(_soak(report.soak))
    drawn: list[str] = []
    top = 10
    for panel in panels:
        drawn += [f'<g transform="translate(0 {top})">', *panel.elements, "</g>"]
        top += panel.height + _GAP
    title = escape(f"Speed of {report.model.name} {report.model.version} on {report.machine.cpu}")
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {top}" role="img" '
        f'width="{_WIDTH}" height="{top}">'
    )
    parts = [opening, f"<title>{title}</title>", f"<style>{_STYLE}</style>", *drawn, "</svg>"]
    return "\n".join(parts) + "\n"


def _comparison(comparison: Comparison) -> _Panel:
    systems = sorted(comparison.systems, key=lambda each: -each.documents_per_second.median)
    most = systems[0].documents_per_second.median
    elements = [
        _title(
            f"Articles of {comparison.words_per_article:.0f} words a second with "
            f"{comparison.threads} threads, and clashtag's speed by theirs"
        )
    ]
    for row, system in enumerate(systems, start=1):
        speed = system.documents_per_second.median
        width = _BARS * speed / most
        is_ours = system.name == OURS
        note = "" if is_ours else f"{system.ours_over_theirs.median:.1f}×"
        if system.scope != "whole job":
            note += f" · {system.scope}"
        elements += [
            _label(row, system.name),
            _rect(row, _LEFT, width, "ours" if is_ours else "theirs"),
            _value(row, width, f"{speed:.1f}", note),
        ]
    return _Panel(elements, _ROW * (len(systems) + 1))


def _latencies(latencies: Mapping[str, Latency]) -> _Panel:
    most = max(latency.p99_milliseconds for latency in latencies.values())
    elements = [_title("Milliseconds for one article alone: p50, with marks at p95 and p99")]
    for row, (words, latency) in enumerate(latencies.items(), start=1):
        p50, p95, p99 = (
            _BARS * value / most
            for value in (
                latency.p50_milliseconds,
                latency.p95_milliseconds,
                latency.p99_milliseconds,
            )
        )
        note = f"p95 {latency.p95_milliseconds:.0f}, p99 {latency.p99_milliseconds:.0f}"
        elements += [
            _label(row, f"{int(words):,} words"),
            _rect(row, _LEFT, p50, "ours"),
            _mark(row, p50, p95),
            _mark(row, p95, p99),
            _value(row, p99, f"{latency.p50_milliseconds:.0f}", note),
        ]
    return _Panel(elements, _ROW * (len(latencies) + 1))


def _stages(stages: Stages) -> _Panel:
    shares = asdict(stages)
    total = sum(shares.values())
    width = _WIDTH - _LEFT - 20
    elements = [_title("Where the time goes, articles of 500 words")]
    left, legend_left = float(_LEFT), float(_LEFT)
    for name, share in shares.items():
        length = width * share / total
        elements.append(_rect(1, left, length, name))
        left += length
        text = f"{name} {share:.1%}"
        elements += [
            _rect(2, legend_left, 12, name, height=12),
            _text(legend_left + 18, 2 * _ROW + 11, text),
        ]
        legend_left += 18 + 8 * len(text) + 16
    return _Panel(elements, 3 * _ROW)


def _soak(soak: Soak) -> _Panel:
    most = soak.peak_megabytes
    width = _WIDTH - _LEFT - 20
    top, bottom = _ROW, _ROW + _SOAK_HEIGHT
    points = " ".join(
        f"{_LEFT + width * sample.articles / soak.articles:.1f},"
        f"{bottom - _SOAK_HEIGHT * sample.megabytes / most:.1f}"
        for sample in soak.samples
    )
    elements = [
        _title(f"Resident memory over {soak.articles:,} articles"),
        f'<line class="axis" x1="{_LEFT}" y1="{bottom}" x2="{_LEFT + width}" y2="{bottom}"/>',
        f'<polyline class="line" points="{points}"/>',
        _text(_LEFT - 10, top + 5, f"{most:.0f} MB", anchor="end"),
        _text(_LEFT - 10, bottom + 5, "0", anchor="end"),
    ]
    return _Panel(elements, bottom + 10)


def _title(text: str) -> str:
    return f'<text class="title" x="20" y="14">{escape(text)}</text>'


def _label(row: int, text: str) -> str:
    return _text(_LEFT - 10, row * _ROW + 14, text, anchor="end")


def _value(row: int, width: float, text: str, note: str) -> str:
    return (
        f'<text x="{_LEFT + width + 8:.1f}" y="{row * _ROW + 14}">{escape(text)}'
        f'<tspan class="note" dx="8">{escape(note)}</tspan></text>'
    )


def _text(left: float, baseline: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{left:.1f}" y="{baseline}" text-anchor="{anchor}">{escape(text)}</text>'


def _rect(row: int, left: float, width: float, kind: str, *, height: int = _BAR) -> str:
    return (
        f'<rect class="{kind}" x="{left:.1f}" y="{row * _ROW}" '
        f'width="{width:.1f}" height="{height}"/>'
    )


def _mark(row: int, start: float, end: float) -> str:
    """Return a line from one percentile to the next, with a stroke at its end."""
    middle, low, high = row * _ROW + _BAR / 2, row * _ROW + 4, row * _ROW + _BAR - 4
    return (
        f'<path class="mark" d="M{_LEFT + start:.1f} {middle}H{_LEFT + end:.1f}'
        f'M{_LEFT + end:.1f} {low}V{high}"/>'
    )
