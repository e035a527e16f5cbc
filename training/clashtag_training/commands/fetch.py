"""The commands `clashtag data fetch ...`: annotated corpora whose texts belong to others."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from clashtag.errors import InputError
from clashtag_training.corpora.record_files import SPLITS, write_records
from clashtag_training.corpora.standoff import Standoff, join_standoff, read_standoff
from clashtag_training.fetching.current_events import DayPages
from clashtag_training.fetching.files import write_whole
from clashtag_training.fetching.http_client import HttpClient
from clashtag_training.fetching.mediawiki import WIKIPEDIA_API, MediaWiki
from clashtag_training.fetching.voa_articles import (
    ARCHIVE_URL,
    fetch_sentences,
    find_texts,
    read_sentences,
)

MISSING_FILE = "missing.tsv"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class FetchResult:
    """How many annotated records of each split found their text, of how many."""

    found: Mapping[str, int]
    annotated: Mapping[str, int]
    missing_file: Path | None

    def summary(self) -> str:
        """Return the counts and the list of what is missing, in words."""
        parts = [f"{split} {n:,} of {self.annotated[split]:,}" for split, n in self.found.items()]
        listed = "" if self.missing_file is None else f"; the others are in {self.missing_file}"
        return "texts found: " + ", ".join(parts) + listed


def default_user_agent() -> str:
    """Return the name under which texts are asked for, without a contact."""
    return f"clashtag/{version('clashtag')} (rebuilds an annotated corpus)"


def fetch_current_events(
    output: Path,
    *,
    labels: Path,
    source: Path | None = None,
    api_url: str = WIKIPEDIA_API,
    client: HttpClient | None = None,
    reads_past: bool = True,
    say: Say = lambda _: None,
) -> FetchResult:
    """Rebuild `current-events` from Wikipedia's day pages and write its splits.

    Args:
        output: the folder for train.jsonl, dev.jsonl, the list of what was not found and, in
            `pages`, the pages: a later call asks only for those that are not there.
        labels: the folder of the standoff files.
        source: a folder of pages or records to take instead of the network.
        api_url: the api.php of the wiki.
        client: sends the requests.
        reads_past: whether items that a page no longer has are looked for in its history.
        say: is told how far the work is.

    Raises:
        InputError: if labels or texts cannot be had at all.
        RecordError: listing every bad line of the labels.
    """
    splits = _read_labels(labels)
    pages = DayPages(source or output / "pages", None, reads_past)
    if source is None:
        pages.folder.mkdir(parents=True, exist_ok=True)
        wiki = MediaWiki(client or HttpClient(user_agent=default_user_agent()), api_url)
        pages = DayPages(pages.folder, wiki, reads_past)
    wanted: dict[dt.date, set[str]] = defaultdict(set)
    for record in (record for standoff in splits.values() for record in standoff):
        wanted[_day(record)].add(record["sha256"])
    return _write(output, splits, pages.find_texts(wanted, say))


def fetch_voa_articles(
    output: Path,
    *,
    labels: Path,
    source: Path | None = None,
    url: str = ARCHIVE_URL,
    client: HttpClient | None = None,
    say: Say = lambda _: None,
) -> FetchResult:
    """Rebuild `voa-articles` from M2E2's archive and write its splits.

    Args:
        output: the folder for train.jsonl, dev.jsonl, the list of what was not found and, in
            `m2e2`, the sentences of the archive.
        labels: the folder of the standoff files.
        source: a folder with text_only_event.json, or with M2E2 as records, to take instead.
        url: the address of the archive.
        client: sends the request.
        say: is told how far the work is.

    Raises:
        InputError: if labels or texts cannot be had at all.
        RecordError: listing every bad line of the labels, or of the sentences.
    """
    splits = _read_labels(labels)
    folder = source or output / "m2e2"
    if source is None:
        folder.mkdir(parents=True, exist_ok=True)
        fetch_sentences(client or HttpClient(user_agent=default_user_agent()), folder, url)
    sentences = read_sentences(folder)
    say(f"{len(sentences):,} sentences read; putting the articles together takes a minute or two")
    standoff = [record for records in splits.values() for record in records]
    return _write(output, splits, find_texts(standoff, sentences))


def _read_labels(folder: Path) -> Mapping[str, Sequence[Standoff]]:
    paths = {split: folder / f"{split}.jsonl" for split in SPLITS}
    splits = {split: read_standoff(path) for split, path in paths.items() if path.is_file()}
    if not splits:
        raise InputError(
            f"{folder} holds no labels",
            "run the command in the project's folder, or give theirs with --labels",
        )
    return splits


def _day(record: Standoff) -> dt.date:
    try:
        return dt.date.fromisoformat(record["date"])
    except (KeyError, ValueError, TypeError) as error:
        raise InputError(
            f"the labels of {record['id']!r} have no date: {record.get('date')!r}",
            "give the folder of the labels of current-events",
        ) from error


def _write(
    output: Path, splits: Mapping[str, Sequence[Standoff]], texts: Mapping[str, str]
) -> FetchResult:
    joined = {split: join_standoff(standoff, texts) for split, standoff in splits.items()}
    if not any(join.records for join in joined.values()):
        raise InputError(
            "none of the annotated texts was found", "check the source: is it the right corpus?"
        )
    output.mkdir(parents=True, exist_ok=True)
    missing: list[str] = []
    for split, join in joined.items():
        write_records(output / f"{split}.jsonl", join.records)
        missing += [f"{split}\t{labels['id']}\t{labels['sha256']}\n" for labels in join.missing]
    missing_file = output / MISSING_FILE
    if missing:
        write_whole(missing_file, "".join(missing).encode("utf-8"))
    else:
        missing_file.unlink(missing_ok=True)
    return FetchResult(
        {split: len(join.records) for split, join in joined.items()},
        {split: len(standoff) for split, standoff in splits.items()},
        missing_file if missing else None,
    )
