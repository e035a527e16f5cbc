"""The annotation.conf that sets brat up for an ontology."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from clashtag.errors import OntologyError
from clashtag.ontology import Ontology
from clashtag_training.converters.span_graph import ARGUMENT

STATUS = "status"
"""The attribute of events that holds their status."""

_NAME = re.compile(r"[A-Za-z0-9_-]+")


def annotation_conf(ontology: Ontology, mention_labels: Sequence[str] = ()) -> str:
    """Return brat's configuration: argument spans, events with their roles, and the status.

    Raises:
        OntologyError: listing every label that cannot be a name in brat.
    """
    problems = [
        *name_problems("type", ontology.types),
        *name_problems("status", ontology.statuses),
        *name_problems("role", ontology.roles),
    ]
    if problems:
        raise OntologyError("; ".join(problems), "rename these labels for brat")
    lines = ["[entities]", ARGUMENT, *mention_labels, "", "[relations]", "", "[events]"]
    for name, event_type in ontology.types.items():
        roles = ", ".join(f"{role}*:{ARGUMENT}" for role in event_type.roles)
        lines.append(f"{name}\t{roles}".rstrip())
    lines += ["", "[attributes]", f"{STATUS}\tArg:<EVENT>, Value:{'|'.join(ontology.statuses)}"]
    return "".join(f"{line}\n" for line in lines)


def name_problems(kind: str, names: Iterable[str]) -> Iterator[str]:
    """Yield what keeps labels from being names in brat; roles that repeat are numbered there."""
    for name in dict.fromkeys(names):
        if not _NAME.fullmatch(name):
            yield f"{kind} {name!r} is not made of ASCII letters, digits, '-' and '_'"
        elif kind == "role" and name[-1].isdigit():
            yield f"role {name!r} ends in a digit, which brat uses to number repeated roles"
