"""The command `clashtag data check`: a corpus, checked before training on it."""

from __future__ import annotations

import json
from importlib.resources import as_file, files
from pathlib import Path

from rich.console import Console
from tokenizers import Tokenizer

from clashtag.errors import InputError
from clashtag_training.corpora.check_report import format_report
from clashtag_training.corpora.checks import CorpusReport, check_corpus
from clashtag_training.corpora.ontology_file import load_ontology
from clashtag_training.corpora.record_files import read_splits


def check(
    folder: Path,
    console: Console,
    *,
    ontology: Path | None = None,
    tokenizer: Path | None = None,
    max_tokens: int = 256,
    json_path: Path | None = None,
) -> CorpusReport:
    """Check the splits of a corpus and print what was found.

    The command fails if the report `has_errors`.

    Args:
        folder: holds any of train.jsonl, dev.jsonl and test.jsonl, in the record format.
        console: where the tables go.
        ontology: an ontology file; without it labels are only counted.
        tokenizer: a tokenizer.json; without it the shipped model's, if there is one.
        max_tokens: the length of the model's window, special tokens included.
        json_path: where to write the report as JSON too.

    Raises:
        InputError: if a file cannot be read.
        RecordError: listing every bad line of every split.
        OntologyError: listing everything wrong with the ontology.
    """
    report = check_corpus(
        read_splits(folder),
        ontology=None if ontology is None else load_ontology(ontology),
        tokenizer=_tokenizer(tokenizer),
        max_tokens=max_tokens,
    )
    console.print(format_report(report))
    if json_path is not None:
        json_path.write_text(
            json.dumps(report.to_dict(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    return report


def _tokenizer(path: Path | None) -> Tokenizer | None:
    if path is None:
        shipped = files("clashtag") / "model" / "tokenizer.json"
        if not shipped.is_file():
            return None
        with as_file(shipped) as extracted:
            return _load(extracted)
    return _load(path)


def _load(path: Path) -> Tokenizer:
    if not path.is_file():
        raise InputError(f"{path} is no file", "give the path of a tokenizer.json")
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
