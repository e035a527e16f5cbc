"""A corpus report as tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from clashtag_training.corpora.checks import (
    CorpusReport,
    Distribution,
    Problem,
    SpanMeasures,
    SplitSummary,
)

_STYLES = {"error": "bold red", "warning": "yellow"}


def format_report(report: CorpusReport) -> Group:
    """Lay a report out as tables: sizes, labels, span lengths and problems."""
    parts: list[RenderableType] = [_split_table(report)]
    parts += [
        _label_table(kind, counts, list(report.splits))
        for kind, counts in report.labels.items()
        if counts
    ]
    if report.spans.trigger_words.count:
        parts.append(_length_table(report.spans))
    if report.problems:
        parts.append(_problem_table(report.problems))
    return Group(*parts, _verdict(report))


def _split_table(report: CorpusReport) -> Table:
    table = _table("Splits", list(report.splits))
    rows = {
        "records": [_whole(s.records) for s in report.splits.values()],
        "without events": [_share(s.records_without_events, s) for s in report.splits.values()],
        "events": [_whole(s.events) for s in report.splits.values()],
        "arguments": [_whole(s.arguments) for s in report.splits.values()],
        "words": [_whole(s.words.total) for s in report.splits.values()],
        "words a record": [_spread(s.words) for s in report.splits.values()],
    }
    if any(s.mentions for s in report.splits.values()):
        rows["mentions"] = [_whole(s.mentions) for s in report.splits.values()]
    if any(s.tokens for s in report.splits.values()):
        rows["tokens a record"] = [
            _spread(s.tokens) if s.tokens else "" for s in report.splits.values()
        ]
    if report.max_tokens and any(s.records_over_window for s in report.splits.values()):
        rows[f"over {report.max_tokens} tokens"] = [
            _share(s.records_over_window or 0, s) for s in report.splits.values()
        ]
    for name, cells in rows.items():
        table.add_row(name, *cells)
    return table


def _label_table(kind: str, counts: Mapping[str, Mapping[str, int]], splits: list[str]) -> Table:
    table = _table(kind.capitalize(), splits)
    for name, by_split in counts.items():
        table.add_row(Text(name), *(_whole(by_split[split]) for split in splits))
    return table


def _length_table(spans: SpanMeasures) -> Table:
    table = _table("Spans: median, 95th percentile, maximum", ["words", "words from the trigger"])
    table.add_row("trigger", _spread(spans.trigger_words), "")
    for role, lengths in spans.argument_words.items():
        if lengths.count:
            table.add_row(Text(role), _spread(lengths), _spread(spans.argument_distances[role]))
    return table


def _problem_table(problems: tuple[Problem, ...]) -> Table:
    table = Table(title="Problems", title_justify="left", expand=True)
    table.add_column("kind", no_wrap=True)
    table.add_column("count", justify="right", no_wrap=True)
    table.add_column("meaning and first examples", ratio=1)
    for problem in problems:
        detail = "\n  ".join([problem.meaning, *problem.examples])
        kind = Text(problem.kind, _STYLES[problem.severity])
        table.add_row(kind, _whole(problem.count), Text(detail))
    return table


def _verdict(report: CorpusReport) -> Text:
    if not report.problems:
        return Text("No problems found.", "green")
    counts = dict.fromkeys(_STYLES, 0)
    for problem in report.problems:
        counts[problem.severity] += problem.count
    words = [f"{count} {severity}{'' if count == 1 else 's'}" for severity, count in counts.items()]
    return Text(", ".join(words), _STYLES["error" if report.has_errors else "warning"])


def _table(title: str, columns: list[str]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for column in columns:
        table.add_column(column, justify="right")
    return table


def _whole(value: int) -> str:
    return f"{value:,}"


def _share(value: int, split: SplitSummary) -> str:
    return f"{value:,} ({value / split.records:.0%})" if split.records else "0"


def _spread(values: Distribution) -> str:
    return f"{values.median:g} / {values.p95:.0f} / {values.maximum:,}"
