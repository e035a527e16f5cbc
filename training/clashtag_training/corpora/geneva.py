"""GENEVA (Parekh et al. 2023): sentences with FrameNet-based events and linked arguments."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clashtag.records import Record
from clashtag_training.corpora.entity_arguments import linked_events
from clashtag_training.corpora.json_items import need, read_items
from clashtag_training.corpora.token_text import join_tokens


def read_geneva(path: Path) -> list[Record]:
    """Read a published GENEVA file (one JSON object a line, whatever its ending).

    Raises:
        RecordError: listing every line that breaks the format.
    """
    return read_items(path, _record)


def _record(fields: Mapping[str, Any]) -> Record:
    tokens = join_tokens(need(fields, "tokens", list))
    events = linked_events(fields, tokens)
    return Record(tokens.text, id=need(fields, "wnd_id", str), events=events)
