"""Prodigy: JSON Lines of the relations interface, with tokens, spans and relations.

Spans have one label, so a trigger's label is its type and status (`attack:actual`), an argument
is labelled `argument` and a mention `mention:LABEL`; the role is the label of a relation whose
head is the trigger. Fields of the record are in `meta`, which Prodigy shows. Offsets are code
points, as in spaCy, on which Prodigy is built. `token_end` is inclusive, and a relation's `head`
and `child` are the last tokens of their spans, as in the files that Prodigy writes.

Reading goes by characters alone (`start`, `end`), so a file may have other tokens or none.
Prodigy's page cannot show spans that overlap; its files can hold them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from clashtag.errors import RecordError
from clashtag.ontology import Ontology
from clashtag.records import Record
from clashtag_training.converters.files import write_text
from clashtag_training.converters.joined_labels import (
    joined_label,
    joined_label_limits,
    split_label,
)
from clashtag_training.converters.layers import misfits
from clashtag_training.converters.limits import Part, refuse_losses
from clashtag_training.converters.spaced_words import SpacedWord, spaced_words
from clashtag_training.converters.span_graph import (
    Link,
    Node,
    SpanGraph,
    header_of,
    record_from_graph,
    span_graph,
)
from clashtag_training.corpora.json_items import need, read_items
from clashtag_training.corpora.words import split_words

_OWN_FIELDS = frozenset({"text", "tokens", "spans", "relations", "meta", "answer"})


def write_prodigy(records: Sequence[Record], path: Path, ontology: Ontology | None) -> None:
    """Write one task a line.

    Raises:
        RecordError: listing everything that Prodigy cannot hold: scores, types with a colon,
            spans that do not begin and end where words do, equal triggers at one place.
    """
    refuse_losses(records, "Prodigy", lacks={Part.SCORES}, limits=_limits, ontology=ontology)
    lines = [json.dumps(_task(record), ensure_ascii=False) for record in records]
    write_text(path, "".join(f"{line}\n" for line in lines))


def read_prodigy(path: Path) -> list[Record]:
    """Read tasks, of which none may have been rejected or ignored.

    Raises:
        InputError: if the file cannot be read.
        RecordError: listing every line that is no task, or whose spans do not fit.
    """
    return read_items(path, _record)


def _limits(record: Record) -> Iterator[str]:
    yield from joined_label_limits(record)
    [words] = split_words([record.text], None)
    yield from misfits(record, words)
    places = Counter(
        (event.trigger.start, event.trigger.text, event.type, event.status)
        for event in record.events
    )
    for (start, words_of_trigger, event_type, _), count in places.items():
        if count > 1:
            yield f"{count} events {event_type!r} with the trigger {words_of_trigger!r} at {start}"


def _task(record: Record) -> dict[str, Any]:
    graph = span_graph(record)
    words = spaced_words(record.text)
    header = header_of(record)
    starting = {word.start: number for number, word in enumerate(words)}
    ending = {word.end: number for number, word in enumerate(words)}
    spans = {
        node.id: {
            "start": node.start,
            "end": node.end,
            "token_start": starting[node.start],
            "token_end": ending[node.end],
            "label": joined_label(node),
        }
        for node in graph.nodes
    }
    shown = {
        node.id if node.kind == "mention" else _key(spans[node.id]): spans[node.id]
        for node in graph.nodes
    }
    return {
        "text": header.pop("text"),
        "meta": header,
        "tokens": [_token(word, number, record.text) for number, word in enumerate(words)],
        "spans": list(shown.values()),
        "relations": [
            {
                "head": spans[link.trigger]["token_end"],
                "child": spans[link.argument]["token_end"],
                "head_span": spans[link.trigger],
                "child_span": spans[link.argument],
                "label": link.role,
            }
            for link in graph.links
        ],
    }


def _token(word: SpacedWord, number: int, text: str) -> dict[str, Any]:
    return {
        "text": text[word.start : word.end],
        "start": word.start,
        "end": word.end,
        "id": number,
        "ws": word.space_after,
    }


def _record(task: Mapping[str, Any]) -> Record:
    if task.get("answer", "accept") != "accept":
        raise RecordError(f"the task's answer is {task['answer']!r}", "annotate or remove it")
    text, meta = need(task, "text", str), task.get("meta") or {}
    others = {k: v for k, v in task.items() if k not in _OWN_FIELDS and not k.startswith("_")}
    nodes = []
    for number, span in enumerate(need(task, "spans", list)):
        kind, label, status = split_label(need(span, "label", str))
        name = f"mention {number}" if kind == "mention" else _key(span)
        start, end = need(span, "start", int), need(span, "end", int)
        nodes.append(Node(name, kind, label, start, end, status=status))
    links = [
        Link(
            _key(need(relation, "head_span", dict)),
            _key(need(relation, "child_span", dict)),
            need(relation, "label", str),
        )
        for relation in task.get("relations") or ()
    ]
    return record_from_graph(
        {**others, **meta, "text": text}, SpanGraph(tuple(nodes), tuple(links))
    )


def _key(span: Mapping[str, Any]) -> str:
    """Return what a relation and the list of spans say of the same span."""
    return f"{span.get('label')} {span.get('start')}:{span.get('end')}"
