"""Label Studio: a JSON list of tasks, each with one annotation or prediction.

The controls are those of `label_studio_config`: `trigger` labels a region with its event's type,
`status` is a choice per region, `argument` and `mention` label other regions, and a relation
from trigger to argument bears the role. Records with scores, or tagged ones, become predictions,
which Label Studio shows as pre-annotation; all others become annotations. Fields of the record
lie in the task's `data`, which Label Studio keeps.

Offsets in a <Text> are code points: the editor turns a browser's UTF-16 offsets into code points
before it stores them (`charsToCodePoints` in `selection-tools.js` of
https://github.com/HumanSignal/label-studio). Versions before that change stored UTF-16; where
such an export's words disagree with its offsets, it is refused. Format:
https://labelstud.io/guide/task_format.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from clashtag.errors import RecordError
from clashtag.ontology import Ontology
from clashtag.records import Record
from clashtag_training.converters.files import write_text
from clashtag_training.converters.label_studio_config import STATUS, TEXT, labeling_config
from clashtag_training.converters.limits import refuse_losses
from clashtag_training.converters.span_graph import (
    Kind,
    Link,
    Node,
    SpanGraph,
    header_of,
    record_from_graph,
    span_graph,
)
from clashtag_training.corpora.json_items import need, read_items

_MODEL_VERSION = "clashtag"


def write_label_studio(records: Sequence[Record], path: Path, ontology: Ontology | None) -> None:
    """Write tasks to import; with an ontology, also the labelling configuration beside them.

    The configuration of `tasks.json` is `tasks.config.xml`.

    Raises:
        RecordError: listing labels that the ontology lacks.
    """
    refuse_losses(records, "Label Studio", ontology=ontology)
    tasks = [_task(record) for record in records]
    write_text(path, json.dumps(tasks, ensure_ascii=False, indent=1) + "\n")
    if ontology is not None:
        labels = {mention.label for record in records for mention in record.mentions}
        write_text(path.with_suffix(".config.xml"), labeling_config(ontology, sorted(labels)))


def read_label_studio(path: Path) -> list[Record]:
    """Read an export (JSON, not JSON-MIN).

    Raises:
        InputError: if the file cannot be read.
        RecordError: listing every task that was annotated more than once or skipped, or whose
            regions and relations are not those of the configuration.
    """
    return read_items(path, _record)


def _task(record: Record) -> dict[str, Any]:
    graph = span_graph(record)
    results = [result for node in graph.nodes for result in _region(node, record.text)]
    results += [_relation(link) for link in graph.links]
    scores = [*(node.score for node in graph.nodes), *(link.score for link in graph.links)]
    data = header_of(record)
    if record.tokens is not None or any(score is not None for score in scores):
        return {"data": data, "predictions": [{"model_version": _MODEL_VERSION, "result": results}]}
    return {"data": data, "annotations": [{"result": results}]}


def _region(node: Node, text: str) -> list[dict[str, Any]]:
    bounds = {"start": node.start, "end": node.end, "text": text[node.start : node.end]}
    region: dict[str, Any] = {
        "id": node.id,
        "from_name": node.kind,
        "to_name": TEXT,
        "type": "labels",
        "value": {**bounds, "labels": [node.label]},
    }
    if node.score is not None:
        region["score"] = node.score
    if node.status is None:
        return [region]
    choice = {
        "id": node.id,
        "from_name": STATUS,
        "to_name": TEXT,
        "type": "choices",
        "value": {**bounds, "choices": [node.status]},
    }
    return [region, choice]


def _relation(link: Link) -> dict[str, Any]:
    relation: dict[str, Any] = {
        "type": "relation",
        "from_id": link.trigger,
        "to_id": link.argument,
        "direction": "right",
        "labels": [link.role],
    }
    if link.score is not None:
        relation["score"] = link.score
    return relation


def _record(task: Mapping[str, Any]) -> Record:
    data = need(task, "data", dict)
    text = need(data, TEXT, str)
    results: dict[str, list[Mapping[str, Any]]] = {"labels": [], "choices": [], "relation": []}
    for result in _results(task):
        kind = need(result, "type", str)
        if kind not in results:
            raise RecordError(f"a result of the type {kind!r}", "use the configuration")
        results[kind].append(result)
    statuses = dict(_statuses(results["choices"]))
    nodes = [_node(region, statuses, text) for region in results["labels"]]
    links = [link for relation in results["relation"] for link in _links(relation)]
    return record_from_graph(data, SpanGraph(tuple(nodes), tuple(links)))


def _results(task: Mapping[str, Any]) -> list[Any]:
    """Return the results of a task's only annotation, or else of its only prediction."""
    for name in ("annotations", "predictions"):
        versions = task.get(name) or []
        if len(versions) > 1:
            raise RecordError(f"the task has {len(versions)} {name}", "keep the one that counts")
        if versions and versions[0].get("was_cancelled"):
            raise RecordError("the task was skipped by its annotator", "annotate or remove it")
        if versions:
            return need(versions[0], "result", list)
    return []


def _statuses(results: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    for result in results:
        choices = need(need(result, "value", dict), "choices", list)
        if result.get("from_name") != STATUS or len(choices) != 1:
            raise RecordError(f"a choice that is no status: {choices}", "use the configuration")
        yield need(result, "id", str), choices[0]


def _node(region: Mapping[str, Any], statuses: Mapping[str, str], text: str) -> Node:
    name = need(region, "id", str)
    kind = next((k for k in get_args(Kind) if k == region.get("from_name")), None)
    value = need(region, "value", dict)
    labels = need(value, "labels", list)
    if kind is None or len(labels) != 1:
        raise RecordError(
            f"region {name!r} is labelled {labels} by {region.get('from_name')!r}",
            "use the configuration that clashtag writes; a region has one label",
        )
    start, end = need(value, "start", int), need(value, "end", int)
    words = value.get("text", text[start:end]).replace("\\n", "\n")
    if words != text[start:end].replace("\\n", "\n"):
        raise RecordError(
            f"region {name!r} marks {words!r}, but {start}:{end} is {text[start:end]!r}",
            "export with a Label Studio that counts code points",
        )
    score = region.get("score")
    return Node(name, kind, labels[0], start, end, status=statuses.get(name), score=score)


def _links(relation: Mapping[str, Any]) -> Iterable[Link]:
    ends = need(relation, "from_id", str), need(relation, "to_id", str)
    roles = relation.get("labels") or []
    if not roles:
        raise RecordError(f"a relation from {ends[0]!r} to {ends[1]!r} without a role", "label it")
    return [Link(*ends, role, relation.get("score")) for role in roles]
