"""The `clashtag` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit with its code (see `clashtag --help`)."""
    try:
        from clashtag.cli.app import app

        app()
    except KeyboardInterrupt:  # Ctrl-C while the command is still being imported
        sys.exit(130)
