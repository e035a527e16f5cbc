"""Faults in the annotation of a record: labels, span edges and repetitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Protocol

from clashtag.ontology import Ontology
from clashtag.records import Event, Record
from clashtag_training.corpora.words import Words

Severity = Literal["error", "warning"]

FAULTS: Mapping[str, tuple[Severity, str]] = MappingProxyType(
    {
        "unknown-type": ("error", "event types that the ontology lacks"),
        "unknown-role": ("error", "roles that the ontology lacks"),
        "unknown-status": ("error", "statuses that the ontology lacks"),
        "role-not-allowed": ("error", "roles that the ontology does not allow for the type"),
        "repeated-id": ("error", "records that share an id"),
        "no-status": ("warning", "events without a status, which train no status"),
        "inside-word": ("warning", "spans that begin or end inside a word of the tokenizer"),
        "outer-character": ("warning", "spans that begin or end with a space or punctuation"),
        "repeated-trigger": ("warning", "triggers that stand at the same place"),
        "crossing-triggers": ("warning", "triggers that overlap, of which one can be learnt"),
        "repeated-argument": ("warning", "arguments given twice for one trigger"),
        "crossing-arguments": ("warning", "arguments of one role and trigger that overlap"),
        "empty-text": ("warning", "texts without a word"),
        "repeated-text": ("warning", "pairs in one split that share at least half of a text"),
        "leak": ("warning", "pairs in two splits that share at least half of a text"),
        "untrained-label": ("warning", "labels without an example in train"),
    }
)
"""The kinds of fault with their severity and meaning.

An error breaks training or scoring, or would drop labels; a warning costs quality.
"""

_OUTER_CHARACTERS = frozenset(",;:!?")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: a kind of `FAULTS`, and where and what it is."""

    kind: str
    detail: str


class _HasBounds(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def text(self) -> str: ...


def record_faults(
    record: Record, words: Words, split: str, ontology: Ontology | None = None
) -> Iterator[Fault]:
    """Yield the faults of one record; labels are judged only with an ontology."""
    where = f"{split}:{record.id or repr(record.text[:40])}"
    if not len(words):
        yield Fault("empty-text", where)
    for event in record.events:
        yield from _span_faults(event.trigger, words, where)
        for argument in event.arguments:
            yield from _span_faults(argument, words, where)
        yield from _argument_repetitions(event, where)
        if ontology is not None:
            yield from _label_faults(event, ontology, where)
    for mention in record.mentions:
        yield from _span_faults(mention, words, where)
    triggers = [event.trigger for event in record.events]
    yield from _repetitions(triggers, "repeated-trigger", "crossing-triggers", where)


def _label_faults(event: Event, ontology: Ontology, where: str) -> Iterator[Fault]:
    at = f"{where} {event.trigger.text!r}"
    if event.status is None:
        yield Fault("no-status", at)
    elif event.status not in ontology.statuses:
        yield Fault("unknown-status", f"{at}: {event.status}")
    event_type = ontology.types.get(event.type)
    if event_type is None:
        yield Fault("unknown-type", f"{at}: {event.type}")
    for argument in event.arguments:
        if argument.role not in ontology.roles:
            yield Fault("unknown-role", f"{at}: {argument.role} {argument.text!r}")
        elif event_type is not None and argument.role not in event_type.roles:
            detail = f"{at}: {argument.role} {argument.text!r} of {event.type}"
            yield Fault("role-not-allowed", detail)


def _span_faults(span: _HasBounds, words: Words, where: str) -> Iterator[Fault]:
    edges = (span.text[0], span.text[-1])
    if any(edge.isspace() or edge in _OUTER_CHARACTERS for edge in edges):
        yield Fault("outer-character", f"{where} {span.text!r}")
    elif not words.fit(span.start, span.end):
        yield Fault("inside-word", f"{where} {span.text!r} at {span.start}")


def _argument_repetitions(event: Event, where: str) -> Iterator[Fault]:
    for role in dict.fromkeys(argument.role for argument in event.arguments):
        spans = [argument for argument in event.arguments if argument.role == role]
        at = f"{where} {event.trigger.text!r} {role}"
        yield from _repetitions(spans, "repeated-argument", "crossing-arguments", at)


def _repetitions(
    spans: Sequence[_HasBounds], repeated: str, crossing: str, where: str
) -> Iterator[Fault]:
    ordered = sorted(spans, key=lambda span: (span.start, span.end))
    for index, span in enumerate(ordered[1:]):
        before = ordered[index]
        if (before.start, before.end) == (span.start, span.end):
            yield Fault(repeated, f"{where} {span.text!r}")
        elif span.start < max(other.end for other in ordered[: index + 1]):
            yield Fault(crossing, f"{where} {before.text!r} and {span.text!r}")
