"""How much gold records hold of what is scored."""

from __future__ import annotations

from collections.abc import Sequence

from clashtag.records import Record
from clashtag_training.evaluation.pairs import document_of
from clashtag_training.evaluation.result import Task


def sizes_of(task: Task, gold: Sequence[Record]) -> dict[str, int]:
    """Return how many documents, and how many of what is scored, gold records hold."""
    sizes = {"records": len(gold), "documents": len({document_of(record) for record in gold})}
    if task == "entities":
        return sizes | {"entities": sum(len(record.mentions) for record in gold)}
    if task == "role_fillers":
        fillers = [record.extra.get("role_fillers", {}) for record in gold]
        return sizes | {"entities": sum(len(role) for roles in fillers for role in roles.values())}
    events = [event for record in gold for event in record.events]
    return sizes | {
        "events": len(events),
        "arguments": sum(len(event.arguments) for event in events),
    }
