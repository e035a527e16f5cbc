"""The data folder: its documentation must hold, and its samples must be readable."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from clashtag.errors import InputError
from clashtag.records import record_from_dict
from clashtag.text_files import read_articles
from clashtag_training.commands.articles import build_articles
from clashtag_training.corpora.guideline_rules import guideline_problems
from clashtag_training.corpora.markup import parse_markup
from clashtag_training.corpora.ontology_file import load_ontology
from clashtag_training.corpora.record_files import read_records

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data"


def code_blocks(path: Path) -> list[str]:
    return re.findall(r"^```\w*\n(.*?)^```$", path.read_text(encoding="utf-8"), re.M | re.S)


def test_guidelines_mark_up_examples_are_valid() -> None:
    ontology = load_ontology(ROOT / "configs" / "ontology.yaml")
    examples = [block for block in code_blocks(DATA / "GUIDELINES.md") if "{" in block]
    assert len(examples) == 3
    for example in examples:
        text = example if example.startswith("=== ") else f"=== a\n\n{example}"
        for record in parse_markup(text, "GUIDELINES.md"):
            assert guideline_problems(record, ontology) == []


def test_guidelines_worked_example_is_the_quoted_text() -> None:
    text = (DATA / "GUIDELINES.md").read_text(encoding="utf-8")
    quoted = text[text.index("## Worked example") :].split("> ", 1)[1].split("\n", 1)[0]
    [record] = parse_markup(f"=== a\n\n{code_blocks(DATA / 'GUIDELINES.md')[-1]}", "GUIDELINES.md")
    assert record.text == quoted


def test_dataset_card_record_is_valid() -> None:
    [example] = [block for block in code_blocks(DATA / "README.md") if '"events"' in block]
    record = record_from_dict(json.loads(example))
    assert [event.type for event in record.events] == ["abduction"]


def test_dataset_card_names_every_sample() -> None:
    card = (DATA / "README.md").read_text(encoding="utf-8")
    for path in (DATA / "samples").iterdir():
        assert f"`samples/{path.name}`" in card


def test_smoke_splits_are_built_from_their_markup(tmp_path: Path) -> None:
    smoke = DATA / "smoke"
    splits = build_articles(smoke, tmp_path, load_ontology(ROOT / "configs" / "ontology.yaml"))
    assert {split: len(records) for split, records in splits.items()} == {
        "train": 20,
        "dev": 8,
        "test": 4,
    }
    for split in splits:
        built, shipped = (folder / f"{split}.jsonl" for folder in (tmp_path, smoke))
        assert built.read_bytes() == shipped.read_bytes()


def test_smoke_articles_train_every_event_type() -> None:
    ontology = load_ontology(ROOT / "configs" / "ontology.yaml")
    records = read_records(DATA / "smoke" / "train.jsonl")
    assert {event.type for record in records for event in record.events} == set(ontology.types)


def test_samples_are_readable() -> None:
    def fail(error: InputError) -> None:
        pytest.fail(str(error))

    paths = sorted(str(path) for path in (DATA / "samples").iterdir())
    records = list(read_articles(paths, fail))
    assert len(records) == 7
    assert all(record.text.strip() for record in records)
