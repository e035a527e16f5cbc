"""`clashtag benchmark`: published data and scorers, from training to a report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clashtag.cli.extras import requires_extra
from clashtag.cli.usage_errors import WrongOptionError


def benchmark(
    name: Annotated[
        str,
        typer.Argument(
            help="A benchmark of configs/benchmarks (muc4, wikievents, ...), or a file's path.",
            show_default=False,
        ),
    ],
    *,
    corpora: Annotated[
        Path | None,
        typer.Option(help="The corpora folder; by default the one CLASHTAG_CORPORA names."),
    ] = None,
    seeds: Annotated[
        str | None, typer.Option(metavar="1,2,3", help="Seeds to use instead of the benchmark's.")
    ] = None,
    encoder: Annotated[
        str | None,
        typer.Option(help="A hub id or a folder, instead of the benchmark's encoder."),
    ] = None,
    others: Annotated[
        Path | None,
        typer.Option(help="Predictions of other systems to compare with: SPLIT/SYSTEM.jsonl."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Keep everything here, not in runs, results and docs/benchmarks.",
        ),
    ] = None,
    samples: Annotated[
        int, typer.Option(min=1, help="Bootstrap draws behind each interval.")
    ] = 1000,
    max_steps: Annotated[
        int | None, typer.Option(min=1, help="Cut each training short, for a trial.")
    ] = None,
    report_only: Annotated[
        bool, typer.Option("--report-only", help="Write the report of a result that is there.")
    ] = False,
) -> None:
    """Train and score a benchmark, and report it beside published systems (extra: train).

    Every split that lies in the corpus's folder is scored. Seeds that are trained already are used
    again, and an interrupted training goes on.
    """
    chosen_seeds = _seeds(seeds)
    with requires_extra("evaluate" if report_only else "train", "benchmark"):
        from clashtag_training.commands.benchmark import benchmark as run

        files = run(
            name,
            corpora=corpora,
            seeds=chosen_seeds,
            encoder=encoder,
            others=others,
            output=output,
            samples=samples,
            max_steps=max_steps,
            report_only=report_only,
        )
    typer.echo(files.report)


def _seeds(text: str | None) -> tuple[int, ...]:
    if text is None:
        return ()
    try:
        seeds = tuple(int(part) for part in text.split(","))
    except ValueError:
        seeds = ()
    if not seeds or len(set(seeds)) < len(seeds) or min(seeds) < 0:
        problem = "is no list of different whole numbers"
        raise WrongOptionError(f"--seeds {text}", problem, "write it as 1,2,3")
    return seeds
