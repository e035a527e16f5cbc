"""The formats that `clashtag tag` writes, and how each of them is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import BinaryIO

from clashtag.analysis.findings import Analysis
from clashtag.json_lines import json_line
from clashtag.records import Record, record_to_dict


class OutputFormat(StrEnum):
    """How results are written: for a reader, for a program, or as standard output suggests."""

    AUTO = "auto"
    PRETTY = "pretty"
    JSONL = "jsonl"
    INCIDENTS = "incidents"
    HTML = "html"
    ACLED_CSV = "acled-csv"
    PLOVER_JSONL = "plover-jsonl"


def write_records(records: Iterable[Record], stream: BinaryIO) -> None:
    """Write each record as a line of JSON Lines, at once."""
    for record in records:
        stream.write(json_line(record_to_dict(record)))
        stream.flush()


def incident_writer(
    output_format: OutputFormat,
) -> Callable[[Iterable[Analysis], BinaryIO], None]:
    """Return what writes incidents in a format."""
    if output_format is OutputFormat.HTML:
        return _write_html
    if output_format is OutputFormat.ACLED_CSV:
        from clashtag.formats.acled_csv import write_acled_csv

        return write_acled_csv
    if output_format is OutputFormat.PLOVER_JSONL:
        from clashtag.formats.plover_jsonl import write_plover_jsonl

        return write_plover_jsonl
    from clashtag.formats.json_lines import write_incidents_jsonl

    return write_incidents_jsonl


def _write_html(analyses: Iterable[Analysis], stream: BinaryIO) -> None:
    from clashtag.formats.html import analyses_to_html

    stream.write(analyses_to_html(analyses).encode())
