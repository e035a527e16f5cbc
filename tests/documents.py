"""What stands in the documents: code blocks, commands, and the paths that they name."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import typer

from clashtag.cli.app import app

ROOT = Path(__file__).parents[1]


def blocks(text: str, language: str) -> list[str]:
    """Return the code blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def shell_lines(text: str) -> list[str]:
    """Return the lines of shell blocks, each with those that continue it."""
    joined = (block.replace("\\\n", " ") for block in blocks(text, "sh"))
    return [line for block in joined for line in block.splitlines() if line.strip()]


def clashtag_commands(text: str) -> list[list[str]]:
    """Return the words behind `clashtag` of every such command in shell blocks."""
    parts = [part for line in shell_lines(text) for part in line.split(" | ")]
    found = (re.match(r"\s*(?:[A-Z_]+=\S* )*clashtag (.*)", part) for part in parts)
    return [
        shlex.split(match[1].removesuffix("&").rstrip(), comments=True) for match in found if match
    ]


def require_valid(words: list[str]) -> None:
    """Read a command line as `clashtag` does, without running it."""
    command = typer.main.get_command(app)
    while isinstance(command, click.Group) or hasattr(command, "commands"):
        command, words = command.commands[words[0]], words[1:]
    context = command.make_context("clashtag", list(words))
    assert context.params


def anchors(text: str) -> set[str]:
    """Return what a link may name behind `#`: a slug for each heading, made as GitHub makes it."""
    seen: dict[str, int] = {}
    found = set()
    for heading in re.findall(r"^#{1,6} +(.+?) *#*$", prose(text), re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        number = seen[slug] = seen.get(slug, -1) + 1
        found.add(f"{slug}-{number}" if number else slug)
    return found


def prose(text: str) -> str:
    """Return a document without its code blocks."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
