"""The command's parts put together, and the one place where failures become exit codes."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from collections.abc import Iterator
from importlib import metadata
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from clashtag.cli.annotate_command import annotate
from clashtag.cli.bench_command import bench
from clashtag.cli.benchmark_command import benchmark
from clashtag.cli.convert_command import convert
from clashtag.cli.data_commands import data_app
from clashtag.cli.debug import debug
from clashtag.cli.feedback import print_error, stderr_console
from clashtag.cli.fetch_commands import fetch_app
from clashtag.cli.run_command import run
from clashtag.cli.serve_command import serve
from clashtag.cli.tag import tag
from clashtag.cli.training_commands import evaluate, export, model_card, seeds, train
from clashtag.cli.usage_errors import UsageError, explain_usage, is_help
from clashtag.errors import ClashtagError

_EXIT_FAILED = 1
_EXIT_USAGE = 2
_EXIT_INTERRUPTED = 130
_EXIT_BROKEN_PIPE = 141
_SYSTEM_ADVICE = {
    errno.ENOSPC: "the disk is full: free some space, or write to another disk",
    errno.EDQUOT: "your share of the disk is full: free some space, or write to another disk",
    errno.EACCES: "change its mode, or write to another folder",
    errno.EROFS: "write to another folder",
    errno.ENOENT: "check the path; the folder of an output must exist",
    errno.EISDIR: "name a file in this folder",
}

_EPILOG = (
    "Exit codes: 0 all went well; 1 some inputs failed, or the model or an output did; "
    "2 the command line is wrong; 130 interrupted; 141 the reader of the output went away; "
    "143 ended by SIGTERM."
)


@contextlib.contextmanager
def explained_failures() -> Iterator[None]:
    """Turn failures that clashtag or the system explains into a message and an exit code.

    Raises:
        typer.Exit: with the code that `clashtag --help` lists.
    """
    try:
        yield
        if sys.stdout is not None:
            sys.stdout.flush()
    except ClashtagError as error:
        print_error(stderr_console(), str(error))
        raise typer.Exit(_EXIT_FAILED) from error
    except UsageError as error:
        if is_help(error):
            raise
        print_error(stderr_console(), explain_usage(error))
        raise typer.Exit(_EXIT_USAGE) from error
    except BrokenPipeError as error:
        _discard_output()
        raise typer.Exit(_EXIT_BROKEN_PIPE) from error
    except SystemExit as error:
        if isinstance(error.__context__, BrokenPipeError):  # the way out of every rich console
            raise typer.Exit(_EXIT_BROKEN_PIPE) from error
        raise
    except OSError as error:
        print_error(stderr_console(), f"{_system_problem(error)}\n  -> {_system_advice(error)}")
        _discard_output()
        raise typer.Exit(_EXIT_FAILED) from error
    except KeyboardInterrupt as error:
        _discard_output()
        raise typer.Exit(_EXIT_INTERRUPTED) from error


class ExplainingGroup(TyperGroup):
    """Explains failures while the command line is read and while a command runs."""

    def make_context(self, *args: Any, **settings: Any) -> Any:  # noqa: ANN401
        """Read the command line; `--help` and `--version` print here."""
        with explained_failures():
            return super().make_context(*args, **settings)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - the type of contexts moved in typer
        """Run the command."""
        with explained_failures():
            return super().invoke(ctx)


app = typer.Typer(
    cls=ExplainingGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_EPILOG,
)
app.command(epilog=_EPILOG)(tag)
app.command(epilog=_EPILOG)(run)
app.command()(serve)
app.command(rich_help_panel="Models")(train)
app.command(rich_help_panel="Models")(evaluate)
app.command(rich_help_panel="Models")(benchmark)
app.command(rich_help_panel="Models")(export)
app.command(rich_help_panel="Models")(model_card)
app.command(rich_help_panel="Models")(annotate)
app.command(rich_help_panel="Models")(convert)
app.command(hidden=True)(seeds)
data_app.add_typer(fetch_app, name="fetch")
app.add_typer(data_app, name="data", rich_help_panel="Models")
app.command(rich_help_panel="Help")(bench)
app.command(rich_help_panel="Help")(debug)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"clashtag {metadata.version('clashtag')}")
        raise typer.Exit


@app.callback()
def _clashtag(
    version: Annotated[  # noqa: ARG001 - handled by its callback
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Conflict events in news: who did what to whom, where, when and with what."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _system_problem(error: OSError) -> str:
    problem = error.strerror or str(error)
    return problem if error.filename is None else f"{error.filename}: {problem}"


def _system_advice(error: OSError) -> str:
    return _SYSTEM_ADVICE.get(error.errno or 0, "check the path and the disk, then run it again")


def _discard_output() -> None:
    """Point standard output nowhere, or Python would fail again when it flushes at exit."""
    if sys.stdout is None:
        return
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
