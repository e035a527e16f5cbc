"""What a run writes: the tables of a tagged part, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clashtag.analysis.findings import Analysis
from clashtag.analysis.to_json import analysis_to_dict
from clashtag.bulk.incident_rows import INCIDENT_COLUMNS, incident_rows
from clashtag.bulk.items import Document, Problem
from clashtag.bulk.table_files import CsvFile, JsonLinesFile, OutputFormat, TableFile
from clashtag.json_lines import json_text
from clashtag.records import Record, record_to_dict

Row = Mapping[str, Any]

_EVENT_COLUMNS = {
    "document": "int64",
    "id": "string",
    "event": "int32",
    "type": "string",
    "status": "string",
    "score": "double",
    "trigger": "string",
    "start": "int32",
    "end": "int32",
}
_ARGUMENT_COLUMNS = {
    "document": "int64",
    "id": "string",
    "event": "int32",
    "argument": "int32",
    "type": "string",
    "role": "string",
    "text": "string",
    "start": "int32",
    "end": "int32",
    "score": "double",
}


@dataclass(frozen=True, slots=True)
class TaggedPart:
    """A part after tagging, each entry with its place in the archive, counted from 0."""

    records: tuple[tuple[int, Record], ...]
    problems: tuple[tuple[int, Problem], ...] = ()
    repeated: tuple[tuple[int, Document], ...] = ()
    analyses: tuple[tuple[int, Analysis], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One file of a run: its name, how it is written, and its rows of a part."""

    name: str
    file: TableFile
    rows: Callable[[TaggedPart], Iterable[Row]]

    @property
    def file_name(self) -> str:
        """The name of the finished file."""
        return f"{self.name}.{self.file.suffix}"


def output_tables(output_format: OutputFormat, *, with_incidents: bool) -> tuple[Table, ...]:
    """Return the tables of a run, in the order in which they are written."""
    documents, flat = _file_kinds(output_format)
    is_parquet = output_format is OutputFormat.PARQUET
    incidents = Table("incidents", flat(INCIDENT_COLUMNS), _incident_rows)
    return (
        Table("documents", documents, _document_rows if is_parquet else _record_rows),
        Table("events", flat(_EVENT_COLUMNS), _event_rows),
        Table("arguments", flat(_ARGUMENT_COLUMNS), _argument_rows),
        *((incidents,) if with_incidents else ()),
        Table("errors", JsonLinesFile(), _problem_rows),
        Table("duplicates", JsonLinesFile(), _repeated_rows),
    )


def _file_kinds(
    output_format: OutputFormat,
) -> tuple[TableFile, Callable[[Mapping[str, str]], TableFile]]:
    """Return how documents are written, and what makes a file of flat columns."""
    if output_format is OutputFormat.JSONL:
        return JsonLinesFile(), lambda columns: CsvFile(tuple(columns))
    from clashtag.bulk.arrow_tables import (  # noqa: PLC0415
        ParquetFile,
        document_schema,
        flat_schema,
    )

    return ParquetFile(document_schema()), lambda columns: ParquetFile(flat_schema(columns))


def _record_rows(part: TaggedPart) -> Iterator[Row]:
    analyses = dict(part.analyses)
    for document, record in part.records:
        analysis = analyses.get(document)
        yield analysis_to_dict(analysis) if analysis else record_to_dict(record)


def _document_rows(part: TaggedPart) -> Iterator[Row]:
    for document, record in part.records:
        fields = dict(record.extra)
        fields.pop("id", None)
        published = fields.pop("published", None)
        yield {
            "document": document,
            "id": record.id,
            "published": None if published is None else str(published),
            "text": record.text,
            "events": record_to_dict(record)["events"],
            "tokens": record.tokens,
            "windows": record.windows,
            "fields": json_text(fields) if fields else None,
        }


def _event_rows(part: TaggedPart) -> Iterator[Row]:
    for document, record in part.records:
        for number, event in enumerate(record_to_dict(record)["events"]):
            trigger = event["trigger"]
            yield {
                "document": document,
                "id": record.id,
                "event": number,
                "type": event["type"],
                "status": event.get("status"),
                "score": event.get("score"),
                "trigger": trigger["text"],
                "start": trigger["start"],
                "end": trigger["end"],
            }


def _argument_rows(part: TaggedPart) -> Iterator[Row]:
    for document, record in part.records:
        for event_number, event in enumerate(record_to_dict(record)["events"]):
            for number, argument in enumerate(event["arguments"]):
                yield {
                    "document": document,
                    "id": record.id,
                    "event": event_number,
                    "argument": number,
                    "type": event["type"],
                    "role": argument["role"],
                    "text": argument["text"],
                    "start": argument["start"],
                    "end": argument["end"],
                    "score": argument.get("score"),
                }


def _incident_rows(part: TaggedPart) -> Iterator[Row]:
    for document, analysis in part.analyses:
        yield from incident_rows(document, analysis)


def _problem_rows(part: TaggedPart) -> Iterator[Row]:
    for document, problem in part.problems:
        yield {
            "document": document,
            "place": problem.place,
            "problem": problem.problem,
            "next_step": problem.next_step,
        }


def _repeated_rows(part: TaggedPart) -> Iterator[Row]:
    for document, item in part.repeated:
        yield {"document": document, "place": item.place, "id": item.record.id}
