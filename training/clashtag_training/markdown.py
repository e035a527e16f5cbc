"""Small pieces of Markdown that generated pages are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clashtag.errors import InputError
from clashtag_training.evaluation.bootstrap import Estimate


def table(header: Sequence[str], rows: Iterable[Sequence[str]], numbers_from: int = 1) -> str:
    """Return a table whose columns are text, but for those from `numbers_from` on, set right."""
    rule = "|---" * numbers_from + "|---:" * (len(header) - numbers_from) + "|"
    return "\n".join([_row(header), rule, *map(_row, rows)])


def metric_name(metric: str) -> str:
    """Return a metric's name as papers write it: `arg_cls_plus` is `arg-cls+`."""
    return metric.replace("_plus", "+").replace("_", "-")


def percent(fraction: float) -> str:
    """Return a fraction in percent with one decimal, without the sign."""
    return f"{100 * fraction:.1f}"


def with_interval(estimate: Estimate) -> str:
    """Return an estimate and its interval in percent: `71.3 (69.0 to 73.4)`."""
    return f"{percent(estimate.value)} ({percent(estimate.low)} to {percent(estimate.high)})"


def replace_between(text: str, start: str, end: str, content: str) -> str:
    """Return a text with what stands between two marker lines replaced.

    Raises:
        InputError: if a marker is missing or they are in the wrong order.
    """
    before, found_start, rest = text.partition(start)
    _, found_end, after = rest.partition(end)
    if not (found_start and found_end):
        raise InputError(f"the text lacks the markers {start} and {end}", "put them back")
    return f"{before}{start}\n{content}\n{end}{after}"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
