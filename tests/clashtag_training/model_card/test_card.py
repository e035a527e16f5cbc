"""The model card is written from result files alone."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from pathlib import Path

import pytest

from clashtag.errors import InputError
from clashtag_training.model_card.card import model_card
from clashtag_training.model_card.evidence import Evidence, load_evidence
from clashtag_training.model_card.texts import read_texts

from .conftest import CORPORA, NAMES, NOTES, card_of, edit, write_json


def test_card_states_what_the_result_files_hold(evidence: Evidence) -> None:
    card = card_of(evidence)
    assert "| **shipped model, int8** | 85.7 (" in card
    assert "| mean of 2 seeds, int8 (± sd) | 84.7 ± 1.4 | 83.7 ± 2.8 |" in card
    assert "98.5 | 93.7 | 96.6 | 90.7 |" in card
    assert "| attack | 4 | 100.0 | 75.0 | 85.7 (" in card
    assert "| 500 words | 650 | 10.0 | 20.0 ms | 25.0 ms | 50.0 ms | 40.0 (36.0–44.0) |" in card
    assert "![Articles a second, latency and where the time goes, of transformers" in card
    assert "cost $0.56, if a core costs $0.04 an hour" in card
    assert "were fitted on these same records" in card
    assert "configs/plain.yaml --seed 7" in card


def test_card_lists_only_corpora_that_were_trained_on(evidence: Evidence) -> None:
    card = card_of(evidence)
    assert "| `current-events` |" in card
    assert "`rams`" not in card


def test_card_tables_are_rectangular(evidence: Evidence) -> None:
    blocks = re.findall(r"(?:^\|.*\n)+", card_of(evidence), re.MULTILINE)
    assert len(blocks) == 18
    for block in blocks:
        assert len({line.count(" | ") for line in block.splitlines() if "---" not in line}) == 1


def test_card_is_the_same_every_time(results: Path, bundle: Path) -> None:
    cards = {card_of(load_evidence(results, bundle)) for _ in range(2)}
    assert len(cards) == 1


def test_card_without_comparisons_leaves_their_cells_empty(evidence: Evidence) -> None:
    references = tuple(
        dataclasses.replace(one, scores={NAMES[0]: one.scores[NAMES[0]]})
        for one in evidence.references
    )
    assert "98.5 | 93.7 | – | – |" in card_of(dataclasses.replace(evidence, references=references))


def test_card_needs_every_training_corpus_described(evidence: Evidence, tmp_path: Path) -> None:
    corpora = tmp_path / "corpora.yaml"
    corpora.write_text("corpora: []\n", encoding="utf-8")
    with pytest.raises(InputError, match="without a description: current-events"):
        model_card(evidence, read_texts(NOTES, corpora))


def test_card_shows_the_teachers_and_what_they_cost(results: Path, bundle: Path) -> None:
    fields = json.loads((results / "seeds.json").read_text(encoding="utf-8"))
    write_json(results / "teachers.json", {**fields, "recipe": "teachers"})
    edit(results / "seeds.json", lambda seeds: seeds["runs"].pop())
    card = model_card(load_evidence(results, bundle), read_texts(NOTES, CORPORA))
    assert "| mean of 2 teachers, int8 (± sd) | 84.7 ± 1.4 | 83.7 ± 2.8 |" in card
    assert "One training takes 32 minutes, and its 2 teachers 63 minutes before" in card
    assert "took 1.6 hours together" in card
    taught = card.index("clashtag train configs/teachers.yaml --seed 8")
    assert taught < card.index("clashtag train configs/plain.yaml --seed 7")
    assert "how much its teachers differ" in card


def test_one_teacher_says_nothing_of_other_seeds(results: Path, bundle: Path) -> None:
    fields = json.loads((results / "seeds.json").read_text(encoding="utf-8"))
    one = {**fields, "recipe": "teachers", "runs": fields["runs"][1:]}
    write_json(results / "teachers.json", one)
    edit(results / "seeds.json", lambda seeds: seeds["runs"].pop())
    card = model_card(load_evidence(results, bundle), read_texts(NOTES, CORPORA))
    assert "and its teacher 32 minutes before" in card
    assert "nothing is known of how much another seed would differ" in card


def test_teachers_of_the_same_recipe_are_refused(results: Path, bundle: Path) -> None:
    shutil.copy(results / "seeds.json", results / "teachers.json")
    with pytest.raises(InputError, match="hold one recipe, plain"):
        load_evidence(results, bundle)
