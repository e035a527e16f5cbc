"""Labels without text: annotations of texts that others own, joined to them again by hash.

A standoff record says which text its offsets count in by the sha256 of that text, so a label
never lands on a text that differs in a single character. Spans are pairs of code points,
arguments are `[role, start, end]`. A text of several lines is also known by a short hash of each
line, so that it can be put together again from lines that are found one at a time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clashtag.errors import RecordError
from clashtag.records import Event, Record, record_from_dict
from clashtag_training.corpora.json_items import need, read_items

_KEPT_FIELDS = ("date", "document")
_FIELDS = frozenset({"id", *_KEPT_FIELDS, "sha256", "characters", "lines", "events"})
_EVENT_FIELDS = frozenset({"type", "status", "trigger", "arguments"})
_LINE_HASH_DIGITS = 12

Standoff = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Joined:
    """Records whose text was found, and the standoff records whose text was not."""

    records: tuple[Record, ...]
    missing: tuple[Standoff, ...]


def text_sha256(text: str) -> str:
    """Return the sha256 of a text in UTF-8, as hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def line_hash(line: str) -> str:
    """Return the first 12 hexadecimal digits of a line's sha256."""
    return text_sha256(line)[:_LINE_HASH_DIGITS]


def to_standoff(records: Iterable[Record]) -> list[dict[str, Any]]:
    """Take the text out of annotated records; `join_standoff` puts it back.

    Of the fields that a source added, only `date` and `document` are kept.

    Raises:
        RecordError: if a record has no id, or holds what is no gold event (mentions, scores).
    """
    return [_standoff(record) for record in records]


def join_standoff(standoff: Iterable[Standoff], texts_by_hash: Mapping[str, str]) -> Joined:
    """Give standoff records their texts.

    Args:
        standoff: as `to_standoff` returns them.
        texts_by_hash: texts by their `text_sha256`; more than are needed do no harm.

    Raises:
        RecordError: if a text is not the one that its hash stands for, or labels do not fit it.
    """
    records: list[Record] = []
    missing: list[Standoff] = []
    for labels in standoff:
        text = texts_by_hash.get(labels["sha256"])
        if text is None:
            missing.append(labels)
        else:
            records.append(_joined(labels, text))
    return Joined(tuple(records), tuple(missing))


def text_from_lines(labels: Standoff, lines_by_hash: Mapping[str, str]) -> str | None:
    """Return the text of a standoff record from its lines, None where one of them is missing.

    Args:
        labels: a standoff record; one without `lines` has a text of one line.
        lines_by_hash: lines by their `line_hash`.
    """
    lines = [lines_by_hash.get(digits) for digits in line_hashes(labels)]
    text = "\n".join(line for line in lines if line is not None)
    return text if None not in lines and text_sha256(text) == labels["sha256"] else None


def line_hashes(labels: Standoff) -> Sequence[str]:
    """Return the `line_hash` of every line of a standoff record's text."""
    hashes: Sequence[str] = labels.get("lines") or [labels["sha256"][:_LINE_HASH_DIGITS]]
    return hashes


def read_standoff(path: Path) -> list[dict[str, Any]]:
    """Read a file of standoff records (UTF-8 JSON Lines).

    Raises:
        InputError: if the file cannot be read.
        RecordError: listing every bad line with its number, value and reason.
    """
    return read_items(path, _checked)


def format_standoff(standoff: Iterable[Standoff]) -> str:
    """Return standoff records as compact JSON Lines."""
    return "".join(
        json.dumps(labels, ensure_ascii=False, separators=(",", ":")) + "\n" for labels in standoff
    )


def _standoff(record: Record) -> dict[str, Any]:
    if record.id is None or record.mentions or any(_is_scored(event) for event in record.events):
        raise RecordError(
            f"record {record.id!r} has no id, or mentions or scores",
            "take the text out of gold events only, each with an id",
        )
    fields: dict[str, Any] = {"id": record.id}
    fields |= {key: record.extra[key] for key in _KEPT_FIELDS if key in record.extra}
    fields |= {"sha256": text_sha256(record.text), "characters": len(record.text)}
    if "\n" in record.text:
        fields["lines"] = [line_hash(line) for line in record.text.split("\n")]
    return fields | {"events": [_event(event) for event in record.events]}


def _is_scored(event: Event) -> bool:
    scores = [event.score, *(argument.score for argument in event.arguments)]
    return any(score is not None for score in scores)


def _event(event: Event) -> dict[str, Any]:
    fields: dict[str, Any] = {"type": event.type}
    if event.status is not None:
        fields["status"] = event.status
    fields["trigger"] = [event.trigger.start, event.trigger.end]
    fields["arguments"] = [[a.role, a.start, a.end] for a in event.arguments]
    return fields


def _joined(labels: Standoff, text: str) -> Record:
    if text_sha256(text) != labels["sha256"] or len(text) != labels["characters"]:
        raise RecordError(
            f"the text given for {labels['id']!r} is not the one that was annotated: "
            f"{len(text)} characters instead of {labels['characters']}, or other ones",
            "find the texts by `text_sha256`",
        )
    fields = {"id": labels["id"]} | {key: labels[key] for key in _KEPT_FIELDS if key in labels}
    events = [_event_with_text(event, text) for event in labels["events"]]
    return record_from_dict(fields | {"text": text, "events": events})


def _event_with_text(event: Mapping[str, Any], text: str) -> dict[str, Any]:
    start, end = event["trigger"]
    arguments = [
        {"role": role, **_span(start, end, text)} for role, start, end in event["arguments"]
    ]
    return {**event, "trigger": _span(start, end, text), "arguments": arguments}


def _span(start: int, end: int, text: str) -> dict[str, Any]:
    return {"start": start, "end": end, "text": text[start:end]}


def _checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return a standoff record whose fields are of the right kinds.

    Raises:
        RecordError: naming the first field that is not.
    """
    for key, kind in (("id", str), ("sha256", str), ("characters", int), ("events", list)):
        need(fields, key, kind)
    _refuse_unknown(fields, _FIELDS)
    if not all(isinstance(digits, str) for digits in need({"lines": [], **fields}, "lines", list)):
        raise RecordError("'lines' must hold hashes", _NEXT_STEP)
    for event in fields["events"]:
        need(event, "type", str)
        _refuse_unknown(event, _EVENT_FIELDS)
        if not _are(need(event, "trigger", list), (int, int)):
            raise RecordError(
                f"'trigger' must be [start, end], found {event['trigger']}", _NEXT_STEP
            )
        for argument in need(event, "arguments", list):
            if not isinstance(argument, list) or not _are(argument, (str, int, int)):
                raise RecordError(
                    f"an argument must be [role, start, end], found {argument}", _NEXT_STEP
                )
    return dict(fields)


def _refuse_unknown(fields: Mapping[str, Any], known: frozenset[str]) -> None:
    unknown = sorted(set(fields) - known)
    if unknown:
        raise RecordError(f"unknown field(s) {', '.join(unknown)}", _NEXT_STEP)


def _are(values: Sequence[object], kinds: Sequence[type]) -> bool:
    return len(values) == len(kinds) and all(
        type(value) is kind for value, kind in zip(values, kinds, strict=True)
    )


_NEXT_STEP = "compare it with data/README.md, or write it again with to_standoff"
