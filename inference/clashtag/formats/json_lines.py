"""JSON Lines in UTF-8."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO

from clashtag.analysis.findings import Analysis
from clashtag.analysis.to_json import analysis_to_dict


def json_line(fields: Mapping[str, Any]) -> bytes:
    """Return a JSON object as one line, its newline included."""
    try:
        return json.dumps(fields, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:  # a lone surrogate in a carried field has no UTF-8 form
        return json.dumps(fields).encode() + b"\n"


def write_incidents_jsonl(analyses: Iterable[Analysis], stream: BinaryIO) -> None:
    """Write each article as a line: its record with incidents and actors."""
    for analysis in analyses:
        stream.write(json_line(analysis_to_dict(analysis)))
        stream.flush()
