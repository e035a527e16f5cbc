"""Events as OneIE-style corpora write them: arguments point at entity mentions by their ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clashtag.errors import RecordError
from clashtag.records import Argument, Event, Span
from clashtag_training.corpora.json_items import need
from clashtag_training.corpora.token_text import TokenText


def linked_events(fields: Mapping[str, Any], tokens: TokenText) -> tuple[Event, ...]:
    """Return the events of `event_mentions`, with the spans of their `entity_mentions`.

    Raises:
        RecordError: if a field is missing, a token index out of range or an entity unknown.
    """
    entities = {
        need(entity, "id", str): tokens.span(need(entity, "start", int), need(entity, "end", int))
        for entity in need(fields, "entity_mentions", list)
    }
    return tuple(
        _event(mention, entities, tokens) for mention in need(fields, "event_mentions", list)
    )


def _event(mention: object, entities: Mapping[str, Span], tokens: TokenText) -> Event:
    trigger = need(mention, "trigger", dict)
    return Event(
        type=need(mention, "event_type", str),
        trigger=tokens.span(need(trigger, "start", int), need(trigger, "end", int)),
        arguments=tuple(
            _argument(argument, entities) for argument in need(mention, "arguments", list)
        ),
    )


def _argument(fields: object, entities: Mapping[str, Span]) -> Argument:
    entity_id = need(fields, "entity_id", str)
    if entity_id not in entities:
        raise RecordError(
            f"an argument names the unknown entity {entity_id!r}", "add it to entity_mentions"
        )
    span = entities[entity_id]
    return Argument(need(fields, "role", str), span.start, span.end, span.text)
