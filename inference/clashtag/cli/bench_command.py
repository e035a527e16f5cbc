"""`clashtag bench`: how fast articles are tagged on this machine, alone and against others."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from clashtag.bench.rivals import RIVALS
from clashtag.cli.feedback import stderr_console
from clashtag.cli.options import ModelOption, ThreadsOption, listed_names
from clashtag.cli.output import open_output
from clashtag.cli.usage_errors import WrongOptionError

if TYPE_CHECKING:
    from clashtag.bench.report import BenchReport

_FILE_WIDTH = 130


def bench(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE]...",
            help="Articles to measure on, as for clashtag tag; by default data/articles/*.jsonl.",
            show_default=False,
        ),
    ] = None,
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="A look in seconds; its figures are rough.")
    ] = False,
    model: ModelOption = None,
    threads: ThreadsOption = None,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="A,B",
            help=f"Rivals that take turns with the tagger, or all: {', '.join(RIVALS)}.",
        ),
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(help="The run's folder `final`, whose weights the rivals in torch take."),
    ] = None,
    fp32: Annotated[
        Path | None,
        typer.Option(help="The model's fp32 bundle, which the rival fp32 takes."),
    ] = None,
    soak: Annotated[
        int, typer.Option(min=0, metavar="N", help="Tag N articles in a row and watch the memory.")
    ] = 0,
    price_per_core_hour: Annotated[
        float, typer.Option(min=0.0, help="What a core costs in an hour, in dollars.")
    ] = 0.04,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write the report here, as JSON."),
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the report here, as SVG.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Measure speed on this machine: throughput, latency, start, memory, and rivals.

    Nothing else should run meanwhile. Without rivals it takes about two minutes. Rivals that
    cannot run here are listed with the reason (extras: bench; train for those in torch).
    """
    rivals = _known_rivals(against)
    _require_folder(checkpoint, "--checkpoint")
    _require_folder(fp32, "--fp32")
    from clashtag.bench.articles import read_whole_articles
    from clashtag.bench.plan import FULL, QUICK
    from clashtag.bench.plot import draw_report
    from clashtag.bench.report import to_json
    from clashtag.bench.run import BenchOptions, run_bench
    from clashtag.bench.soak import FEWEST_ARTICLES
    from clashtag.bundle import load_bundle, shipped_bundle_path
    from clashtag.threads import available_threads

    if 0 < soak < FEWEST_ARTICLES:
        problem = "so few articles show nothing"
        raise WrongOptionError(f"--soak {soak}", problem, f"give at least {FEWEST_ARTICLES}")
    articles = read_whole_articles(files or [])
    bundle = load_bundle(shipped_bundle_path() if model is None else model)
    options = BenchOptions(
        threads=threads or available_threads(),
        rivals=rivals,
        fp32=fp32,
        checkpoint=checkpoint,
        soak_articles=soak,
        price_per_core_hour=price_per_core_hour,
    )
    # Opened first: a path that cannot be written should not cost the time of a bench.
    with _optional_output(output) as json_stream, _optional_output(plot) as plot_stream:
        with stderr_console().status("measuring") as status:
            report = run_bench(
                bundle,
                articles,
                QUICK if quick else FULL,
                options,
                on_step=lambda step: status.update(f"measuring: {escape(step)}"),
            )
        if json_stream:
            json_stream.write(to_json(report).encode())
        if plot_stream:
            plot_stream.write(draw_report(report).encode())
    if as_json:
        typer.echo(to_json(report), nl=False)
    else:
        _show(report)


def _known_rivals(against: str | None) -> tuple[str, ...]:
    names = listed_names(against or "")
    if names == ("all",):
        return tuple(RIVALS)
    unknown = [name for name in names if name not in RIVALS]
    if unknown:
        problem = f"there is no rival {', '.join(unknown)}"
        raise WrongOptionError(
            f"--against {against}", problem, f"there are {', '.join(RIVALS)}, or all"
        )
    return tuple(dict.fromkeys(names))


def _require_folder(path: Path | None, option: str) -> None:
    if path is not None and not path.is_dir():
        raise WrongOptionError(f"{option} {path}", "is no folder", "check the path")


def _optional_output(path: Path | None) -> AbstractContextManager[BinaryIO | None]:
    return nullcontext() if path is None else open_output(path)


def _show(report: BenchReport) -> None:
    from clashtag.bench.tables import machine_line, process_line, report_tables, soak_line

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_FILE_WIDTH)
    console.print(Text(machine_line(report)), "", sep="\n")
    for table in report_tables(report):
        grid = Table(title=table.title, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
        for number, name in enumerate(table.header):
            grid.add_column(
                name,
                justify="right" if number >= table.numbers_from else "left",
                overflow="fold",
            )
        for row in table.rows:
            grid.add_row(*map(Text, row))
        console.print(grid)
        if table.note:
            console.print(Text(table.note, style="dim"), "", sep="\n")
    for line in filter(None, (process_line(report), soak_line(report))):
        console.print(Text(line), "", sep="\n")
