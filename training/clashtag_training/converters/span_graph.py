"""Events as most tools keep them: marked spans, and links from triggers to arguments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from clashtag.errors import RecordError
from clashtag.records import Record, record_from_dict, record_to_dict

Kind = Literal["trigger", "argument", "mention"]

ARGUMENT = "argument"
"""The label of every argument's span: what role it plays is said by the links to it."""


@dataclass(frozen=True, slots=True)
class Node:
    """A marked span: a trigger with its event's type, an argument, or a mention with its label.

    `start` and `end` count code points.
    """

    id: str
    kind: Kind
    label: str
    start: int
    end: int
    status: str | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """The role that the span of one node plays for the trigger of another."""

    trigger: str
    argument: str
    role: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class SpanGraph:
    """The marked spans of a text and the links between them."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]


def header_of(record: Record) -> dict[str, Any]:
    """Return the JSON object of a record without its events and mentions."""
    fields = record_to_dict(record)
    return {key: value for key, value in fields.items() if key not in ("events", "mentions")}


def span_graph(record: Record) -> SpanGraph:
    """Return the spans and links of a record, numbered from 1 in the order of the record.

    Events share the nodes of arguments that cover the same characters, but no trigger is linked
    twice to one node: a span in two roles for one trigger has two nodes.
    """
    nodes: list[Node] = []
    links: list[Link] = []
    uses: Counter[tuple[str, int, int]] = Counter()
    shared: dict[tuple[int, int, int], str] = {}

    def add(kind: Kind, label: str, start: int, end: int, **details: Any) -> str:  # noqa: ANN401
        nodes.append(Node(str(len(nodes) + 1), kind, label, start, end, **details))
        return nodes[-1].id

    for event in record.events:
        bounds = event.trigger.start, event.trigger.end
        score = _rounded(event.score)
        trigger = add("trigger", event.type, *bounds, status=event.status, score=score)
        for argument in event.arguments:
            start, end = argument.start, argument.end
            nth = uses[trigger, start, end]
            uses[trigger, start, end] += 1
            if (start, end, nth) not in shared:
                shared[start, end, nth] = add("argument", ARGUMENT, start, end)
            node = shared[start, end, nth]
            links.append(Link(trigger, node, argument.role, _rounded(argument.score)))
    for mention in record.mentions:
        add("mention", mention.label, mention.start, mention.end)
    return SpanGraph(tuple(nodes), tuple(links))


def record_from_graph(header: Mapping[str, Any], graph: SpanGraph) -> Record:
    """Return the record with these fields, spans and links.

    A link may point either way, and its argument may be any span, also another trigger.

    Raises:
        RecordError: listing every link without a trigger, every argument without a link, and
            every offset that does not fit the text.
    """
    by_id = {node.id: node for node in graph.nodes}
    problems = list(_graph_problems(graph, by_id, str(header["text"])))
    if problems:
        raise RecordError(
            f"record {header.get('id')!r}: " + "; ".join(problems),
            "correct the annotation in the tool and export it again",
        )
    text = header["text"]

    def span(node: Node) -> dict[str, Any]:
        return {"start": node.start, "end": node.end, "text": text[node.start : node.end]}

    events: dict[str, dict[str, Any]] = {
        node.id: {
            "type": node.label,
            "status": node.status,
            "score": node.score,
            "trigger": span(node),
            "arguments": [],
        }
        for node in graph.nodes
        if node.kind == "trigger"
    }
    for link in (_from_trigger(link, by_id) for link in graph.links):
        argument = {"role": link.role, "score": link.score, **span(by_id[link.argument])}
        events[link.trigger]["arguments"].append(argument)
    mentions = [
        {"label": node.label, **span(node)} for node in graph.nodes if node.kind == "mention"
    ]
    return record_from_dict({**header, "events": list(events.values()), "mentions": mentions})


def _graph_problems(graph: SpanGraph, by_id: Mapping[str, Node], text: str) -> Iterator[str]:
    for name, count in Counter(node.id for node in graph.nodes).items():
        if count > 1:
            yield f"{count} spans have the id {name!r}"
    linked: set[str] = set()
    for link in graph.links:
        missing = [end for end in (link.trigger, link.argument) if end not in by_id]
        if missing:
            yield f"a link {link.role!r} to {missing[0]!r}, which does not exist"
            continue
        if by_id[_from_trigger(link, by_id).trigger].kind != "trigger":
            yield f"no end of the link {link.role!r} is a trigger: {_shown(link, by_id, text)}"
        linked |= {link.trigger, link.argument}
    for node in graph.nodes:
        if node.kind == "argument" and node.id not in linked:
            yield f"argument {text[node.start : node.end]!r} at {node.start} belongs to no trigger"


def _from_trigger(link: Link, by_id: Mapping[str, Node]) -> Link:
    """Turn a link round if only its far end is a trigger."""
    near, far = by_id[link.trigger], by_id[link.argument]
    if near.kind != "trigger" and far.kind == "trigger":
        return Link(far.id, near.id, link.role, link.score)
    return link


def _shown(link: Link, by_id: Mapping[str, Node], text: str) -> str:
    ends: Iterable[Node] = (by_id[link.trigger], by_id[link.argument])
    return " and ".join(repr(text[node.start : node.end]) for node in ends)


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 4)
