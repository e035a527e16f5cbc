"""The texts of the corpus `voa-articles`, from the sentences of M2E2 (Li et al. 2020)."""

from __future__ import annotations

import io
import itertools
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clashtag.errors import InputError
from clashtag_training.corpora.json_items import need, read_items
from clashtag_training.corpora.record_files import read_records
from clashtag_training.corpora.standoff import Standoff, line_hash, line_hashes, text_from_lines
from clashtag_training.fetching.files import write_whole
from clashtag_training.fetching.http_client import HttpClient, TryAgainError, excerpt
from clashtag_training.fetching.voa_sentences import sentence_lines, token_lines

ARCHIVE_URL = "http://blender.cs.illinois.edu/software/m2e2/m2e2_v0.1/m2e2_annotations.zip"

_SENTENCES_FILE = "text_only_event.json"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article: its tokens, and its text as printed where the source has it."""

    document: str
    tokens: tuple[str, ...]
    text: str | None = None

    def lines(self) -> Iterator[str]:
        """Yield the lines that the sentence may have become, likeliest first."""
        printed = () if self.text is None else sentence_lines(self.text)
        return itertools.chain(printed, token_lines(self.tokens))


def fetch_sentences(client: HttpClient, folder: Path, url: str = ARCHIVE_URL) -> Path:
    """Download M2E2's archive and put its sentences into a folder, unless they are there.

    Raises:
        InputError: if the archive cannot be fetched, or has no text_only_event.json.
    """
    path = folder / _SENTENCES_FILE
    if not path.is_file():
        write_whole(path, client.get(url, _sentences_member))
    return path


def read_sentences(folder: Path) -> list[Sentence]:
    """Read the sentences in a folder: M2E2's text_only_event.json, or M2E2 as records.

    Records (*.jsonl) hold one tokenised sentence each and name their article as `document`.

    Raises:
        InputError: if the folder holds neither.
        RecordError: listing every sentence that breaks its format.
    """
    path = folder / _SENTENCES_FILE
    if path.is_file():
        return read_items(path, _sentence)
    records = [r for path in sorted(folder.glob("*.jsonl")) for r in read_records(path)]
    sentences = [
        Sentence(str(record.extra["document"]), tuple(record.text.split(" ")))
        for record in records
        if "document" in record.extra
    ]
    if not sentences:
        raise InputError(
            f"{folder} holds neither {_SENTENCES_FILE} nor records with a `document`",
            "give the unpacked folder of m2e2_annotations.zip",
        )
    return sentences


def find_texts(standoff: Iterable[Standoff], sentences: Iterable[Sentence]) -> dict[str, str]:
    """Return the articles that can be put together from the sentences, by their hash."""
    by_document: dict[str, list[Sentence]] = defaultdict(list)
    for sentence in sentences:
        by_document[sentence.document].append(sentence)
    found: dict[str, str] = {}
    for labels in standoff:
        lines = _find_lines(set(line_hashes(labels)), by_document[labels["id"]])
        text = text_from_lines(labels, lines)
        if text is not None:
            found[labels["sha256"]] = text
    return found


def _find_lines(wanted: set[str], sentences: Sequence[Sentence]) -> dict[str, str]:
    found: dict[str, str] = {}
    for sentence in sentences:
        if found.keys() == wanted:
            break
        found |= next(
            ({key: line} for line in sentence.lines() if (key := line_hash(line)) in wanted), {}
        )
    return found


def _sentence(fields: Mapping[str, Any]) -> Sentence:
    document = need(fields, "sentence_id", str).rpartition("_")[0]
    text = fields.get("sentence")
    return Sentence(
        document,
        tuple(map(str, need(fields, "words", list))),
        text if isinstance(text, str) else None,
    )


def _sentences_member(archive: bytes) -> bytes:
    """Return text_only_event.json out of the archive, whatever folder it lies in there."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as members:
            names = [n for n in members.namelist() if Path(n).name == _SENTENCES_FILE]
            content = members.read(names[0]) if names else b""
    except zipfile.BadZipFile as error:
        raise TryAgainError(f"the answer is no whole zip file: {excerpt(archive)}") from error
    if not names:
        raise InputError(
            f"the archive holds no {_SENTENCES_FILE}", "give the address of m2e2_annotations.zip"
        )
    try:
        json.loads(content)
    except ValueError as error:
        raise InputError(
            f"{_SENTENCES_FILE} in the archive is not JSON: {error}", "fetch the archive again"
        ) from error
    return content
