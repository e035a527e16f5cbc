"""The formats that `clashtag tag` writes, and how each of them is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import BinaryIO

from clashtag.analysis.findings import Analysis
from clashtag.records import Record


class OutputFormat(StrEnum):
    """How results are written: for a reader, for a program, or as standard output suggests."""

    AUTO = "auto"
    PRETTY = "pretty"
    JSONL = "jsonl"
    INCIDENTS = "incidents"
    HTML = "html"
    ACLED_CSV = "acled-csv"
    PLOVER_JSONL = "plover-jsonl"


def result_writer(
    output_format: OutputFormat,
) -> Callable[[Iterable[Record | Analysis], BinaryIO], None]:
    """Return what writes articles in a format for programs.

    JSON Lines hold every article; what is made of incidents leaves out those without an analysis.
    """
    if output_format in (OutputFormat.JSONL, OutputFormat.INCIDENTS):
        from clashtag.formats.json_lines import write_jsonl

        return write_jsonl
    write = _incident_writer(output_format)
    return lambda results, stream: write(_analyses(results), stream)


def _incident_writer(
    output_format: OutputFormat,
) -> Callable[[Iterable[Analysis], BinaryIO], None]:
    if output_format is OutputFormat.HTML:
        return _write_html
    if output_format is OutputFormat.ACLED_CSV:
        from clashtag.formats.acled_csv import write_acled_csv

        return write_acled_csv
    from clashtag.formats.plover_jsonl import write_plover_jsonl

    return write_plover_jsonl


def _analyses(results: Iterable[Record | Analysis]) -> Iterator[Analysis]:
    return (result for result in results if isinstance(result, Analysis))


def _write_html(analyses: Iterable[Analysis], stream: BinaryIO) -> None:
    from clashtag.formats.html import analyses_to_html

    stream.write(analyses_to_html(analyses).encode())
