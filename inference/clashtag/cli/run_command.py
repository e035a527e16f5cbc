"""`clashtag run`: an archive in, tables of documents, events and arguments out."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from clashtag.bulk.inputs import FileKind
from clashtag.bulk.rows import Columns
from clashtag.bulk.table_files import OutputFormat
from clashtag.cli.extras import requires_extra
from clashtag.cli.feedback import print_error, stderr_console
from clashtag.cli.options import (
    AliasesOption,
    MinScoreOption,
    ModelOption,
    TypesOption,
    known_types,
    listed_names,
    require_few,
)
from clashtag.cli.stop_request import StopRequest, stop_request
from clashtag.cli.usage_errors import WrongOptionError
from clashtag.formats.wording import counted
from clashtag.selection import Selection

if TYPE_CHECKING:
    from clashtag.bulk.engine import FinishedRun, TagParts
    from clashtag.bulk.progress import Progress as RunProgress

_PART_ARTICLES = 256
_SECONDS_BETWEEN_LINES = 30.0


class Engine(StrEnum):
    """What does the work: processes on this machine, or the actors of a Ray cluster."""

    LOCAL = "local"
    RAY = "ray"


def run(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT",
            help="Files, folders, or patterns such as '2024/**/*.jsonl.gz'.",
            show_default=False,
        ),
    ],
    *,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FOLDER", help="A new folder.", show_default=False),
    ],
    output_format: Annotated[
        OutputFormat,
        typer.Option("--format", "-f", help="jsonl writes tables as CSV, for spreadsheets."),
    ] = OutputFormat.PARQUET,
    input_format: Annotated[
        FileKind | None, typer.Option(help="Read every file this way, whatever its name.")
    ] = None,
    text_column: Annotated[
        str, typer.Option(metavar="NAME", help="The field that holds the article.")
    ] = "text",
    id_column: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The field of its id; by default id, if there is one."),
    ] = None,
    published_column: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Its date of publication; by default published, if there is one."
        ),
    ] = None,
    keep: Annotated[
        str | None,
        typer.Option(metavar="A,B", help="Other fields to carry along; by default all."),
    ] = None,
    types: TypesOption = None,
    min_score: MinScoreOption = 0.0,
    incidents: Annotated[
        bool, typer.Option("--incidents", help="Group events into incidents, a table of its own.")
    ] = False,
    aliases: AliasesOption = None,
    model: ModelOption = None,
    threads: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="CPU threads of all processes together."),
    ] = None,
    processes: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Processes; by default one for each thread."),
    ] = None,
    max_errors: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="Stop when more inputs than this have failed."),
    ] = None,
    part_articles: Annotated[
        int,
        typer.Option(min=1, metavar="N", help="Articles after which the work so far is saved."),
    ] = _PART_ARTICLES,
    engine: Annotated[
        Engine, typer.Option(help="Where to run; ray takes the cluster of RAY_ADDRESS.")
    ] = Engine.LOCAL,
) -> None:
    """Tag archives of any size into tables, with progress that survives interruptions (extra: run).

    JSON Lines, CSV, TSV and Parquet hold one article a row; a text file is one article. gzip and
    zstd are unpacked. After an interruption of any kind, the same command goes on where it stopped;
    Ctrl-C or SIGTERM finishes the parts in work first (with ray only the next one), and given
    twice stops at once.
    What cannot be read, a file, a line or a row, is entered in errors.jsonl with the reason, and
    the run goes on.
    """
    if aliases and not incidents:
        raise WrongOptionError("--aliases", "names actors of incidents", "add --incidents")
    messages = stderr_console()
    with requires_extra("run" if engine is Engine.LOCAL else "ray", "run"):
        from clashtag.bulk.archive import Archive
        from clashtag.bulk.engine import run as run_archive
        from clashtag.bulk.part_tagger import Job
        from clashtag.bulk.workers import tag_parts
        from clashtag.bundle import load_bundle, shipped_bundle_path
        from clashtag.runtimes.choice import chosen_runtime
        from clashtag.threads import available_threads

        tag_with: TagParts = tag_parts
        usable = available_threads()
        if engine is Engine.RAY:
            from clashtag.bulk.ray_engine import cluster_cpus, tag_on_ray

            tag_with, usable = tag_on_ray, cluster_cpus()
        require_few("--threads", threads, usable)
        require_few("--processes", processes, usable)
        processes = processes or threads or usable
        carried = None if keep is None else listed_names(keep)
        columns = Columns(text_column, id_column, published_column, carried)
        known = load_bundle(model or shipped_bundle_path()).labels.ontology.types if types else ()
        selection = Selection(known_types(types, known), min_score)
        job_threads = max(1, (threads or usable) // processes)
        left_out: Counter[str] = Counter()
        with stop_request() as request, _shown_progress(messages, output, request) as show:
            finished = run_archive(
                Archive(tuple(inputs), input_format, columns, part_articles),
                Job(
                    output,
                    output_format,
                    selection,
                    model,
                    job_threads,
                    runtime=chosen_runtime(None),
                    with_incidents=incidents,
                    aliases=aliases,
                ),
                processes=processes,
                max_errors=max_errors,
                tag_with=tag_with,
                show=show,
                left_out=lambda path: left_out.update([Path(path).suffix or "no suffix"]),
                is_stopping=request.is_made,
            )
    for suffix, count in left_out.items():
        left = f"left out {counted(count, 'file')} in folders ({suffix})"
        words = f"{left}; --input-format would read them"
        messages.print(words, markup=False)
    _summarize(messages, finished)
    if finished.counts.failed:
        raise typer.Exit(1)


@contextmanager
def _shown_progress(
    messages: Console, output: Path, request: StopRequest
) -> Iterator[Callable[[RunProgress], None]]:
    """Yield what shows progress: a bar on a terminal, elsewhere a line now and then.

    Raises:
        typer.Exit: with the code of the signal that stopped the run.
    """
    latest: list[RunProgress] = []
    bar = Progress(
        TextColumn("tagging"),
        BarColumn(),
        TextColumn("{task.fields[words]}"),
        console=messages,
        transient=True,
        disable=not messages.is_terminal,
    )
    task = bar.add_task("", total=None, words="")
    line_at = time.monotonic() + _SECONDS_BETWEEN_LINES
    is_stop_announced = False

    def show(progress: RunProgress) -> None:
        nonlocal line_at, is_stop_announced
        latest[:] = [progress]
        if request.is_made() and not is_stop_announced:
            messages.print("finishing the parts in work; Ctrl-C again stops at once")
            is_stop_announced = True
        if messages.is_terminal:
            words = str(progress)
            bar.update(task, completed=progress.done, total=progress.total, words=words)
        elif time.monotonic() > line_at:
            messages.print(f"tagged {progress}")
            line_at = time.monotonic() + _SECONDS_BETWEEN_LINES

    try:
        with bar:
            yield show
    except (OSError, KeyboardInterrupt) as error:
        if latest:
            words = (
                f"stopped after {latest[0].done:,} articles; what is finished is kept in {output}"
            )
            messages.print(f"{words}, and the same command goes on from there", markup=False)
        if isinstance(error, KeyboardInterrupt):
            raise typer.Exit(request.exit_code) from error
        raise


def _summarize(messages: Console, finished: FinishedRun) -> None:
    counts = finished.counts
    incidents = f", {counted(counts.incidents, 'incident')}" if counts.incidents else ""
    messages.print(
        f"{counted(counts.documents, 'article')} in {finished.folder}:"
        f" {counted(counts.events, 'event')}, {counted(counts.arguments, 'argument')}{incidents}",
        markup=False,
    )
    if counts.repeated:
        file = finished.folder / "duplicates.jsonl"
        have = "article has" if counts.repeated == 1 else "articles have"
        words = f"{counts.repeated:,} {have} the id of an earlier one: {file}"
        messages.print(words, markup=False)
    if counts.failed:
        file = finished.folder / "errors.jsonl"
        with file.open(encoding="utf-8") as lines:
            first = json.loads(next(lines))
        print_error(messages, f"{first['problem']}\n  -> {first['next_step']}")
        words = f"{counted(counts.failed, 'input')} failed: {file}"
        messages.print(words, style="bold red", markup=False)
