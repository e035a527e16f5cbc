"""One part: tagged, written, and accounted for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from clashtag.analysis.actors.aliases import AliasTable
from clashtag.analysis.analyse import analyse
from clashtag.analysis.findings import Analysis
from clashtag.bulk.checkpoint import Counts, Receipt
from clashtag.bulk.durable import write_durably
from clashtag.bulk.items import Document, Problem
from clashtag.bulk.parts import Part
from clashtag.bulk.table_files import OutputFormat
from clashtag.bulk.tables import Table, TaggedPart, output_tables
from clashtag.errors import ClashtagError, InputError
from clashtag.outcomes import analysing, not_tagged, tag_each
from clashtag.records import Record
from clashtag.runtimes.choice import DEFAULT_RUNTIME
from clashtag.selection import Selection
from clashtag.tagger import Tagger


@dataclass(frozen=True, slots=True)
class Job:
    """What every part is tagged with, and where it goes.

    Args:
        folder: the run's output.
        output_format: how its tables are written.
        selection: the events and arguments that are kept.
        model: a bundle; None is the shipped one.
        threads: CPU threads of one tagger.
        runtime: what runs the model, on every machine of a run.
        with_incidents: whether events are grouped into incidents, in a table of their own.
        aliases: a file with more names that actors go by.
    """

    folder: Path
    output_format: OutputFormat
    selection: Selection
    model: Path | None
    threads: int
    runtime: str = DEFAULT_RUNTIME
    with_incidents: bool = False
    aliases: Path | None = None

    @property
    def tables(self) -> tuple[Table, ...]:
        """What is written."""
        return output_tables(self.output_format, with_incidents=self.with_incidents)

    def alias_table(self) -> AliasTable:
        """Return the names that actors go by.

        Raises:
            InputError: if the file cannot be read, or listing every line that is wrong.
        """
        shipped = AliasTable.shipped()
        return shipped.extended(AliasTable.from_file(self.aliases)) if self.aliases else shipped


def part_path(folder: Path, table: Table, part: int) -> Path:
    """Return where the rows of a part lie until the run is finished."""
    return folder / table.name / f"part-{part:08d}.{table.file.suffix}"


class PartTagger:
    """Tags parts with one session.

    Raises:
        BundleError: if the model cannot be loaded.
        InputError: if the file of aliases cannot be read.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._tagger = Tagger.from_pretrained(job.model, threads=job.threads, runtime=job.runtime)
        self._tables = job.tables
        self._aliases = job.alias_table()

    def tag(self, part: Part, advance: Callable[[int], None] = lambda _: None) -> Receipt:
        """Tag a part on its own, write its files, and return the receipt.

        Args:
            part: what to tag.
            advance: called with the number of items dealt with since the last call.

        Raises:
            OSError: naming the file, if one cannot be written.
            InputError: naming the part, if anything else goes wrong.
        """
        try:
            return self._written(part, self._tagged(part, advance))
        except (ClashtagError, OSError):
            raise
        except Exception as error:
            raise not_tagged(part.places, error) from error

    def _written(self, part: Part, tagged: TaggedPart) -> Receipt:
        files = {}
        for table in self._tables:
            rows = list(table.rows(tagged))
            if rows:
                path = part_path(self._job.folder, table, part.number)
                path.parent.mkdir(exist_ok=True)
                data = table.file.encode(rows)
                write_durably(path, data)
                files[table.name] = len(data)
        return Receipt(
            part=part.number,
            first=part.first,
            items=len(part.items),
            sha256=part.sha256,
            read_bytes=part.read_bytes,
            is_last=part.is_last,
            counts=_counts(tagged),
            files=files,
        )

    def _tagged(self, part: Part, advance: Callable[[int], None]) -> TaggedPart:
        numbered = list(enumerate(part.items, start=part.first))
        documents = [(number, item) for number, item in numbered if isinstance(item, Document)]
        problems = [(number, item) for number, item in numbered if isinstance(item, Problem)]
        advance(len(problems))
        records: list[tuple[int, Record]] = []
        analyses: list[tuple[int, Analysis]] = []
        outcomes = tag_each(self._tagger, [document.record for _, document in documents])
        for (number, document), outcome in zip(documents, outcomes, strict=True):
            if isinstance(outcome, Exception):
                error = not_tagged(document.place, outcome)
                problems.append((number, Problem.of(document.place, error)))
            else:
                record = self._job.selection.apply(outcome)
                records.append((number, record))
                if self._job.with_incidents:
                    analysis = self._analysed(record, document.place)
                    if isinstance(analysis, Problem):
                        problems.append((number, analysis))
                    else:
                        analyses.append((number, analysis))
            advance(1)
        repeated = {part.first + index for index in part.repeated}
        return TaggedPart(
            records=tuple(records),
            problems=tuple(sorted(problems, key=itemgetter(0))),
            repeated=tuple(pair for pair in documents if pair[0] in repeated),
            analyses=tuple(analyses),
        )

    def _analysed(self, record: Record, place: str) -> Analysis | Problem:
        try:
            with analysing(place):
                return analyse(record, aliases=self._aliases)
        except InputError as error:
            return Problem.of(place, error)


def _counts(part: TaggedPart) -> Counts:
    events = [event for _, record in part.records for event in record.events]
    return Counts(
        documents=len(part.records),
        failed=len(part.problems),
        repeated=len(part.repeated),
        events=len(events),
        arguments=sum(len(event.arguments) for event in events),
        incidents=sum(len(analysis.incidents) for _, analysis in part.analyses),
        tokens=sum(record.tokens or 0 for _, record in part.records),
    )
