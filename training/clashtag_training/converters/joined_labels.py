"""A trigger's type and status in one label, for tools whose spans have a label and no more."""

from __future__ import annotations

from collections.abc import Iterator

from clashtag.records import Record
from clashtag_training.converters.span_graph import ARGUMENT, Kind, Node

_MENTION = "mention:"


def joined_label(node: Node) -> str:
    """Return `TYPE:STATUS` or `TYPE` of a trigger, `argument`, or `mention:LABEL`."""
    if node.kind == "mention":
        return f"{_MENTION}{node.label}"
    return node.label if node.status is None else f"{node.label}:{node.status}"


def split_label(label: str) -> tuple[Kind, str, str | None]:
    """Return the kind, the label and the status that `joined_label` has put together."""
    if label == ARGUMENT:
        return "argument", label, None
    if label.startswith(_MENTION):
        return "mention", label.removeprefix(_MENTION), None
    event_type, colon, status = label.partition(":")
    return "trigger", event_type, status if colon else None


def joined_label_limits(record: Record) -> Iterator[str]:
    """Yield the types that would not come back from a joined label."""
    for event_type in dict.fromkeys(event.type for event in record.events):
        if ":" in event_type or event_type in (ARGUMENT, _MENTION.rstrip(":")):
            yield f"type {event_type!r} holds a ':', or is a word that marks other spans"
    if any(event.status == "" for event in record.events):
        yield "an empty status"
