"""WikiEvents (Li et al. 2021): whole news articles, tokenised, with linked arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from clashtag.records import Record
from clashtag_training.corpora.entity_arguments import linked_events
from clashtag_training.corpora.json_items import need, read_items
from clashtag_training.corpora.token_text import join_tokens

_TYPE_LEVELS = 2


def read_wikievents(path: Path) -> list[Record]:
    """Read a published WikiEvents file (train.jsonl, dev.jsonl, ...).

    Types are cut to their first two levels, as in the papers: `Conflict.Attack.DetonateExplode`
    becomes `Conflict.Attack`.

    Raises:
        RecordError: listing every line that breaks the format.
    """
    return read_items(path, _record)


def _record(fields: Mapping[str, Any]) -> Record:
    tokens = join_tokens(need(fields, "tokens", list))
    events = tuple(
        replace(event, type=".".join(event.type.split(".")[:_TYPE_LEVELS]))
        for event in linked_events(fields, tokens)
    )
    return Record(tokens.text, id=need(fields, "doc_id", str), events=events)
