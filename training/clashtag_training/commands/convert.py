"""The command `clashtag convert`: records to and from the formats of annotation tools."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from clashtag.errors import InputError
from clashtag_training.converters.limits import Part, without
from clashtag_training.converters.registry import FORMATS, Format, guess_format
from clashtag_training.corpora.ontology_file import load_ontology


def convert(
    source: Path,
    output: Path,
    *,
    source_format: str | None = None,
    output_format: str | None = None,
    ontology: Path | None = None,
    drop: Sequence[str] = (),
) -> int:
    """Convert a file or folder and return the number of its records.

    Args:
        source: the file or folder to read.
        output: the file to write, replaced if it exists, or the new folder.
        source_format: a name of `FORMATS`; by default guessed from the path.
        output_format: a name of `FORMATS`; by default guessed from the path.
        ontology: an ontology file, from which tools are set up and labels are checked.
        drop: names of `Part` to leave out.

    Raises:
        InputError: if a file or a format cannot be read.
        RecordError: listing what breaks the record format, or what the output cannot hold.
        OntologyError: listing everything wrong with the ontology.
    """
    reader = _format(source_format, source, "--from")
    writer = _format(output_format, output, "--to")
    labels = None if ontology is None else load_ontology(ontology)
    parts = {Part(part) for part in drop}
    records = [without(record, parts) for record in reader.read(source)]
    writer.write(records, output, labels)
    return len(records)


def _format(name: str | None, path: Path, option: str) -> Format:
    name = name or guess_format(path, option)
    if name not in FORMATS:
        raise InputError(f"{option} {name!r} is no format", f"give one of {', '.join(FORMATS)}")
    return FORMATS[name]
