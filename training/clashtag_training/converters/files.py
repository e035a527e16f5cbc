"""Reading and writing the files of other tools; what is written appears whole or not at all."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from clashtag.cli.output import open_output
from clashtag.errors import InputError


def read_text(path: Path) -> str:
    """Read a UTF-8 file with its line ends and a leading byte order mark as they are.

    Raises:
        InputError: if it cannot be read or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {path}: {error}", "give the path of a UTF-8 file") from error


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 file whose line ends are those of the text."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file that takes its name once it is complete."""
    with open_output(path) as file:
        file.write(content)


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder of files that takes its name once all of them are complete.

    Raises:
        InputError: if something other than an empty folder has this name.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} exists and is not an empty folder", "give a new folder's name")
    partial = folder.resolve().with_name(f".{folder.resolve().name}.{secrets.token_hex(4)}.partial")
    partial.mkdir()
    try:
        for name, content in files.items():
            (partial / name).write_bytes(content)
        partial.replace(folder.resolve())
    finally:
        shutil.rmtree(partial, ignore_errors=True)
