"""`clashtag tag`: articles in, records, incidents or pictures out, one at a time."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, TypeVar

import typer
from rich.console import Console, RenderableType

from clashtag.cli.analyser import Analyser
from clashtag.cli.feedback import Failures, progress_bar, stderr_console
from clashtag.cli.options import (
    AliasesOption,
    ArticleFiles,
    MinScoreOption,
    ModelOption,
    ThreadsOption,
    TypesOption,
    known_types,
)
from clashtag.cli.output import open_output
from clashtag.cli.output_formats import OutputFormat, incident_writer, write_records
from clashtag.cli.render import SVG_WIDTH, render_analysis, render_record, save_svg
from clashtag.records import Record
from clashtag.selection import Selection
from clashtag.text_files import InputFormat, count_articles, read_articles

if TYPE_CHECKING:
    from clashtag.tagger import Tagger

_FILE_WIDTH = 100


_DRAWN = (OutputFormat.AUTO, OutputFormat.PRETTY)
_WITHOUT_INCIDENTS = (OutputFormat.PRETTY, OutputFormat.JSONL)

_Item = TypeVar("_Item")


def tag(
    files: ArticleFiles,
    *,
    output_format: Annotated[
        OutputFormat,
        typer.Option(
            "--format",
            "-f",
            help="pretty and html for readers; jsonl, and incidents with all that is read out of"
            " the events, for programs; acled-csv and plover-jsonl for databases of incidents.",
        ),
    ] = OutputFormat.AUTO,
    input_format: Annotated[
        InputFormat, typer.Option(help="Read every file this way, whatever its name.")
    ] = InputFormat.AUTO,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write here, whole or not at all."),
    ] = None,
    svg: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the articles as an SVG picture instead."),
    ] = None,
    types: TypesOption = None,
    min_score: MinScoreOption = 0.0,
    incidents: Annotated[
        bool | None,
        typer.Option(
            "--incidents/--no-incidents",
            help="Group events into incidents with dates, tolls and codes; by default wherever"
            " the format is not jsonl.",
        ),
    ] = None,
    published: Annotated[
        datetime | None,
        typer.Option(
            metavar="YYYY-MM-DD",
            formats=["%Y-%m-%d"],
            help="When the articles were published, to date 'Monday'; by default the field"
            " published of each record.",
        ),
    ] = None,
    aliases: AliasesOption = None,
    model: ModelOption = None,
    threads: ThreadsOption = None,
) -> None:
    """Tag the conflict events in articles.

    Each article comes out in its place: as one record, or as its incidents. A text file is one
    article whose id is its path; a JSON Lines record keeps its id and its other fields. Inputs that
    cannot be read are named on standard error while the others are tagged.
    """
    if svg and (output or output_format not in _DRAWN):
        problem = "draws a picture; leave out --output and --format"
        raise typer.BadParameter(problem, param_hint="--svg")
    _keep_inputs(files, output, "--output")
    _keep_inputs(files, svg, "--svg")
    is_shown = not output and not svg and sys.stdout.isatty()
    if output_format is OutputFormat.AUTO:
        output_format = OutputFormat.PRETTY if is_shown or svg else OutputFormat.JSONL
    messages = stderr_console()
    failures = Failures(messages)
    analyser = None
    if _wants_incidents(output_format, incidents):
        day = published.date() if published else None
        analyser = Analyser.with_aliases(day, aliases, failures.report)
    elif published or aliases:
        hint = "--published" if published else "--aliases"
        raise typer.BadParameter("only incidents use it; add --incidents", param_hint=hint)
    from clashtag.tagger import Tagger

    tagger = Tagger.from_pretrained(model, threads=threads)
    selection = Selection(known_types(types, tagger.ontology.types), min_score)
    articles = read_articles(files, failures.report, input_format)
    tally = _Tally()
    if svg:
        timed = _tag_each(tagger, articles, selection)
        pictures = list(tally.over(_pictures(timed, analyser, SVG_WIDTH)))
        with open_output(svg) as stream:
            save_svg(pictures, stream, f"clashtag tag {' '.join(Path(f).name for f in files)}")
    elif output_format is OutputFormat.PRETTY:
        timed = _tag_each(tagger, articles, selection)
        with _opened(output) as stream:
            console = _file_console(stream) if output else Console()
            for picture in tally.over(_pictures(timed, analyser, console.width)):
                console.print(picture)
    else:
        total = count_articles(files, input_format) if messages.is_terminal else None
        bar = nullcontext(tally.advance) if is_shown else progress_bar(messages, total)
        with _opened(output) as stream, bar as tally.advance:
            records = map(selection.apply, tagger.tag_many(articles))
            if analyser is None:
                write_records(tally.over(records), stream)
            else:
                write = incident_writer(output_format)
                write(tally.over(analyser.analyses(records)), stream)
    if failures.count:
        failures.summarize(tally.count)
        raise typer.Exit(1)


class _Tally:
    """Counts what comes out, and calls `advance` after each of it."""

    def __init__(self) -> None:
        self.count = 0
        self.advance: Callable[[], None] = lambda: None

    def over(self, items: Iterable[_Item]) -> Iterator[_Item]:
        """Yield items; one counts when the next is asked for."""
        for item in items:
            yield item
            self.count += 1
            self.advance()


def _wants_incidents(output_format: OutputFormat, incidents: bool | None) -> bool:
    if incidents is False and output_format not in _WITHOUT_INCIDENTS:
        problem = f"--format {output_format.value} holds nothing but incidents"
        raise typer.BadParameter(problem, param_hint="--no-incidents")
    return output_format is not OutputFormat.JSONL if incidents is None else incidents


def _tag_each(
    tagger: Tagger, articles: Iterable[Record], selection: Selection
) -> Iterator[tuple[Record, float]]:
    """Tag articles one by one, for readers: each with the milliseconds that it took."""
    for article in articles:
        begin = time.perf_counter()
        (record,) = tagger.tag_many([article])
        yield selection.apply(record), (time.perf_counter() - begin) * 1000


def _pictures(
    timed: Iterable[tuple[Record, float]], analyser: Analyser | None, width: int
) -> Iterator[RenderableType]:
    for record, milliseconds in timed:
        if analyser is None:
            yield render_record(record, width, milliseconds)
        else:
            for analysis in analyser.analyses([record]):
                yield render_analysis(analysis, width, milliseconds)


def _keep_inputs(files: list[str], output: Path | None, option: str) -> None:
    """Refuse to write over an article that is to be read."""
    if output is None or not output.is_file():
        return
    for file in files:
        if Path(file).exists() and output.samefile(file):
            problem = f"{str(output)!r} is also an input; choose another file"
            raise typer.BadParameter(problem, param_hint=option)


def _opened(output: Path | None) -> AbstractContextManager[BinaryIO]:
    return open_output(output) if output else nullcontext(sys.stdout.buffer)


def _file_console(stream: BinaryIO) -> Console:
    text = io.TextIOWrapper(stream, encoding="utf-8", write_through=True)
    return Console(file=text, width=_FILE_WIDTH)
