"""Commands that rebuild corpora from labels kept without text, and texts that others publish."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clashtag.cli.extras import requires_extra
from clashtag.cli.feedback import stderr_console

fetch_app = typer.Typer(
    help="Rebuild corpora whose labels are in data/standoff from texts that others publish.",
    no_args_is_help=True,
)

_FetchOutput = Annotated[
    Path, typer.Argument(help="Folder for train.jsonl, dev.jsonl, ...", show_default=False)
]
_UserAgent = Annotated[
    str | None,
    typer.Option(help="Who asks, with an address to reach you, as publishers wish to know."),
]


@fetch_app.command("current-events")
def fetch_current_events(
    output: _FetchOutput,
    *,
    labels: Annotated[Path, typer.Option(help="Folder of the labels.")] = Path(
        "data/standoff/current-events"
    ),
    source: Annotated[
        Path | None,
        typer.Option("--from", help="Folder of pages or records to use instead of the network."),
    ] = None,
    user_agent: _UserAgent = None,
    api: Annotated[str | None, typer.Option(help="api.php of another wiki.")] = None,
    pause: Annotated[float, typer.Option(min=0.0, help="Seconds before each request.")] = 1.0,
    history: Annotated[
        bool, typer.Option(help="Look for items that pages no longer have in older revisions.")
    ] = True,
) -> None:
    """Rebuild `current-events` from Wikipedia's Portal:Current events (extra: fetch).

    Pages are kept in OUTPUT/pages; a second call asks only for those that are not there.
    """
    with requires_extra("fetch", "data fetch current-events"):
        from clashtag_training.commands.fetch import default_user_agent
        from clashtag_training.commands.fetch import fetch_current_events as run
        from clashtag_training.fetching.http_client import HttpClient
        from clashtag_training.fetching.mediawiki import WIKIPEDIA_API

        result = run(
            output,
            labels=labels,
            source=source,
            api_url=api or WIKIPEDIA_API,
            client=HttpClient(user_agent=user_agent or default_user_agent(), pause_s=pause),
            reads_past=history,
            say=stderr_console().print,
        )
    typer.echo(result.summary())


@fetch_app.command("voa-articles")
def fetch_voa_articles(
    output: _FetchOutput,
    *,
    labels: Annotated[Path, typer.Option(help="Folder of the labels.")] = Path(
        "data/standoff/voa-articles"
    ),
    source: Annotated[
        Path | None,
        typer.Option("--from", help="Unpacked archive to use instead of the network."),
    ] = None,
    user_agent: _UserAgent = None,
    url: Annotated[str | None, typer.Option(help="Another address of the archive.")] = None,
) -> None:
    """Rebuild `voa-articles` from the archive of M2E2 (extra: fetch).

    Its sentences are kept in OUTPUT/m2e2; a second call does not ask for them again.
    """
    with requires_extra("fetch", "data fetch voa-articles"):
        from clashtag_training.commands.fetch import default_user_agent
        from clashtag_training.commands.fetch import fetch_voa_articles as run
        from clashtag_training.fetching.http_client import HttpClient
        from clashtag_training.fetching.voa_articles import ARCHIVE_URL

        result = run(
            output,
            labels=labels,
            source=source,
            url=url or ARCHIVE_URL,
            client=HttpClient(user_agent=user_agent or default_user_agent()),
            say=stderr_console().print,
        )
    typer.echo(result.summary())
