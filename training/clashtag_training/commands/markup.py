"""Check and compare annotated articles: `python -m clashtag_training.commands.markup --help`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from clashtag.errors import ClashtagError, InputError
from clashtag.ontology import Ontology
from clashtag.records import Record
from clashtag_training.corpora.agreement import agreement
from clashtag_training.corpora.guideline_rules import Severity, guideline_problems
from clashtag_training.corpora.markup import (
    MarkedArticle,
    parse_markup,
    parse_plain,
    scan_markup,
)
from clashtag_training.corpora.ontology_file import load_ontology

_SHOWN_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class CheckProblem:
    """A problem of a mark-up file, in a line counted from 1."""

    path: Path
    line: int
    severity: Severity
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.severity}: {self.message}"


def check_markup(
    paths: Iterable[Path], ontology: Ontology, raw: Path | None = None
) -> list[CheckProblem]:
    """Return what is wrong in mark-up files: syntax, annotation rules and changed text.

    Args:
        paths: the mark-up files.
        ontology: the types and roles that the annotation may use.
        raw: the articles before annotation, which the text with its mark-up removed must
            equal: one file, or a folder that holds each file under the same name.

    Raises:
        InputError: if a file cannot be read.
    """
    return [problem for path in paths for problem in _file_problems(path, ontology, raw)]


def _file_problems(path: Path, ontology: Ontology, raw: Path | None) -> list[CheckProblem]:
    articles, syntax = scan_markup(read_text(path))
    problems = [CheckProblem(path, p.line, Severity.ERROR, p.reason) for p in syntax]
    for article in articles:
        for problem in guideline_problems(article.record, ontology):
            line = _line_of(article, problem.start)
            message = f"{problem.message} [{problem.rule}]"
            problems.append(CheckProblem(path, line, problem.severity, message))
    if raw is not None:
        raw_path = raw / path.name if raw.is_dir() else raw
        raw_records = parse_plain(read_text(raw_path), str(raw_path))
        problems += [
            CheckProblem(path, line, Severity.ERROR, message)
            for line, message in _differences(articles, raw_records)
        ]
    return sorted(problems, key=lambda problem: problem.line)


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file with its line ends kept and a byte order mark left out.

    Raises:
        InputError: if the file cannot be read or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {path}: {error}", "give a UTF-8 text file") from error


def _differences(
    articles: list[MarkedArticle], raw_records: list[Record]
) -> Iterator[tuple[int, str]]:
    """Yield lines and messages where annotated articles are not the raw ones."""
    raw_by_id = {record.id: record for record in raw_records}
    for missing in raw_by_id.keys() - {article.record.id for article in articles}:
        yield 1, f"article {missing!r} of the raw file is missing"
    for article in articles:
        record = article.record
        raw = raw_by_id.get(record.id)
        if raw is None:
            yield article.text_line, f"article {record.id!r} is not in the raw file"
            continue
        if record.extra != raw.extra:
            yield article.text_line, f"article {record.id!r}: the header differs from the raw file"
        if record.text != raw.text:
            at = _first_difference(record.text, raw.text)
            shown = slice(max(at - _SHOWN_CHARACTERS // 2, 0), at + _SHOWN_CHARACTERS // 2)
            found, expected = record.text[shown], raw.text[shown]
            yield _line_of(article, at), f"the text was changed: {found!r} was {expected!r}"


def _line_of(article: MarkedArticle, start: int) -> int:
    return article.text_line + article.record.text.count("\n", 0, start)


def _first_difference(text: str, raw: str) -> int:
    return next(
        (i for i, (a, b) in enumerate(zip(text, raw, strict=False)) if a != b),
        min(len(text), len(raw)),
    )


app = typer.Typer(add_completion=False, no_args_is_help=True, help="Annotated articles.")


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Mark-up files.")],
    raw: Annotated[Path | None, typer.Option(help="The articles before annotation.")] = None,
    ontology: Annotated[Path, typer.Option(help="The ontology.")] = Path("configs/ontology.yaml"),
) -> None:
    """Print every problem of mark-up files; exit with 1 if one of them is an error."""
    try:
        problems = check_markup(files, load_ontology(ontology), raw)
    except ClashtagError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    for problem in problems:
        typer.echo(str(problem))
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    typer.echo(f"{errors} errors, {len(problems) - errors} warnings in {len(files)} files")
    raise typer.Exit(1 if errors else 0)


@app.command()
def compare(
    first: Annotated[Path, typer.Argument(help="Mark-up by one annotator.")],
    second: Annotated[Path, typer.Argument(help="Mark-up of the same articles by another.")],
) -> None:
    """Print the agreement of two annotators (F1, exact spans) and each disagreement."""
    try:
        found = agreement(
            parse_markup(read_text(first), str(first)),
            parse_markup(read_text(second), str(second)),
        )
    except ClashtagError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    articles = {marked.record.id: marked for marked in scan_markup(read_text(first))[0]}
    for disagreement in found.disagreements:
        line = _line_of(articles[disagreement.record_id], disagreement.start)
        ours, theirs = disagreement.first or "nothing", disagreement.second or "nothing"
        typer.echo(f"{first}:{line}: {ours} | {theirs}")
    exact = found.scores.exact
    typer.echo(
        f"agreement: triggers {exact['trigger_cls'].f1:.3f}, "
        f"arguments {exact['arg_cls_plus'].f1:.3f}, "
        f"status {found.scores.status['status'].f1:.3f}"
    )


if __name__ == "__main__":
    app()
