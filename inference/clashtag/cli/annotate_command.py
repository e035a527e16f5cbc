"""`clashtag annotate`: articles, tagged by the model, for an annotator to correct."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from clashtag.cli.extras import requires_extra
from clashtag.cli.feedback import Failures, progress_bar, stderr_console
from clashtag.cli.options import ArticleFiles, InputFormatOption, ModelOption, ThreadsOption
from clashtag.text_files import InputFormat, count_articles, read_articles


class Order(StrEnum):
    """Which articles come first: those that the model is least sure of, or as they were given."""

    UNCERTAIN = "uncertain"
    INPUT = "input"


def annotate(
    files: ArticleFiles,
    *,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", help="The file or new folder to write.", show_default=False),
    ],
    output_format: Annotated[
        str | None, typer.Option("--to", help="OUTPUT's format, where its name does not tell.")
    ] = None,
    order: Annotated[
        Order, typer.Option(help="Least sure articles first, or as they were given.")
    ] = Order.UNCERTAIN,
    limit: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Write only the first N articles of this order."),
    ] = None,
    model: ModelOption = None,
    ontology: Annotated[
        Path | None,
        typer.Option(help="Set the tool up for this ontology (YAML), not for the model's."),
    ] = None,
    scores: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write each article's uncertainty here (TSV)."),
    ] = None,
    input_format: InputFormatOption = InputFormat.AUTO,
    threads: ThreadsOption = None,
) -> None:
    """Tag articles for annotators to correct, most uncertain first (extra: convert).

    Formats are those of `clashtag convert`. Scores go where a format can hold them: records,
    label-studio and spacy; the others get events without scores.

    How unsure the model is of an article is the entropy of all of its choices per word.
    """
    messages = stderr_console()
    failures = Failures(messages)
    with requires_extra("convert", "annotate"):
        from clashtag_training.commands.annotate import annotate as run

        total = count_articles(files, input_format) if messages.is_terminal else None
        with progress_bar(messages, total) as advance:
            written = run(
                read_articles(files, failures.report, input_format),
                output,
                output_format=output_format,
                model=model,
                by_uncertainty=order is Order.UNCERTAIN,
                limit=limit,
                ontology=ontology,
                scores=scores,
                threads=threads,
                advance=advance,
            )
    typer.echo(f"{len(written):,} {'article' if len(written) == 1 else 'articles'} in {output}")
    if failures.count:
        failures.summarize(len(written))
        raise typer.Exit(1)
