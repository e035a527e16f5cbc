"""Tagged records as JSON, with what the request's options leave of them and add to them."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from clashtag.analysis.analyse import analyse
from clashtag.analysis.findings import Analysis
from clashtag.analysis.to_json import analysis_to_dict
from clashtag.errors import InputError
from clashtag.formats.displacy import to_displacy
from clashtag.formats.html import analyses_to_html
from clashtag.outcomes import analysing
from clashtag.records import Record, record_to_dict
from clashtag.selection import Selection
from clashtag.serving.logs import log_failure
from clashtag.serving.problems import Problem
from clashtag.serving.schemas import Document, Format, Options

logger = logging.getLogger(__name__)
# Grouping compares pairs of events: this many take seconds, and no deadline stops a thread.
_MOST_EVENTS = 2_000

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


def record_fields(record: Record, options: Options, place: str) -> dict[str, Any]:
    """Return the JSON object of a tagged record: filtered, analysed and in further formats.

    A record that makes the analysis fail has a `problem` instead of incidents and formats, which
    names the document by its `place` in the request.
    """
    kept = Selection(frozenset(options.types), options.threshold).apply(record)
    if not options.incidents and not options.formats:
        return record_to_dict(kept)
    if len(kept.events) > _MOST_EVENTS:
        return {**record_to_dict(kept), "problem": _too_many_events(kept, place).to_dict()}
    try:
        with analysing(place):
            return _analysed_fields(kept, options)
    except InputError as error:
        log_failure(logger, "analysing a document failed", error.__cause__ or error)
        problem = Problem(500, "not_analysed", error.problem, error.next_step)
        return {**record_to_dict(kept), "problem": problem.to_dict()}


def _too_many_events(record: Record, place: str) -> Problem:
    return Problem(
        413,
        "too_many_events",
        f"{place}: tagged, but without incidents: {len(record.events):,} events are more than the "
        f"{_MOST_EVENTS:,} that are grouped in one document",
        "send its chapters or entries as documents, or group it with clashtag tag",
    )


def _analysed_fields(record: Record, options: Options) -> dict[str, Any]:
    analysis = analyse(record)
    fields = analysis_to_dict(analysis) if options.incidents else record_to_dict(record)
    if options.formats:
        fields["formats"] = {name.value: FORMATS[name](analysis) for name in options.formats}
    return fields


def to_json(fields: Mapping[str, Any] | Sequence[Any]) -> bytes:
    """Return compact JSON in UTF-8."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
