"""`clashtag convert`: annotated articles to and from the formats of annotation tools."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from clashtag.cli.extras import requires_extra


class Part(StrEnum):
    """What a conversion may leave out: scores, mentions, or all fields but id and text."""

    SCORES = "scores"
    MENTIONS = "mentions"
    FIELDS = "fields"


def convert(
    source: Annotated[
        Path,
        typer.Argument(metavar="INPUT", help="The file or folder to read.", show_default=False),
    ],
    output: Annotated[
        Path, typer.Argument(help="The file or new folder to write.", show_default=False)
    ],
    *,
    source_format: Annotated[
        str | None, typer.Option("--from", help="INPUT's format, where its name does not tell.")
    ] = None,
    output_format: Annotated[
        str | None, typer.Option("--to", help="OUTPUT's format, where its name does not tell.")
    ] = None,
    ontology: Annotated[
        Path | None,
        typer.Option(help="Set the tool up for this ontology (YAML), and check labels against it."),
    ] = None,
    drop: Annotated[
        list[Part] | None,
        typer.Option(help="Leave out what OUTPUT cannot hold; may be repeated."),
    ] = None,
) -> None:
    """Convert annotated articles to and from the formats of annotation tools (extra: convert).

    Formats: records, markup, brat, label-studio, doccano, conll, spacy, inception-xmi,
    inception-json, prodigy. What a format cannot hold is listed and refused, unless dropped.
    """
    with requires_extra("convert", "convert"):
        from clashtag_training.commands.convert import convert as run

        count = run(
            source,
            output,
            source_format=source_format,
            output_format=output_format,
            ontology=ontology,
            drop=[part.value for part in drop or ()],
        )
    typer.echo(f"{count:,} {'record' if count == 1 else 'records'} in {output}")
