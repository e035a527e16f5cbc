"""Records: a text with its conflict events, the one shape shared by gold data and predictions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clashtag.errors import RecordError


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` (code points, end exclusive) of a record's text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Argument:
    """A span and the role it plays for one trigger; `score` is a probability, or None in gold."""

    role: str
    start: int
    end: int
    text: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One mention of a conflict event: its trigger, type, status and role-labelled arguments."""

    type: str
    trigger: Span
    arguments: tuple[Argument, ...] = ()
    status: str | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A labelled span outside any event, as entity corpora mark them."""

    label: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Record:
    """A text, its events, and every further field its source carried (`extra`).

    `tokens` and `windows` say how much the tagger read; both are None in gold records.
    """

    text: str
    id: str | None = None
    events: tuple[Event, ...] = ()
    mentions: tuple[Mention, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    tokens: int | None = None
    windows: int | None = None


def record_to_dict(record: Record) -> dict[str, Any]:
    """Return the JSON object of a record: fields in reading order, absent ones left out."""
    fields: dict[str, Any] = {}
    if record.id is not None:
        fields["id"] = record.id
    fields.update(record.extra)
    fields["text"] = record.text
    fields["events"] = [_event_to_dict(event) for event in record.events]
    if record.mentions:
        fields["mentions"] = [
            {"label": m.label, "start": m.start, "end": m.end, "text": m.text}
            for m in record.mentions
        ]
    if record.tokens is not None:
        fields["tokens"] = record.tokens
    if record.windows is not None:
        fields["windows"] = record.windows
    return fields


def _event_to_dict(event: Event) -> dict[str, Any]:
    fields: dict[str, Any] = {"type": event.type}
    if event.status is not None:
        fields["status"] = event.status
    if event.score is not None:
        fields["score"] = round(event.score, 4)
    trigger = event.trigger
    fields["trigger"] = {"start": trigger.start, "end": trigger.end, "text": trigger.text}
    fields["arguments"] = [_argument_to_dict(argument) for argument in event.arguments]
    return fields


def _argument_to_dict(argument: Argument) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "role": argument.role,
        "start": argument.start,
        "end": argument.end,
        "text": argument.text,
    }
    if argument.score is not None:
        fields["score"] = round(argument.score, 4)
    return fields


_RECORD_FIELDS = frozenset({"id", "text", "events", "mentions", "tokens", "windows"})


def record_from_dict(fields: Mapping[str, Any]) -> Record:
    """Build a record from its JSON object and check every offset against the text.

    Raises:
        RecordError: listing every field that breaks the format, not only the first.
    """
    problems = record_problems(fields)
    if problems:
        name = fields.get("id") if isinstance(fields, Mapping) else None
        raise RecordError(
            f"record {'without id' if name is None else repr(name)}: " + "; ".join(problems),
            "compare it with the record format in data/README.md",
        )
    return Record(
        text=fields["text"],
        id=None if fields.get("id") is None else str(fields["id"]),
        events=tuple(_event_from_dict(event) for event in fields.get("events", ())),
        mentions=tuple(
            Mention(m["label"], m["start"], m["end"], m["text"]) for m in fields.get("mentions", ())
        ),
        extra={key: value for key, value in fields.items() if key not in _RECORD_FIELDS},
        tokens=fields.get("tokens"),
        windows=fields.get("windows"),
    )


def _event_from_dict(fields: Mapping[str, Any]) -> Event:
    trigger = fields["trigger"]
    return Event(
        type=fields["type"],
        trigger=Span(trigger["start"], trigger["end"], trigger["text"]),
        arguments=tuple(
            Argument(a["role"], a["start"], a["end"], a["text"], a.get("score"))
            for a in fields.get("arguments", ())
        ),
        status=fields.get("status"),
        score=fields.get("score"),
    )


def record_problems(fields: Mapping[str, Any]) -> list[str]:
    """Return what breaks the record format in a decoded JSON object, one sentence each."""
    if not isinstance(fields, Mapping):
        return [f"expected a JSON object, found {type(fields).__name__}"]
    text = fields.get("text")
    if not isinstance(text, str):
        return [f"'text' must be a string, found {type(text).__name__}"]
    problems: list[str] = []
    for index, event in enumerate(_list_at(fields, "events", "events", problems)):
        where = f"events[{index}]"
        if not isinstance(event, Mapping):
            problems.append(f"{where} must be an object, found {type(event).__name__}")
            continue
        problems += _label_problems(event, "type", where)
        if not isinstance(event.get("status"), str | None):
            problems.append(f"{where}.status must be a string, found {event['status']!r}")
        problems += _score_problems(event, where)
        problems += _span_problems(event.get("trigger"), text, f"{where}.trigger")
        arguments = _list_at(event, "arguments", f"{where}.arguments", problems)
        for number, argument in enumerate(arguments):
            place = f"{where}.arguments[{number}]"
            problems += _span_problems(argument, text, place)
            if isinstance(argument, Mapping):
                problems += _label_problems(argument, "role", place)
                problems += _score_problems(argument, place)
    for index, mention in enumerate(_list_at(fields, "mentions", "mentions", problems)):
        problems += _span_problems(mention, text, f"mentions[{index}]")
        if isinstance(mention, Mapping):
            problems += _label_problems(mention, "label", f"mentions[{index}]")
    for key in ("tokens", "windows"):
        if not isinstance(fields.get(key), int | None):
            problems.append(f"{key!r} must be a whole number, found {fields[key]!r}")
    return problems


def _list_at(fields: Mapping[str, Any], key: str, where: str, problems: list[str]) -> list[Any]:
    value = fields.get(key, [])
    if isinstance(value, list):
        return value
    problems.append(f"{where} must be a list, found {type(value).__name__}")
    return []


def _label_problems(fields: Mapping[str, Any], key: str, where: str) -> list[str]:
    label = fields.get(key)
    if isinstance(label, str) and label:
        return []
    return [f"{where}.{key} must be a non-empty string, found {label!r}"]


def _score_problems(fields: Mapping[str, Any], where: str) -> list[str]:
    score = fields.get("score")
    if isinstance(score, int | float | None) and not isinstance(score, bool):
        return []
    return [f"{where}.score must be a number, found {score!r}"]


def _span_problems(span: Any, text: str, where: str) -> list[str]:  # noqa: ANN401
    if not isinstance(span, Mapping):
        return [f"{where} must be an object with start, end and text, found {span!r}"]
    start, end = span.get("start"), span.get("end")
    if type(start) is not int or type(end) is not int:
        return [f"{where} needs whole numbers as start and end, found {start!r} and {end!r}"]
    if not 0 <= start < end <= len(text):
        return [f"{where} {start}:{end} does not fit a text of {len(text)} characters"]
    if text[start:end] != span.get("text"):
        return [
            f"{where} {start}:{end} is {text[start:end]!r} in the text, not {span.get('text')!r}"
        ]
    return []
