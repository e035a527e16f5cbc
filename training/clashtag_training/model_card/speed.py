"""The speed of the model: a section of the card, and a shorter one for the README."""

from __future__ import annotations

from collections.abc import Iterator

from clashtag.bench import tables
from clashtag.bench.report import BenchReport
from clashtag_training.markdown import table

SPEED_PLOT = "docs/speed.svg"


def speed_section(bench: BenchReport) -> Iterator[str]:
    """Yield the card's section: the picture, and every table of the bench."""
    yield _picture(bench)
    yield tables.machine_line(bench)
    for each in tables.report_tables(bench):
        yield f"### {each.title}"
        yield table(each.header, each.rows, each.numbers_from)
        if each.note:
            yield each.note
    yield "### Start, memory and price"
    yield tables.process_line(bench)
    if soak := tables.soak_line(bench):
        yield soak
    yield "[`docs/speed.md`](docs/speed.md) says how to read these figures and how to repeat them."


def short_speed(bench: BenchReport) -> str:
    """Return the README's section: the picture, the targets and the price."""
    targets = tables.target_table(bench)
    parts = [
        _picture(bench),
        table(targets.header, targets.rows),
        tables.process_line(bench),
        tables.machine_line(bench),
    ]
    return "\n\n".join(parts)


def _picture(bench: BenchReport) -> str:
    names = [system.name for system in bench.comparison.systems] if bench.comparison else []
    compared = f", of {', '.join(names)}" if names else ""
    return f"![Articles a second, latency and where the time goes{compared}]({SPEED_PLOT})"
