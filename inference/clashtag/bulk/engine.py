"""A bulk run, from inputs to finished tables; one that was killed goes on where it stopped."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import clashtag
from clashtag.bulk.archive import Archive, PendingParts, never
from clashtag.bulk.checkpoint import (
    JOURNAL,
    MANIFEST,
    Checkpoint,
    Counts,
    Receipt,
    finished_run,
    open_checkpoint,
)
from clashtag.bulk.durable import durable_file, has_size, write_durably
from clashtag.bulk.inputs import Survey
from clashtag.bulk.part_tagger import Job, part_path
from clashtag.bulk.progress import Progress
from clashtag.bulk.table_files import OutputFormat
from clashtag.bulk.tables import Table
from clashtag.bulk.workers import tag_parts
from clashtag.bundle import load_bundle, shipped_bundle_path
from clashtag.errors import InputError
from clashtag.hashing import file_sha256
from clashtag.manifest import MANIFEST as BUNDLE_MANIFEST
from clashtag.runtimes.choice import chosen_runtime

SCHEMA = 1

# Tags parts: how, in how many processes, and what to call with the number of articles tagged.
TagParts = Callable[[PendingParts, Job, int, Callable[[int], None]], Generator[Receipt]]


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A complete output folder."""

    folder: Path
    counts: Counts


def run(
    archive: Archive,
    job: Job,
    *,
    processes: int = 1,
    max_errors: int | None = None,
    tag_with: TagParts = tag_parts,
    show: Callable[[Progress], None] = lambda _: None,
    left_out: Callable[[str], None] = lambda _: None,
    is_stopping: Callable[[], bool] = never,
) -> FinishedRun:
    """Tag an archive into a folder, or go on where an interrupted run stopped.

    Calling it again with the same arguments goes on; on a finished folder it changes nothing.

    Args:
        archive: what is read.
        job: what it is tagged with, and the folder for the results.
        processes: how many processes tag; each runs `job.threads` threads.
        max_errors: stop once more inputs (files, lines or rows) than this have failed.
        tag_with: what does the work.
        show: called whenever the progress changed.
        left_out: called with each file of a folder that is not read.
        is_stopping: once it is true, the parts in work are finished and no more begun.

    Raises:
        InputError: if inputs cannot be found, the folder belongs to another run, more than
            `max_errors` inputs failed, or a process died.
        BundleError: if the model cannot be loaded.
        OSError: if a file cannot be read or written; the same call goes on from there.
        KeyboardInterrupt: if it was stopped; the same call goes on from there.
    """
    survey = archive.survey(job.folder, left_out)
    settings = run_settings(archive, job, survey)
    tables = job.tables
    manifest = finished_run(job.folder, settings)
    if manifest is not None:
        (job.folder / JOURNAL).unlink(missing_ok=True)
        return FinishedRun(job.folder, Counts(**manifest["counts"]))

    def is_intact(receipt: Receipt) -> bool:
        return all(_holds(job.folder, table, receipt) for table in tables)

    counts = Counts()
    with open_checkpoint(job.folder, settings, is_intact) as checkpoint:
        progress = Progress(survey.size)
        for receipt in checkpoint.receipts.values():
            progress.resume(receipt)
        show(progress)

        def advance(count: int) -> None:
            progress.advance(count)
            show(progress)

        _require_few_errors(checkpoint, max_errors)
        done = {part: receipt.sha256 for part, receipt in checkpoint.receipts.items()}
        pending = PendingParts(archive, job.folder, done, is_stopping)
        with closing(tag_with(pending, job, processes, advance)) as receipts:
            for receipt in receipts:
                checkpoint.commit(receipt)
                progress.finish(receipt)
                show(progress)
                _require_few_errors(checkpoint, max_errors)
        _go_on_unless(is_stopping)
        _require_all_parts(checkpoint)
        _finish(checkpoint, tables, settings, is_stopping)
        counts = checkpoint.counts
    (job.folder / JOURNAL).unlink(missing_ok=True)
    return FinishedRun(job.folder, counts)


