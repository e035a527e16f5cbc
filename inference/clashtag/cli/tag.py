"""`clashtag tag`: articles in, records, incidents or pictures out, one at a time."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from pathlib import Path
from typing import Annotated, BinaryIO, TextIO

import typer
from rich.console import Console

from clashtag.cli.analyser import Analyser
from clashtag.cli.article_stream import read_chunks
from clashtag.cli.feedback import Failures, progress_bar, stderr_console
from clashtag.cli.options import (
    AliasesOption,
    ArticleFiles,
    InputFormatOption,
    MinScoreOption,
    ModelOption,
    ThreadsOption,
    TypesOption,
    known_types,
    published_day,
)
from clashtag.cli.output import open_output
from clashtag.cli.output_formats import OutputFormat, result_writer
from clashtag.cli.render import SVG_WIDTH, save_svg
from clashtag.cli.tagged_articles import TaggedArticles
from clashtag.cli.usage_errors import WrongOptionError
from clashtag.errors import InputError
from clashtag.selection import Selection
from clashtag.text_files import InputFormat, count_articles

_FILE_WIDTH = 100
_DRAWN = (OutputFormat.AUTO, OutputFormat.PRETTY)
_WITHOUT_INCIDENTS = (OutputFormat.PRETTY, OutputFormat.JSONL)


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
    input_format: InputFormatOption = InputFormat.AUTO,
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
        str | None,
        typer.Option(
            metavar="YYYY-MM-DD",
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
    article whose id is its path; a JSON Lines record keeps its id and its other fields. Lines
    of a pipe are tagged as soon as it has no more ready. Inputs that cannot be read are named
    on standard error while the others are tagged.
    """
    _require_free_outputs(files, output_format, output, svg)
    is_shown = not output and not svg and _stdout().isatty()
    if output_format is OutputFormat.AUTO:
        output_format = OutputFormat.PRETTY if is_shown or svg else OutputFormat.JSONL
    day = published_day(published)
    messages = stderr_console()
    failures = Failures(messages)
    analyser = None
    if _wants_incidents(output_format, incidents, day, aliases):
        analyser = Analyser.with_aliases(day, aliases, failures.report)
    from clashtag.tagger import Tagger

    tagger = Tagger.from_pretrained(model, threads=threads)
    selection = Selection(known_types(types, tagger.ontology.types), min_score)
    chunks = read_chunks(files, failures.report, input_format)
    articles = TaggedArticles(chunks, tagger, selection, analyser, failures.report)
    if svg:
        _draw(articles, svg, f"clashtag tag {' '.join(Path(file).name for file in files)}")
    elif output_format is OutputFormat.PRETTY:
        _print(articles, output)
    elif is_shown:
        _write(articles, output_format, None, nullcontext(lambda: None))
    else:
        total = count_articles(files, input_format) if messages.is_terminal else None
        _write(articles, output_format, output, progress_bar(messages, total))
    if failures.count:
        failures.summarize(articles.count)
        raise typer.Exit(1)


def _require_free_outputs(
    files: list[str], output_format: OutputFormat, output: Path | None, svg: Path | None
) -> None:
    """Refuse two outputs at once, and to write over an article that is to be read."""
    if svg and (output or output_format not in _DRAWN):
        problem = "draws a picture, which --output and --format do not"
        raise WrongOptionError("--svg", problem, "leave out --output and --format")
    for option, goal in (("--output", output), ("--svg", svg)):
        if goal is None or not goal.is_file():
            continue
        if any(Path(file).exists() and goal.samefile(file) for file in files):
            raise WrongOptionError(f"{option} {goal}", "is also an input", "choose another file")


def _wants_incidents(
    output_format: OutputFormat, incidents: bool | None, day: date | None, aliases: Path | None
) -> bool:
    if incidents is False and output_format not in _WITHOUT_INCIDENTS:
        problem = f"--format {output_format.value} holds nothing but incidents"
        raise WrongOptionError("--no-incidents", problem, "take --format jsonl or pretty")
    is_wanted = output_format is not OutputFormat.JSONL if incidents is None else incidents
    if not is_wanted and (day or aliases):
        option = "--published" if day else "--aliases"
        raise WrongOptionError(option, "only incidents use it", "add --incidents")
    return is_wanted


def _draw(articles: TaggedArticles, svg: Path, title: str) -> None:
    pictures = list(articles.pictures(SVG_WIDTH))
    with open_output(svg) as stream:
        save_svg(pictures, stream, title)


def _print(articles: TaggedArticles, output: Path | None) -> None:
    with _opened(output) as stream:
        console = _file_console(stream) if output else Console()
        for picture in articles.pictures(console.width):
            console.print(picture)


def _write(
    articles: TaggedArticles,
    output_format: OutputFormat,
    output: Path | None,
    progress: AbstractContextManager[Callable[[], None]],
) -> None:
    with _opened(output) as stream, progress as advance:
        result_writer(output_format)(articles.results(advance), stream)


def _opened(output: Path | None) -> AbstractContextManager[BinaryIO]:
    return open_output(output) if output else nullcontext(_stdout().buffer)


def _stdout() -> TextIO:
    if sys.stdout is None:
        raise InputError("standard output is closed", "open it, or name a file with --output")
    return sys.stdout


def _file_console(stream: BinaryIO) -> Console:
    text = io.TextIOWrapper(stream, encoding="utf-8", write_through=True)
    return Console(file=text, width=_FILE_WIDTH)
