"""`clashtag tag`: articles in, records or pictures out, one at a time."""

from __future__ import annotations

import dataclasses
import io
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer
from rich.console import Console

from clashtag.cli.feedback import Failures, progress_bar, stderr_console
from clashtag.cli.output import open_output
from clashtag.cli.render import SVG_WIDTH, render_record, save_svg
from clashtag.records import Record
from clashtag.text_files import InputFormat, count_articles, read_articles, record_to_line

if TYPE_CHECKING:
    from clashtag.tagger import Tagger

_FILE_WIDTH = 100


class OutputFormat(StrEnum):
    """How results are written: for a reader, for a program, or as standard output suggests."""

    AUTO = "auto"
    PRETTY = "pretty"
    JSONL = "jsonl"


@dataclasses.dataclass(frozen=True, slots=True)
class Selection:
    """Which events and arguments to keep; an empty set of types keeps every type."""

    types: frozenset[str] = frozenset()
    min_score: float = 0.0

    def apply(self, record: Record) -> Record:
        """Return the record with only the events and arguments that are kept."""
        events = tuple(
            dataclasses.replace(
                event, arguments=tuple(a for a in event.arguments if self._reaches(a.score))
            )
            for event in record.events
            if self._reaches(event.score) and (not self.types or event.type in self.types)
        )
        return dataclasses.replace(record, events=events)

    def _reaches(self, score: float | None) -> bool:
        return score is None or score >= self.min_score


def tag(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE",
            help="Text files, one article each, or JSON Lines (.jsonl); - is standard input.",
            show_default=False,
        ),
    ],
    *,
    output_format: Annotated[
        OutputFormat,
        typer.Option("--format", "-f", help="pretty for readers, jsonl for programs."),
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
    types: Annotated[
        str | None, typer.Option(metavar="A,B", help="Keep only events of these types.")
    ] = None,
    min_score: Annotated[
        float,
        typer.Option(min=0.0, max=1.0, help="Drop events and arguments scored below this."),
    ] = 0.0,
    model: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="A model bundle to use instead of the shipped one."),
    ] = None,
    threads: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="CPU threads; by default all it may really use."),
    ] = None,
) -> None:
    """Tag the conflict events in articles.

    Each article comes out as one record, with its id and in its place. A text file is one article
    whose id is its path; a JSON Lines record keeps its id and its other fields. Inputs that cannot
    be read are named on standard error while the others are tagged.
    """
    if svg and (output or output_format is OutputFormat.JSONL):
        problem = "draws a picture; leave out --output and --format jsonl"
        raise typer.BadParameter(problem, param_hint="--svg")
    _keep_inputs(files, output, "--output")
    _keep_inputs(files, svg, "--svg")
    from clashtag.tagger import Tagger

    tagger = Tagger.from_pretrained(model, threads=threads)
    selection = Selection(_known_types(types, tagger), min_score)
    messages = stderr_console()
    failures = Failures(messages)
    articles = read_articles(files, failures.report, input_format)
    if svg:
        title = f"clashtag tag {' '.join(Path(file).name for file in files)}"
        tagged_count = _draw(_tag_each(tagger, articles), selection, svg, title)
    else:
        is_shown = output is None and sys.stdout.isatty()
        is_pretty = (
            is_shown if output_format is OutputFormat.AUTO else output_format is OutputFormat.PRETTY
        )
        with open_output(output) if output else nullcontext(sys.stdout.buffer) as stream:
            if is_pretty:
                console = Console() if output is None else _file_console(stream)
                tagged_count = _show(_tag_each(tagger, articles), selection, console)
            elif is_shown or not messages.is_terminal:
                tagged_count = _write(tagger.tag_many(articles), selection, stream)
            else:
                with progress_bar(messages, count_articles(files, input_format)) as advance:
                    tagged_count = _write(tagger.tag_many(articles), selection, stream, advance)
    if failures.count:
        failures.summarize(tagged_count)
        raise typer.Exit(1)


def _known_types(types: str | None, tagger: Tagger) -> frozenset[str]:
    names = frozenset(name.strip() for name in (types or "").split(",")) - {""}
    known = tagger.ontology.types
    unknown = sorted(names.difference(known))
    if unknown:
        problem = f"the model has no type {', '.join(unknown)}; it knows {', '.join(known)}"
        raise typer.BadParameter(problem, param_hint="--types")
    return names


def _tag_each(tagger: Tagger, articles: Iterable[Record]) -> Iterator[tuple[Record, float]]:
    """Tag articles one by one, for readers: each with the milliseconds that it took."""
    for article in articles:
        begin = time.perf_counter()
        (record,) = tagger.tag_many([article])
        yield record, (time.perf_counter() - begin) * 1000


def _write(
    records: Iterable[Record],
    selection: Selection,
    stream: BinaryIO,
    advance: Callable[[], None] = lambda: None,
) -> int:
    count = 0
    for record in records:
        stream.write(record_to_line(selection.apply(record)))
        stream.flush()
        advance()
        count += 1
    return count


def _show(timed: Iterable[tuple[Record, float]], selection: Selection, console: Console) -> int:
    count = 0
    for record, milliseconds in timed:
        console.print(render_record(selection.apply(record), console.width, milliseconds))
        count += 1
    return count


def _keep_inputs(files: list[str], output: Path | None, option: str) -> None:
    """Refuse to write over an article that is to be read."""
    if output is None or not output.is_file():
        return
    for file in files:
        if Path(file).exists() and output.samefile(file):
            problem = f"{str(output)!r} is also an input; choose another file"
            raise typer.BadParameter(problem, param_hint=option)


def _draw(
    timed: Iterable[tuple[Record, float]], selection: Selection, path: Path, title: str
) -> int:
    pictures = [
        render_record(selection.apply(record), SVG_WIDTH, milliseconds)
        for record, milliseconds in timed
    ]
    with open_output(path) as stream:
        save_svg(pictures, stream, title)
    return len(pictures)


def _file_console(stream: BinaryIO) -> Console:
    text = io.TextIOWrapper(stream, encoding="utf-8", write_through=True)
    return Console(file=text, width=_FILE_WIDTH)
