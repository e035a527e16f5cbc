"""Arguments and options that several subcommands share."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from clashtag.cli.usage_errors import WrongOptionError
from clashtag.text_files import InputFormat
from clashtag.threads import most_threads

ArticleFiles = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE",
        help="Text files, one article each, or JSON Lines (.jsonl); - is standard input.",
        show_default=False,
    ),
]
InputFormatOption = Annotated[
    InputFormat, typer.Option(help="Read every file this way, whatever its name.")
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


def _few_threads(threads: int | None) -> int | None:
    require_few("--threads", threads)
    return threads


ThreadsOption = Annotated[
    int | None,
    typer.Option(
        "--threads",
        min=1,
        metavar="N",
        callback=_few_threads,
        help="CPU threads; by default all it may really use.",
    ),
]


def require_few(option: str, count: int | None, cpus: int | None = None) -> None:
    """Refuse more threads or processes than a machine could bear.

    Raises:
        WrongOptionError: naming the limit, for so many CPUs or for those of this machine.
    """
    most = most_threads(cpus)
    if count is not None and count > most:
        problem = f"more than {most}, the most that is allowed on so many CPUs"
        raise WrongOptionError(f"{option} {count}", problem, "leave it out for one on each CPU")


def published_day(published: str | None) -> date | None:
    """Return the day that `--published` names.

    Raises:
        WrongOptionError: if there is no such day, or it is written in another way.
    """
    if published is None:
        return None
    try:
        return datetime.strptime(published, "%Y-%m-%d").date()
    except ValueError as error:
        is_written_well = re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", published)
        problem = "there is no such day" if is_written_well else "is no date"
        raise WrongOptionError(
            f"--published {published}", problem, "write a day as YYYY-MM-DD, such as 2026-02-28"
        ) from error


def listed_names(names: str) -> tuple[str, ...]:
    """Return the names of an option's value, which commas divide."""
    return tuple(name.strip() for name in names.split(",") if name.strip())


def known_types(types: str | None, known: Collection[str]) -> frozenset[str]:
    """Return the types that `--types` names.

    Raises:
        WrongOptionError: naming those that the model does not know.
    """
    names = frozenset(listed_names(types or ""))
    unknown = sorted(names.difference(known))
    if unknown:
        problem = f"the model has no type {', '.join(unknown)}"
        raise WrongOptionError(f"--types {types}", problem, f"it knows {', '.join(known)}")
    return names
