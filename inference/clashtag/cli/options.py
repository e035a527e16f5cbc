"""Arguments and options that several subcommands share."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Annotated

import typer

ArticleFiles = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE",
        help="Text files, one article each, or JSON Lines (.jsonl); - is standard input.",
        show_default=False,
    ),
]
TypesOption = Annotated[
    str | None,
    typer.Option("--types", metavar="A,B", help="Keep only events of these types."),
]
MinScoreOption = Annotated[
    float,
    typer.Option(
        "--min-score", min=0.0, max=1.0, help="Drop events and arguments scored below this."
    ),
]
AliasesOption = Annotated[
    Path | None,
    typer.Option("--aliases", metavar="FILE", help="More names that actors go by (tab-separated)."),
]
ModelOption = Annotated[
    Path | None,
    typer.Option(
        "--model", metavar="PATH", help="A model bundle to use instead of the shipped one."
    ),
]
ThreadsOption = Annotated[
    int | None,
    typer.Option(
        "--threads", min=1, metavar="N", help="CPU threads; by default all it may really use."
    ),
]


def listed_names(names: str) -> tuple[str, ...]:
    """Return the names of an option's value, which commas divide."""
    return tuple(name.strip() for name in names.split(",") if name.strip())


def known_types(types: str | None, known: Collection[str]) -> frozenset[str]:
    """Return the types that `--types` names.

    Raises:
        typer.BadParameter: naming those that the model does not know.
    """
    names = frozenset(listed_names(types or ""))
    unknown = sorted(names.difference(known))
    if unknown:
        problem = f"the model has no type {', '.join(unknown)}; it knows {', '.join(known)}"
        raise typer.BadParameter(problem, param_hint="--types")
    return names
