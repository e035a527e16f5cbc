"""Incidents as JSON Lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from clashtag.analysis.findings import Analysis
from clashtag.analysis.to_json import analysis_to_dict
from clashtag.json_lines import json_line


def write_incidents_jsonl(analyses: Iterable[Analysis], stream: BinaryIO) -> None:
    """Write each article as a line: its record with incidents and actors."""
    for analysis in analyses:
        stream.write(json_line(analysis_to_dict(analysis)))
        stream.flush()
