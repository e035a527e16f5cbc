"""Tagged and analysed articles as JSON Lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from clashtag.analysis.findings import Analysis
from clashtag.analysis.to_json import analysis_to_dict
from clashtag.json_lines import json_line
from clashtag.records import Record, record_to_dict


def write_jsonl(results: Iterable[Record | Analysis], stream: BinaryIO) -> None:
    """Write each article as a line, at once: its record, and the incidents and actors it has."""
    for result in results:
        if isinstance(result, Analysis):
            fields = analysis_to_dict(result)
        else:
            fields = record_to_dict(result)
        stream.write(json_line(fields))
        stream.flush()
