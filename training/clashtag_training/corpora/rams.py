"""RAMS 1.0 (Ebner et al. 2020): five-sentence windows with one annotated event each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clashtag.errors import RecordError
from clashtag.records import Argument, Event, Record, Span
from clashtag_training.corpora.json_items import need, read_items, shown
from clashtag_training.corpora.token_text import TokenText, join_tokens

_ROLE_CODE = re.compile(r"^evt\d+arg\d+")
_COMPARE = "compare it with the data of RAMS 1.0"


def read_rams(path: Path) -> list[Record]:
    """Read a published RAMS file (train.jsonlines, dev.jsonlines, ...).

    Other events of a window are not annotated, which `extra["only_one_event_annotated"]` says.

    Raises:
        RecordError: listing every line that breaks the format.
    """
    return read_items(path, _record)


def _record(fields: Mapping[str, Any]) -> Record:
    sentences = need(fields, "sentences", list)
    tokens = join_tokens(token for sentence in sentences for token in _list(sentence, "a sentence"))
    links = [_list(link, "a link", 3) for link in need(fields, "gold_evt_links", list)]
    triggers = [_list(entry, "a trigger", 3) for entry in need(fields, "evt_triggers", list)]
    arguments: dict[Span, list[Argument]] = {
        _span([first, last], tokens): [] for first, last, _ in triggers
    }
    for linked, filler, role in links:
        trigger = _span(linked, tokens)
        if trigger not in arguments:
            raise RecordError(f"a link names the unknown trigger {shown(linked)}", _COMPARE)
        arguments[trigger].append(_argument(filler, role, tokens))
    events = []
    for first, last, labels in triggers:
        trigger = _span([first, last], tokens)
        events.append(Event(_best_type(labels), trigger, tuple(arguments[trigger])))
    return Record(
        tokens.text,
        id=need(fields, "doc_key", str),
        events=tuple(events),
        extra={"only_one_event_annotated": True},
    )


def _best_type(labels: object) -> str:
    scores: dict[str, float] = {}
    for name, score in (_list(label, "a type", 2) for label in _list(labels, "types")):
        if not isinstance(name, str) or not isinstance(score, int | float):
            raise RecordError(f"a type must be [name, score], found {shown(labels)}", _COMPARE)
        scores[name] = score
    if not scores:
        raise RecordError("a trigger has no type", _COMPARE)
    return max(scores, key=scores.__getitem__)


def _argument(filler: object, role: object, tokens: TokenText) -> Argument:
    span = _span(filler, tokens)
    return Argument(_ROLE_CODE.sub("", str(role)), span.start, span.end, span.text)


def _span(bounds: object, tokens: TokenText) -> Span:
    """Return the characters of [first token, last token]: RAMS counts the last one in."""
    first, last = _list(bounds, "a span", 2)
    return tokens.span(first, last + 1 if type(last) is int else last)


def _list(value: object, what: str, length: int | None = None) -> list[Any]:
    if not isinstance(value, list) or length not in (None, len(value)):
        size = f" of {length}" if length else ""
        raise RecordError(f"{what} must be a list{size}, found {shown(value)}", _COMPARE)
    return value
