"""M2E2, text part (Li et al. 2020): sentences of Voice of America with ACE-style events."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clashtag.records import Argument, Event, Record
from clashtag_training.corpora.json_items import need, read_items
from clashtag_training.corpora.token_text import TokenText, join_tokens


def read_m2e2(path: Path) -> list[Record]:
    """Read a published M2E2 text file, one JSON array of sentences (text_only_event.json).

    `extra["document"]` names the article of a sentence.

    Raises:
        RecordError: listing every sentence that breaks the format.
    """
    return read_items(path, _record)


def _record(fields: Mapping[str, Any]) -> Record:
    tokens = join_tokens(need(fields, "words", list))
    sentence_id = need(fields, "sentence_id", str)
    return Record(
        tokens.text,
        id=sentence_id,
        events=tuple(_event(m, tokens) for m in need(fields, "golden-event-mentions", list)),
        extra={"document": sentence_id.rpartition("_")[0]},
    )


def _event(mention: object, tokens: TokenText) -> Event:
    trigger = need(mention, "trigger", dict)
    return Event(
        type=need(mention, "event_type", str),
        trigger=tokens.span(need(trigger, "start", int), need(trigger, "end", int)),
        arguments=tuple(_argument(a, tokens) for a in need(mention, "arguments", list)),
    )


def _argument(fields: object, tokens: TokenText) -> Argument:
    span = tokens.span(need(fields, "start", int), need(fields, "end", int))
    return Argument(need(fields, "role", str), span.start, span.end, span.text)
