"""Build the splits of our annotated articles: `python -m clashtag_training.commands.articles`.

An article's split follows from its id alone, so that adding articles moves none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from clashtag.errors import ClashtagError, InputError
from clashtag.ontology import Ontology
from clashtag.records import Record
from clashtag_training.commands.markup import check_markup, read_text
from clashtag_training.corpora.guideline_rules import Severity
from clashtag_training.corpora.markup import parse_markup
from clashtag_training.corpora.ontology_file import load_ontology
from clashtag_training.corpora.overlap import find_overlaps
from clashtag_training.corpora.record_files import SPLITS, write_records

KINDS = ("conflict", "near-miss")
MAX_SHARED_TEXT = 0.2

_TEST_PERCENT = 20
_DEV_PERCENT = 10


def split_of(article_id: str) -> str:
    """Return the split of an article: test for 20% of all ids, dev for 10%, else train."""
    digest = hashlib.sha256(article_id.encode()).digest()
    percentile = int.from_bytes(digest[:8]) / 2**64 * 100
    if percentile < _TEST_PERCENT:
        return "test"
    return "dev" if percentile < _TEST_PERCENT + _DEV_PERCENT else "train"


def build_articles(
    markup_dir: Path, output_dir: Path, ontology: Ontology
) -> dict[str, list[Record]]:
    """Write train.jsonl, dev.jsonl and test.jsonl from a folder of mark-up files.

    Args:
        markup_dir: every `*.txt` file in it is read, in the order of names.
        output_dir: created if it does not exist; its three files are replaced.
        ontology: the types and roles that the annotation may use.

    Returns:
        The records by split, as written.

    Raises:
        InputError: listing broken mark-up, broken annotation rules, repeated ids, bad headers,
            and articles that share a fifth of their 8-word sequences.
    """
    paths = sorted(markup_dir.glob("*.txt"))
    if not paths:
        raise InputError(f"{markup_dir} holds no *.txt files", "give the folder of mark-up files")
    checked = check_markup(paths, ontology)
    problems = [str(problem) for problem in checked if problem.severity is Severity.ERROR]
    _raise_problems(problems)
    records = [r for path in paths for r in parse_markup(read_text(path), str(path))]
    splits = {split: [r for r in records if split_of(str(r.id)) == split] for split in SPLITS}
    _raise_problems([*_header_problems(records), *_repetitions(splits)])
    output_dir.mkdir(parents=True, exist_ok=True)
    for split, of_split in splits.items():
        write_records(output_dir / f"{split}.jsonl", of_split)
    return splits


def _header_problems(records: Iterable[Record]) -> Iterator[str]:
    for record in records:
        kind, published = record.extra.get("kind"), record.extra.get("published", "")
        if kind not in KINDS:
            yield f"article {record.id!r}: kind {kind!r} is none of {', '.join(KINDS)}"
        try:
            date.fromisoformat(published)
        except ValueError:
            yield f"article {record.id!r}: published {published!r} is no date like 2025-03-14"


def _repetitions(splits: dict[str, list[Record]]) -> Iterator[str]:
    seen: set[str | None] = set()
    for record in (record for records in splits.values() for record in records):
        if record.id in seen:
            yield f"two articles have the id {record.id!r}"
        seen.add(record.id)
    for overlap in find_overlaps(splits, MAX_SHARED_TEXT):
        where = f"{overlap.first_id!r} ({overlap.first_split})"
        where += f" and {overlap.second_id!r} ({overlap.second_split})"
        yield f"{where}: {overlap.kind}, {overlap.share:.0%} of the shorter one"


def _raise_problems(problems: list[str]) -> None:
    if problems:
        raise InputError(
            f"the articles have {len(problems)} problem(s):\n  " + "\n  ".join(problems),
            "correct the mark-up files and run the command again",
        )


def main(
    markup_dir: Annotated[Path, typer.Argument(help="Folder of mark-up files.")],
    output_dir: Annotated[Path, typer.Argument(help="Folder for the splits.")],
    ontology: Annotated[Path, typer.Option(help="The ontology.")] = Path("configs/ontology.yaml"),
) -> None:
    """Write the splits of the annotated articles and print their sizes."""
    try:
        splits = build_articles(markup_dir, output_dir, load_ontology(ontology))
    except ClashtagError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    for split, records in splits.items():
        near_misses = sum(record.extra["kind"] == "near-miss" for record in records)
        events = [event for record in records for event in record.events]
        arguments = sum(len(event.arguments) for event in events)
        typer.echo(
            f"{split}: {len(records)} articles ({near_misses} near-miss), "
            f"{len(events)} events, {arguments} arguments"
        )


if __name__ == "__main__":
    typer.run(main)