def run_settings(archive: Archive, job: Job, survey: Survey) -> dict[str, Any]:
    """Return everything that the results depend on.

    Processes and threads are not among it: they change the speed alone.

    Raises:
        BundleError: if the model is missing or damaged.
        InputError: if the file of aliases cannot be read, or there is no runtime as asked for.
        MissingExtraError: if the runtime is not installed.
    """
    job.alias_table()
    bundle = load_bundle(shipped_bundle_path() if job.model is None else job.model)
    packages = [chosen_runtime(job.runtime), "tokenizers"]
    if job.output_format is OutputFormat.PARQUET:
        packages.append("pyarrow")
    return {
        "schema": SCHEMA,
        "inputs": asdict(survey),
        "input_format": archive.kind,
        "columns": asdict(archive.columns),
        "part_articles": archive.part_articles,
        "output_format": job.output_format,
        "types": sorted(job.selection.types),
        "min_score": job.selection.min_score,
        "incidents": job.with_incidents,
        "aliases": None if job.aliases is None else file_sha256(job.aliases),
        "model": {
            "name": bundle.manifest.name,
            "version": bundle.manifest.version,
            "sha256": file_sha256(bundle.path / BUNDLE_MANIFEST),
        },
        "versions": {"clashtag": clashtag.__version__}
        | {package: metadata.version(package) for package in packages},
    }


def _holds(folder: Path, table: Table, receipt: Receipt) -> bool:
    """Return whether the rows of a part are in a folder, as a file of their own or joined."""
    size = receipt.files.get(table.name)
    if size is None or (folder / table.file_name).is_file():
        return True
    return has_size(part_path(folder, table, receipt.part), size)


def _require_few_errors(checkpoint: Checkpoint, max_errors: int | None) -> None:
    failed = checkpoint.counts.failed
    if max_errors is not None and failed > max_errors:
        raise InputError(
            f"{failed:,} inputs failed, more than the {max_errors:,} that --max-errors allows",
            f"see {checkpoint.folder / 'errors'}, then raise it to go on, or mend the input and"
            " begin again in a new folder",
        )


def _require_all_parts(checkpoint: Checkpoint) -> None:
    parts = sorted(checkpoint.receipts)
    if parts != list(range(len(parts))) or not checkpoint.receipts[parts[-1]].is_last:
        raise InputError(
            f"the parts in {str(checkpoint.folder)!r} do not make up the archive: {len(parts)}"
            f" parts, of which the last is {parts[-1]}",
            "the input changed while it was read; begin again in a new folder",
        )


def _go_on_unless(is_stopping: Callable[[], bool]) -> None:
    if is_stopping():
        raise KeyboardInterrupt


def _finish(
    checkpoint: Checkpoint,
    tables: tuple[Table, ...],
    settings: Mapping[str, Any],
    is_stopping: Callable[[], bool],
) -> None:
    """Join the parts of each table; whatever interrupts this, it can be done again."""
    folder = checkpoint.folder
    for table in tables:
        _go_on_unless(is_stopping)
        goal = folder / table.file_name
        if not goal.is_file():
            parts = (
                part_path(folder, table, number)
                for number, receipt in sorted(checkpoint.receipts.items())
                if table.name in receipt.files
            )
            with durable_file(goal) as stream:
                table.file.join(parts, stream)
        if (folder / table.name).is_dir():
            shutil.rmtree(folder / table.name)
    files = {
        table.file_name: {
            "size": (folder / table.file_name).stat().st_size,
            "sha256": file_sha256(folder / table.file_name),
        }
        for table in tables
    }
    manifest = {"settings": settings, "counts": asdict(checkpoint.counts), "files": files}
    write_durably(folder / MANIFEST, f"{json.dumps(manifest, indent=2)}\n".encode())
