"""doccano: JSON Lines of a sequence labelling project with relations.

Spans have one label, so a trigger's label is its type and status (`attack:actual`), an argument
is labelled `argument` and a mention `mention:LABEL`; a relation from trigger to argument is
labelled with the role. doccano counts its own `id`, so the record's is in `record_id`; all other
fields are kept as doccano's metadata, which it exports beside the text.

The project must allow overlapping spans. doccano stores the offsets of its web page, which are
UTF-16 code units (`v-annotator` adds up `String.length`), unless the project counts grapheme
clusters; such projects are not supported. Source: `backend/data_import` and
`backend/data_export` of https://github.com/doccano/doccano, and doccano/v-annotator.
"""

from __future__ import annotations

import json
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
from clashtag_training.converters.limits import Part, refuse_losses
from clashtag_training.converters.span_graph import (
    Link,
    Node,
    SpanGraph,
    header_of,
    record_from_graph,
    span_graph,
)
from clashtag_training.converters.utf16 import Utf16Offsets
from clashtag_training.corpora.json_items import read_items

_OWN_FIELDS = frozenset({"record_id", "entities", "relations"})


def write_doccano(records: Sequence[Record], path: Path, ontology: Ontology | None) -> None:
    """Write one example a line.

    Raises:
        RecordError: listing everything that doccano cannot hold: scores, types with a colon,
            fields with the names of doccano's own.
    """
    refuse_losses(records, "doccano", lacks={Part.SCORES}, limits=_limits, ontology=ontology)
    lines = [json.dumps(_example(record), ensure_ascii=False) for record in records]
    write_text(path, "".join(f"{line}\n" for line in lines))


def read_doccano(path: Path) -> list[Record]:
    """Read an export.

    Raises:
        InputError: if the file cannot be read.
        RecordError: listing every line that is no example, or whose spans do not fit.
    """
    return read_items(path, _record)


def _limits(record: Record) -> Iterator[str]:
    yield from joined_label_limits(record)
    for name in sorted(_OWN_FIELDS & record.extra.keys()):
        yield f"the field {name!r}, which is doccano's own"


def _example(record: Record) -> dict[str, Any]:
    graph = span_graph(record)
    offsets = Utf16Offsets(record.text)
    header = header_of(record)
    if "id" in header:
        header = {"record_id": header.pop("id"), **header}
    entities = [
        {
            "id": int(node.id),
            "start_offset": offsets.from_code_points(node.start),
            "end_offset": offsets.from_code_points(node.end),
            "label": joined_label(node),
        }
        for node in graph.nodes
    ]
    relations = [
        {
            "id": number,
            "from_id": int(link.trigger),
            "to_id": int(link.argument),
            "type": link.role,
        }
        for number, link in enumerate(graph.links, start=1)
    ]
    return {**header, "entities": entities, "relations": relations}


def _record(fields: Mapping[str, Any]) -> Record:
    try:
        text = fields["text"]
        offsets = Utf16Offsets(text)
        nodes = [_node(entity, offsets) for entity in fields["entities"]]
        links = [
            Link(str(relation["from_id"]), str(relation["to_id"]), str(relation["type"]))
            for relation in fields.get("relations", ())
        ]
    except (KeyError, TypeError) as error:
        raise RecordError(
            f"no example of a doccano project with relations: {error!r} is missing or wrong",
            "export the project as JSONL with relations",
        ) from error
    header = {key: value for key, value in fields.items() if key not in (*_OWN_FIELDS, "id")}
    identifier = fields.get("record_id", fields.get("id"))
    if identifier is not None:
        header["id"] = identifier
    return record_from_graph(header, SpanGraph(tuple(nodes), tuple(links)))


def _node(entity: Mapping[str, Any], offsets: Utf16Offsets) -> Node:
    kind, label, status = split_label(entity["label"])
    start = offsets.to_code_points(entity["start_offset"])
    end = offsets.to_code_points(entity["end_offset"])
    return Node(str(entity["id"]), kind, label, start, end, status=status)
