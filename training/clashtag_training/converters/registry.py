"""Every format that records can be converted from and to, and how it is guessed from a path."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from clashtag.errors import InputError
from clashtag.ontology import Ontology
from clashtag.records import Record
from clashtag_training.converters.brat import read_brat, write_brat
from clashtag_training.converters.conll import read_conll, write_conll
from clashtag_training.converters.doccano import read_doccano, write_doccano
from clashtag_training.converters.files import read_text, write_text
from clashtag_training.converters.inception import (
    read_inception_json,
    read_inception_xmi,
    write_inception_json,
    write_inception_xmi,
)
from clashtag_training.converters.label_studio import read_label_studio, write_label_studio
from clashtag_training.converters.limits import Part, refuse_losses
from clashtag_training.converters.prodigy import read_prodigy, write_prodigy
from clashtag_training.converters.spacy_docbin import read_docbin, write_docbin
from clashtag_training.corpora.markup import parse_markup
from clashtag_training.corpora.markup_writer import format_markup
from clashtag_training.corpora.record_files import read_records, write_records


@dataclass(frozen=True, slots=True)
class Format:
    """A format: how it is read and written, and the suffixes that no other format shares.

    `document_suffix` is that of the documents in the format's folder, None for single files.
    """

    read: Callable[[Path], list[Record]]
    write: Callable[[Sequence[Record], Path, Ontology | None], None]
    suffixes: tuple[str, ...] = ()
    document_suffix: str | None = None


def _read_markup(path: Path) -> list[Record]:
    return parse_markup(read_text(path), str(path))


def _write_markup(records: Sequence[Record], path: Path, ontology: Ontology | None) -> None:
    lacks = {Part.SCORES, Part.MENTIONS}
    refuse_losses(records, "the mark-up", lacks=lacks, ontology=ontology)
    write_text(path, format_markup(records))


def _write_records(records: Sequence[Record], path: Path, ontology: Ontology | None) -> None:
    refuse_losses(records, "the record format", ontology=ontology)
    write_records(path, records)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "records": Format(read_records, _write_records),
        "markup": Format(_read_markup, _write_markup, (".txt",)),
        "brat": Format(read_brat, write_brat, document_suffix=".ann"),
        "label-studio": Format(read_label_studio, write_label_studio, (".json",)),
        "doccano": Format(read_doccano, write_doccano),
        "conll": Format(read_conll, write_conll, (".conll", ".bio")),
        "spacy": Format(read_docbin, write_docbin, (".spacy",)),
        "inception-xmi": Format(read_inception_xmi, write_inception_xmi, document_suffix=".xmi"),
        "inception-json": Format(
            read_inception_json, write_inception_json, document_suffix=".json"
        ),
        "prodigy": Format(read_prodigy, write_prodigy),
    }
)
"""The formats by the names that `clashtag convert` takes."""

_KEYS_OF_LINES = {"entities": "doccano", "spans": "prodigy"}


def guess_format(path: Path, option: str) -> str:
    """Return the name of the only format that a path can be in.

    A .jsonl file that exists is told by the keys of its first line; a new one holds records.

    Args:
        path: an input, or an output that may not exist yet.
        option: the option that names the format, for the error.

    Raises:
        InputError: if several formats are possible, or none.
    """
    if path.is_dir():
        suffixes = {file.suffix for file in path.iterdir()}
        found = [name for name, of in FORMATS.items() if of.document_suffix in suffixes]
    elif path.suffix == ".jsonl":
        found = [_format_of_lines(path)] if path.is_file() else ["records"]
    else:
        found = [name for name, of in FORMATS.items() if path.suffix in of.suffixes]
    if len(found) != 1:
        raise InputError(
            f"the format of {path} could be {' or '.join(found) or 'any'}",
            f"name it with {option}: {', '.join(FORMATS)}",
        )
    return found[0]


def _format_of_lines(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace") as lines:
        first = next((line for line in lines if line.strip()), "")
    for key, name in _KEYS_OF_LINES.items():
        if f'"{key}"' in first and '"events"' not in first:
            return name
    return "records"
