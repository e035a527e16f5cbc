"""INCEpTION: a folder of UIMA CAS documents (XMI or JSON) and the type system of their layers.

Three span layers, which INCEpTION's project settings import from `TypeSystem.xml`:

- `webanno.custom.Trigger`: features `eventType` and `status`, and the link feature `arguments`,
  whose links (`webanno.custom.TriggerArgumentsLink`) have a `role` and a target;
- `webanno.custom.Argument`, the targets' layer;
- `webanno.custom.Mention`: the feature `label`.

Names of layers and links follow INCEpTION's own exports. `records.jsonl` keeps fields and order
(`folders`). UIMA counts UTF-16 code units, because Java does; dkpro-cassis translates them to
and from code points (`Utf16CodepointOffsetConverter`). Links have no place for a score.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from clashtag.errors import InputError
from clashtag.ontology import Ontology
from clashtag.records import Record
from clashtag_training.converters.files import write_folder
from clashtag_training.converters.folders import INDEX, document_names, documents, index_file
from clashtag_training.converters.limits import Part, refuse_losses
from clashtag_training.converters.span_graph import (
    ARGUMENT,
    Kind,
    Link,
    Node,
    SpanGraph,
    record_from_graph,
    span_graph,
)

TYPE_SYSTEM = "TypeSystem.xml"

_TRIGGER = "webanno.custom.Trigger"
_LINK = "webanno.custom.TriggerArgumentsLink"
_ARGUMENT = "webanno.custom.Argument"
_MENTION = "webanno.custom.Mention"
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_inception_xmi(records: Sequence[Record], path: Path, ontology: Ontology | None) -> None:
    """Write a folder of XMI documents.

    Raises:
        RecordError: listing scores, characters that XML forbids, and unknown labels.
        InputError: if the folder exists and is not empty.
    """
    _write(records, path, ontology, ".xmi")


def write_inception_json(records: Sequence[Record], path: Path, ontology: Ontology | None) -> None:
    """Write a folder of UIMA CAS JSON documents.

    Raises:
        RecordError: listing scores and unknown labels.
        InputError: if the folder exists and is not empty.
    """
    _write(records, path, ontology, ".json")


def read_inception_xmi(path: Path) -> list[Record]:
    """Read a folder of XMI documents with their TypeSystem.xml.

    Raises:
        InputError: if a file is missing or cannot be read.
        RecordError: if a document's annotations contradict one another.
    """
    from cassis import load_cas_from_xmi, load_typesystem  # noqa: PLC0415

    def load(content: bytes) -> Any:  # noqa: ANN401 - dkpro-cassis is optional
        system = load_typesystem(io.BytesIO((path / TYPE_SYSTEM).read_bytes()))
        return load_cas_from_xmi(io.BytesIO(content), typesystem=system)

    return list(_read(path, ".xmi", load))


def read_inception_json(path: Path) -> list[Record]:
    """Read a folder of UIMA CAS JSON documents.

    Raises:
        InputError: if a file is missing or cannot be read.
        RecordError: if a document's annotations contradict one another.
    """
    from cassis import load_cas_from_json  # noqa: PLC0415

    return list(_read(path, ".json", lambda content: load_cas_from_json(io.BytesIO(content))))


def type_system() -> Any:  # noqa: ANN401
    """Return the layers as a UIMA type system."""
    from cassis import TypeSystem  # noqa: PLC0415

    system = TypeSystem()
    system.create_type(_ARGUMENT)
    mention = system.create_type(_MENTION)
    system.create_feature(mention, "label", "uima.cas.String")
    link = system.create_type(_LINK, "uima.cas.TOP")
    system.create_feature(link, "role", "uima.cas.String")
    system.create_feature(link, "target", _ARGUMENT)
    trigger = system.create_type(_TRIGGER)
    system.create_feature(trigger, "eventType", "uima.cas.String")
    system.create_feature(trigger, "status", "uima.cas.String")
    system.create_feature(trigger, "arguments", "uima.cas.FSArray", elementType=_LINK)
    return system


def _write(records: Sequence[Record], path: Path, ontology: Ontology | None, suffix: str) -> None:
    limits = _xml_limits if suffix == ".xmi" else None
    lacks = {Part.SCORES}
    refuse_losses(records, "INCEpTION", lacks=lacks, limits=limits, ontology=ontology)
    system = type_system()
    files = {INDEX: index_file(records), TYPE_SYSTEM: system.to_xml().encode("utf-8")}
    for name, record in zip(document_names(records), records, strict=True):
        cas = _cas(record, system)
        content = cas.to_xmi() if suffix == ".xmi" else cas.to_json()
        files[f"{name}{suffix}"] = content.encode("utf-8")
    write_folder(path, files)


def _xml_limits(record: Record) -> Iterator[str]:
    labels = [mention.label for mention in record.mentions]
    for event in record.events:
        labels += [event.type, event.status or "", *(a.role for a in event.arguments)]
    for text in (record.text, *labels):
        match = _NOT_IN_XML.search(text)
        if match:
            yield f"the character {match[0]!r}, which XML forbids"


def _cas(record: Record, system: Any) -> Any:  # noqa: ANN401
    from cassis import Cas  # noqa: PLC0415

    cas = Cas(system)
    cas.sofa_string = record.text
    cas.sofa_mime = "text/plain"
    graph = span_graph(record)
    marks = {node.id: _mark(node, system) for node in graph.nodes}
    link_type = system.get_type(_LINK)
    for node in graph.nodes:
        if node.kind == "trigger":
            links = [
                link_type(role=link.role, target=marks[link.argument])
                for link in graph.links
                if link.trigger == node.id
            ]
            if links:
                array = system.get_type("uima.cas.FSArray")
                marks[node.id].arguments = array(elements=links)
    cas.add_all(marks.values())
    return cas


def _mark(node: Node, system: Any) -> Any:  # noqa: ANN401
    bounds = {"begin": node.start, "end": node.end}
    if node.kind == "trigger":
        return system.get_type(_TRIGGER)(eventType=node.label, status=node.status, **bounds)
    if node.kind == "mention":
        return system.get_type(_MENTION)(label=node.label, **bounds)
    return system.get_type(_ARGUMENT)(**bounds)


def _read(path: Path, suffix: str, load: Any) -> Iterator[Record]:  # noqa: ANN401
    for document, fields in documents(path, suffix):
        try:
            cas = load(document.read_bytes())
        except Exception as error:
            raise InputError(
                f"{document} is no UIMA CAS: {error!r}",
                f"export it again; XMI needs {TYPE_SYSTEM} beside it",
            ) from error
        yield record_from_graph({**fields, "text": cas.sofa_string or ""}, _graph(cas))


def _graph(cas: Any) -> SpanGraph:  # noqa: ANN401
    """Return the spans of a CAS in the order of their ids, which is that of their creation."""
    nodes: list[Node] = []
    links: list[Link] = []
    kinds: dict[str, Kind] = {_TRIGGER: "trigger", _ARGUMENT: "argument", _MENTION: "mention"}
    marks = [mark for name in kinds for mark in cas.select(name)]
    for mark in sorted(marks, key=lambda mark: mark.xmiID):
        kind = kinds[mark.type.name]
        label = {"trigger": "eventType", "mention": "label"}.get(kind)
        nodes.append(
            Node(
                str(mark.xmiID),
                kind,
                ARGUMENT if label is None else getattr(mark, label),
                mark.begin,
                mark.end,
                status=mark.status if kind == "trigger" else None,
            )
        )
        if kind == "trigger" and mark.arguments is not None:
            for link in mark.arguments.elements:
                links.append(Link(str(mark.xmiID), str(link.target.xmiID), link.role))
    return SpanGraph(tuple(nodes), tuple(links))
