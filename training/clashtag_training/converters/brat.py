"""brat standoff: a folder of .txt and .ann files, and the annotation.conf of its labels.

A trigger is a text-bound annotation of its event's type, an argument one of type `argument`, and
an event ties them together; further arguments of a role are numbered (`agent`, `agent2`). The
status is an attribute of the event, `records.jsonl` keeps fields and order (`folders`).

Offsets are code points of the .txt file, which is how brat's server checks them. An .ann file
has one annotation a line, so brat writes a span over several lines as one fragment a line;
fragments with nothing but space between them are read as one span. Source:
`server/src/annotation.py` of https://github.com/nlplab/brat.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from clashtag.errors import InputError
from clashtag.ontology import Ontology
from clashtag.records import Record
from clashtag_training.converters.brat_config import STATUS, annotation_conf, name_problems
from clashtag_training.converters.files import read_text, write_folder
from clashtag_training.converters.folders import document_names, documents, index_file
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

_LINE_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_FRAGMENT = re.compile(f"[^{_LINE_BREAKS}]+")
_TEXT_BOUND = re.compile(r"(?P<type>\S+) (?P<fragments>[0-9]+ [0-9]+(?:;[0-9]+ [0-9]+)*)")
_EVENT = re.compile(r"[^\s:]+:T\S+(?: +[^\s:]+:[TE][^\s:]+)* *")
_ATTRIBUTE = re.compile(r"(?P<name>\S+) (?P<target>\S+)(?: (?P<value>\S+))?")


def write_brat(records: Sequence[Record], path: Path, ontology: Ontology | None) -> None:
    """Write a folder of documents, with an annotation.conf if an ontology is given.

    Raises:
        RecordError: listing everything that brat cannot hold: scores, labels that are no names
            in brat, spans that begin or end with a line break.
        InputError: if the folder exists and is not empty.
    """
    refuse_losses(records, "brat", lacks={Part.SCORES}, limits=_limits, ontology=ontology)
    files: dict[str, bytes] = {"records.jsonl": index_file(records)}
    for name, record in zip(document_names(records), records, strict=True):
        files[f"{name}.txt"] = record.text.encode("utf-8")
        files[f"{name}.ann"] = _format_annotations(record).encode("utf-8")
    if ontology is not None:
        labels = {mention.label for record in records for mention in record.mentions}
        files["annotation.conf"] = annotation_conf(ontology, sorted(labels)).encode("utf-8")
    write_folder(path, files)


def read_brat(path: Path) -> list[Record]:
    """Read the documents of a folder; notes are left out, everything else is read or refused.

    Raises:
        InputError: listing every line of every .ann file that cannot be read as an event.
        RecordError: if a document's annotations contradict one another.
    """
    records: list[Record] = []
    problems: list[str] = []
    for text_path, fields in documents(path, ".txt"):
        text = read_text(text_path)
        annotations = text_path.with_suffix(".ann")
        reading = _Reading(text)
        for number, line in enumerate(read_text(annotations).split("\n"), start=1):
            reading.read(line.removesuffix("\r"), f"{annotations}:{number}")
        graph = reading.graph()
        problems += reading.problems
        if not problems:
            records.append(record_from_graph({**fields, "text": text}, graph))
    if problems:
        raise InputError(
            "annotations that clashtag cannot read:\n  " + "\n  ".join(problems),
            "correct these lines, or remove them",
        )
    return records


def _limits(record: Record) -> Iterator[str]:
    yield from name_problems("type", (event.type for event in record.events))
    yield from name_problems("status", (e.status for e in record.events if e.status is not None))
    yield from name_problems("role", (a.role for e in record.events for a in e.arguments))
    yield from name_problems("label", (mention.label for mention in record.mentions))
    if any(mention.label == ARGUMENT for mention in record.mentions):
        yield f"a mention with the label {ARGUMENT!r}, which marks arguments"
    for node in span_graph(record).nodes:
        words = record.text[node.start : node.end]
        if words[0] in _LINE_BREAKS or words[-1] in _LINE_BREAKS:
            yield f"a span begins or ends with a line break: {words!r}"


def _format_annotations(record: Record) -> str:
    graph = span_graph(record)
    lines = []
    for node in graph.nodes:
        words = record.text[node.start : node.end]
        pieces = list(_FRAGMENT.finditer(words))
        offsets = ";".join(f"{node.start + p.start()} {node.start + p.end()}" for p in pieces)
        shown = " ".join(piece[0] for piece in pieces)
        lines.append(f"T{node.id}\t{node.label} {offsets}\t{shown}")
    triggers = [node for node in graph.nodes if node.kind == "trigger"]
    for trigger in triggers:
        counts: Counter[str] = Counter()
        parts = [f"{trigger.label}:T{trigger.id}"]
        for link in (link for link in graph.links if link.trigger == trigger.id):
            counts[link.role] += 1
            nth = counts[link.role]
            parts.append(f"{link.role}{nth if nth > 1 else ''}:T{link.argument}")
        lines.append(f"E{trigger.id}\t{' '.join(parts)}")
    for trigger in triggers:
        if trigger.status is not None:
            lines.append(f"A{trigger.id}\t{STATUS} E{trigger.id} {trigger.status}")
    return "".join(f"{line}\n" for line in lines)


@dataclass
class _Reading:
    """The annotations of one document, collected line by line."""

    text: str
    spans: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    events: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def read(self, line: str, where: str) -> None:
        """Read one line; what cannot be read goes to `problems`."""
        if not line.strip() or line.startswith("#"):
            return
        name, _, rest = line.partition("\t")
        content, _, shown = rest.partition("\t")
        readers = {"T": self._read_span, "E": self._read_event, "A": self._read_attribute}
        if name[0] not in readers:
            self.problems.append(f"{where}: {line[:60]!r} is no span, event or attribute")
        elif name in self.spans or name in self.events:
            self.problems.append(f"{where}: {name} is given twice")
        else:
            problem = readers[name[0]](name, content, shown)
            if problem:
                self.problems.append(f"{where}: {problem}")

    def _read_span(self, name: str, content: str, shown: str) -> str | None:
        match = _TEXT_BOUND.fullmatch(content)
        if match is None:
            return f"{content!r} is not 'TYPE START END'"
        bounds = [tuple(map(int, part.split(" "))) for part in match["fragments"].split(";")]
        if any(not 0 <= start < end <= len(self.text) for start, end in bounds):
            return f"{match['fragments']} does not fit a text of {len(self.text)} characters"
        for (_, end), (start, _) in pairwise(bounds):
            if self.text[end:start].strip() or start < end:
                return f"{name} has a gap: {shown!r}; clashtag's spans have none"
        words = " ".join(self.text[start:end] for start, end in bounds)
        if shown != words:
            return f"{name} marks {words!r} in the text, not {shown!r}"
        self.spans[name] = match["type"], bounds[0][0], bounds[-1][1]
        return None

    def _read_event(self, name: str, content: str, _: str) -> str | None:
        if _EVENT.fullmatch(content) is None:
            return f"{content!r} is not 'TYPE:TRIGGER ROLE:ARGUMENT ...'"
        self.events[name] = [
            (label, target) for label, _, target in (p.partition(":") for p in content.split())
        ]
        return None

    def _read_attribute(self, name: str, content: str, _: str) -> str | None:
        match = _ATTRIBUTE.fullmatch(content)
        if match is None or match["name"] != STATUS or match["value"] is None:
            return f"attribute {content!r} is not '{STATUS} EVENT VALUE'"
        if match["target"] in self.statuses:
            return f"{name} gives {match['target']} a second status"
        self.statuses[match["target"]] = match["value"]
        return None

    def graph(self) -> SpanGraph:
        """Return what was read; references to nothing go to `problems`."""
        missing = [
            f"{name} refers to {target}, which does not exist"
            for name, parts in self.events.items()
            for _, target in parts
            if target not in self.spans and target not in self.events
        ]
        missing += [
            f"a status of {name}, which is no event"
            for name in self.statuses.keys() - self.events.keys()
        ]
        self.problems += missing
        if missing:
            return SpanGraph((), ())
        nodes = [self._event_node(name) for name in self.events]
        links = [
            Link(name, target, re.sub(r"[0-9]+$", "", role))
            for name, (_, *arguments) in self.events.items()
            for role, target in arguments
        ]
        triggers = {parts[0][1] for parts in self.events.values()}
        arguments = {link.argument for link in links}
        for name, (label, start, end) in self.spans.items():
            if name in triggers and name not in arguments:
                continue
            is_argument = label == ARGUMENT or name in arguments
            kind: Kind = "argument" if is_argument else "mention"
            nodes.append(Node(name, kind, label, start, end))
        return SpanGraph(tuple(nodes), tuple(links))

    def _event_node(self, name: str) -> Node:
        label, trigger = self.events[name][0]
        _, start, end = self.spans[trigger]
        return Node(name, "trigger", label, start, end, status=self.statuses.get(name))
