"""Tagged records as JSON, with what the request's options leave of them and add to them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from clashtag.analysis.analyse import analyse
from clashtag.analysis.findings import Analysis
from clashtag.analysis.to_json import analysis_to_dict
from clashtag.formats.displacy import to_displacy
from clashtag.formats.html import analyses_to_html
from clashtag.records import Record, record_to_dict
from clashtag.selection import Selection
from clashtag.serving.schemas import Document, Format, Options

FORMATS: Mapping[Format, Callable[[Analysis], Any]] = {
    Format.DISPLACY: lambda analysis: to_displacy(analysis.record),
    Format.HTML: lambda analysis: analyses_to_html([analysis]),
}


def to_record(document: Document) -> Record:
    """Return a document as the record that the model reads."""
    extra: dict[str, Any] = {}
    if isinstance(document.id, int):
        extra["id"] = document.id  # comes out as the number that came in
    if document.published is not None:
        extra["published"] = document.published.isoformat()
    return Record(
        document.text, id=document.id if isinstance(document.id, str) else None, extra=extra
    )


def record_fields(record: Record, options: Options) -> dict[str, Any]:
    """Return the JSON object of a tagged record: filtered, analysed and in further formats."""
    kept = Selection(frozenset(options.types), options.threshold).apply(record)
    if not options.incidents and not options.formats:
        return record_to_dict(kept)
    analysis = analyse(kept)
    fields = analysis_to_dict(analysis) if options.incidents else record_to_dict(kept)
    if options.formats:
        fields["formats"] = {name.value: FORMATS[name](analysis) for name in options.formats}
    return fields


def to_json(fields: Mapping[str, Any] | Sequence[Any]) -> bytes:
    """Return compact JSON in UTF-8."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
