"""The readers on the public corpora themselves, where they are at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from clashtag_training.corpora import read_records
from clashtag_training.corpora.checks import check_corpus
from clashtag_training.corpora.muc4 import locate_role_fillers
from clashtag_training.corpora.ontology_file import load_ontology

REPOSITORY = Path(__file__).parents[3]
FOLDER = Path(os.environ.get("CLASHTAG_CORPORA", REPOSITORY.parent / "shared" / "corpora"))

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(
        not FOLDER.is_dir(), reason=f"no corpora at {FOLDER}; set CLASHTAG_CORPORA to their folder"
    ),
]

COUNTS = {
    "current-events": (2175, 335),
    "geneva": (1963, 783),
    "m2e2": (4211, 901),
    "muc4": (1300, 200),
    "muc4-triggers": (1300, 200),
    "re3d": (574, 191),
    "voa-articles": (108, 28),
    "wikievents": (198, 24),
}


@pytest.mark.parametrize("name", COUNTS)
def test_corpus_reads_cleanly(name):
    splits = [read_records(FOLDER / name / f"{split}.jsonl") for split in ("train", "dev")]
    assert tuple(map(len, splits)) == COUNTS[name]


@pytest.mark.parametrize("name", ["current-events", "voa-articles"])
def test_our_annotation_agrees_with_the_shipped_ontology(name):
    ontology = load_ontology(REPOSITORY / "configs" / "ontology.yaml")
    splits = {split: read_records(FOLDER / name / f"{split}.jsonl") for split in ("train", "dev")}
    report = check_corpus(splits, ontology)
    assert {problem.kind for problem in report.problems} <= {"repeated-text", "leak"}


def test_role_fillers_of_muc4_are_nearly_all_found():
    fillers = missed = 0
    for split in ("train", "dev"):
        for record in read_records(FOLDER / "muc4" / f"{split}.jsonl"):
            found = {
                (mention.label, " ".join(mention.text.split()))
                for mention in locate_role_fillers(record).mentions
            }
            for role, entities in record.extra["role_fillers"].items():
                for filler in (filler for entity in entities for filler in entity):
                    fillers += 1
                    missed += not any(label == role and filler in text for label, text in found)
    assert fillers > 4000
    assert missed / fillers < 0.003
