"""`clashtag data`: corpora checked before a training, and the base encoder that it starts from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from clashtag.cli.extras import requires_extra

data_app = typer.Typer(help="Look after annotated articles.", no_args_is_help=True)


@data_app.command()
def check(
    folder: Annotated[
        Path, typer.Argument(help="Folder with train.jsonl, dev.jsonl, ...", show_default=False)
    ],
    *,
    ontology: Annotated[
        Path | None, typer.Option(help="Check labels against this ontology file (YAML).")
    ] = None,
    tokenizer: Annotated[
        Path | None, typer.Option(help="A tokenizer.json; by default the shipped model's.")
    ] = None,
    max_tokens: Annotated[int, typer.Option(min=3, help="The length of the model's window.")] = 256,
    json_path: Annotated[
        Path | None, typer.Option("--json", help="Write the report here too, as JSON.")
    ] = None,
) -> None:
    """Check annotated records before training: format, labels, leaks and statistics.

    Exits with 1 if the data has errors (extra: evaluate).
    """
    with requires_extra("evaluate", "data check"):
        from clashtag_training.commands.data import check as run

        report = run(
            folder,
            Console(),
            ontology=ontology,
            tokenizer=tokenizer,
            max_tokens=max_tokens,
            json_path=json_path,
        )
    if report.has_errors:
        raise typer.Exit(1)


@data_app.command()
def encoder(
    name: Annotated[
        str, typer.Argument(help="A hub id.")
    ] = "sentence-transformers/all-MiniLM-L6-v2",
) -> None:
    """Fetch and verify a base encoder, and print the folder that holds it (extra: train)."""
    with requires_extra("train", "data encoder"):
        from clashtag_training.base_encoder import locate_encoder

        typer.echo(locate_encoder(name))
