"""The labelling configuration (XML) that sets Label Studio up for an ontology."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from clashtag.ontology import Ontology
from clashtag_training.converters.span_graph import ARGUMENT

TEXT = "text"
"""The name of the text, in the configuration and in the tasks' data."""

STATUS = "status"
"""The name of the choice of a trigger's status."""


def labeling_config(ontology: Ontology, mention_labels: Sequence[str] = ()) -> str:
    """Return the configuration: labels for triggers and arguments, a status, roles as relations.

    Definitions of the ontology are shown as hints.
    """
    view = ET.Element("View")
    ET.SubElement(view, "Relations")
    roles = view[0]
    for role in ontology.roles:
        ET.SubElement(roles, "Relation", value=role)
    _labels(view, "trigger", {name: of.definition for name, of in ontology.types.items()})
    _labels(view, "argument", {ARGUMENT: "Words that play a role; draw a relation to them."})
    if mention_labels:
        _labels(view, "mention", dict.fromkeys(mention_labels, ""))
    ET.SubElement(view, "Text", name=TEXT, value=f"${TEXT}")
    statuses = ET.SubElement(
        view, "Choices", name=STATUS, toName=TEXT, perRegion="true", whenTagName="trigger"
    )
    for status, definition in ontology.statuses.items():
        ET.SubElement(statuses, "Choice", value=status, hint=definition)
    ET.indent(view)
    return ET.tostring(view, encoding="unicode") + "\n"


def _labels(view: ET.Element, name: str, hints: dict[str, str]) -> None:
    labels = ET.SubElement(view, "Labels", name=name, toName=TEXT)
    for value, hint in hints.items():
        label = ET.SubElement(labels, "Label", value=value)
        if hint:
            label.set("hint", hint)
