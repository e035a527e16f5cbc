"""Compare date libraries with `resolve_time` on the hand-written table of time expressions.

Run it as `python tests/benchmarks/compare_dates.py`. A library that is not installed is skipped;
`pip install dateparser ctparse parsedatetime timefhuman recurrent python-dateutil arrow pendulum
edtf recognizers-text-date-time "emoji<2"` installs them all.
"""

from __future__ import annotations

import csv
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path

from date_libraries import READERS, Days, Reader
from rich.console import Console
from rich.table import Table

from clashtag.analysis.dates import resolve_time

TABLE = Path(__file__).parents[1] / "clashtag" / "analysis" / "dates" / "dates.tsv"
PARTS = ("develop", "held-out")
# What these libraries raise on words that they do not know.
LIBRARY_ERRORS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `days` is None where the expression stands for no date."""

    part: str
    text: str
    start: int
    end: int
    published: date
    days: Days


def read_table() -> list[Row]:
    """Return the rows that have a publication date: no library does without."""
    rows = []
    with TABLE.open(encoding="utf-8", newline="") as lines:
        for fields in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            before, _, rest = fields["text"].replace("\\n", "\n").partition("[[")
            span, _, after = rest.partition("]]")
            days = None
            if fields["first_day"]:
                days = (
                    date.fromisoformat(fields["first_day"]),
                    date.fromisoformat(fields["last_day"]),
                )
            if fields["published"]:
                published = date.fromisoformat(fields["published"])
                end = len(before) + len(span)
                text = before + span + after
                rows.append(Row(fields["part"], text, len(before), end, published, days))
    return rows


def clashtag_days(text: str, start: int, end: int, published: date) -> Days:
    """Return what `resolve_time` answers, as days."""
    interval = resolve_time(text, start, end, published).interval
    return None if interval is None else (interval.first_day, interval.last_day)


def library_days(read: Reader, row: Row) -> Days:
    """Return what a library answers for a row's span; its errors count as no answer."""
    base = datetime.combine(row.published, datetime.min.time())
    try:
        return read(row.text[row.start : row.end], base)
    except LIBRARY_ERRORS:
        return None


def cells(rows: list[Row], answers: list[Days]) -> list[str]:
    """Return how many rows are answered with the same days, a day inside, wrongly, and rightly."""
    dated = [(row.days, answer) for row, answer in zip(rows, answers, strict=True) if row.days]
    same = sum(answer == days for days, answer in dated)
    inside = sum(
        bool(answer) and days[0] <= answer[0] <= answer[1] <= days[1] for days, answer in dated
    )
    wrong = sum(bool(answer) for _, answer in dated) - inside
    undated = [answer for row, answer in zip(rows, answers, strict=True) if not row.days]
    silent = sum(answer is None for answer in undated)
    share = 100 * (same + silent) / len(rows)
    return [
        f"{same}/{len(dated)}",
        f"{inside}/{len(dated)}",
        str(wrong),
        f"{silent}/{len(undated)}",
        f"{share:.1f}%",
    ]


def main() -> None:
    """Print one table for each part of the hand-written table."""
    warnings.simplefilter("ignore")
    console = Console(width=110)
    table = read_table()
    systems: dict[str, Callable[[Row], Days]] = {
        "clashtag": lambda row: clashtag_days(row.text, row.start, row.end, row.published),
        "clashtag, span alone": lambda row: clashtag_days(
            row.text[row.start : row.end], 0, row.end - row.start, row.published
        ),
    }
    for name, load in READERS.items():
        try:
            read = load()
        except ImportError as error:
            console.print(f"skipped {name}: {error}")
            continue
        systems[f"{name} {version(name)}"] = lambda row, read=read: library_days(read, row)
    for part in PARTS:
        rows = [row for row in table if row.part == part]
        report = Table("system", title=f"{part}: {len(rows)} expressions")
        for heading in ("same days", "within", "other days", "none where none", "right", "ms each"):
            report.add_column(heading, justify="right")
        for name, answer in systems.items():
            started = time.perf_counter()
            answers = [answer(row) for row in rows]
            milliseconds = 1000 * (time.perf_counter() - started) / len(rows)
            report.add_row(name, *cells(rows, answers), f"{milliseconds:.2f}")
        console.print(report)


if __name__ == "__main__":
    main()
