"""Ontology files: the YAML that users write, read into an `Ontology`."""

from __future__ import annotations

from pathlib import Path

import yaml

from clashtag.errors import InputError, OntologyError
from clashtag.ontology import Ontology
from clashtag_training.yaml_loader import UniqueKeyLoader


def load_ontology(path: Path) -> Ontology:
    """Read an ontology file (YAML, or JSON as a part of it) and validate it.

    Raises:
        InputError: if the file cannot be read.
        OntologyError: if it is not YAML, defines a name twice, or breaks the ontology's rules.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"cannot read the ontology {path}: {error}",
            "give the path of a UTF-8 YAML file, such as configs/ontology.yaml",
        ) from error
    try:
        fields = yaml.load(text, Loader=UniqueKeyLoader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise OntologyError(
            f"{path} is not valid YAML: {error}", "correct the line named"
        ) from error
    try:
        return Ontology.from_dict(fields)
    except OntologyError as error:
        raise OntologyError(f"{path}: {error.problem}", error.next_step) from error
