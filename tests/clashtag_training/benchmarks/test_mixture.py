"""What benchmarks ask of a mixture: labels of other corpora, published splits, MUC-4's fillers."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

pytestmark = pytest.mark.training
pytest.importorskip("transformers")
pytest.importorskip("torch")

from clashtag.errors import ConfigError
from clashtag.hashing import file_sha256
from clashtag.records import Record
from clashtag_training.corpora.record_files import write_records
from clashtag_training.examples.mixture import load_mixture
from clashtag_training.run_config import CorpusConfig


@pytest.fixture
def load(tmp_path, run_config, tokenizer):
    """Write corpora, {name: (training records, dev records)}, and load them without ontology."""

    def load_corpora(corpora, *configs, ontology=None, **options):
        for name, (train, dev) in corpora.items():
            (tmp_path / name).mkdir()
            write_records(tmp_path / name / "train.jsonl", train)
            write_records(tmp_path / name / "dev.jsonl", dev)
        config = dataclasses.replace(run_config, corpora=configs)
        return load_mixture(config, tmp_path, ontology, tokenizer, **options)

    return load_corpora


def corpus(name, head="ours", **settings):
    return CorpusConfig(name=name, path=Path(name), head=head, **settings)


def test_labels_without_an_ontology_are_those_of_the_training_data(load, records):
    mixture = load({"a": (records, [])}, corpus("a"))
    assert mixture.heads["ours"]["types"] == ["attack", "death"]
    assert mixture.heads["ours"]["roles"] == ["agent", "claimant", "place", "victim"]
    assert mixture.ontology is not None
    assert mixture.ontology.types["death"].roles == ("agent", "place", "victim")


def test_role_fillers_become_mentions_and_no_ontology(load):
    fillers = {"Victim": [["two miners"]], "Weapon": [["dynamite"]]}
    muc = Record("dynamite killed two miners", id="m", extra={"role_fillers": fillers})
    mixture = load(
        {"muc": ([muc], [muc])},
        corpus("muc", kind="mentions", select=True),
        published_splits=["muc"],
    )
    assert mixture.ontology is None
    assert mixture.heads["ours"] == {
        "kind": "mentions",
        "types": ["Victim", "Weapon"],
        "roles": [],
        "statuses": [],
    }
    [window] = mixture.windows
    # B is 1 + 2 x label, I one more; `Weapon` is label 1, `Victim` 0.
    labels = [tag for tag in window.trigger_labels.tolist() if tag >= 0]
    assert labels == [3, 0, 1, 2]
    assert [m.label for m in mixture.dev["muc"][0].mentions] == ["Weapon", "Victim"]


def test_an_ontology_of_mentions_is_refused(load, ontology):
    with pytest.raises(ConfigError, match="tags mentions, which no ontology lists"):
        load({"a": ([], [])}, corpus("a", kind="mentions"), ontology=ontology)


def test_published_splits_keep_what_they_share_with_their_own_dev_part(load, records):
    shared = dataclasses.replace(records[0], extra={"document": "whole"})
    quoting = dataclasses.replace(records[1], id="q")
    dev_of_it = Record("A passage of its own.", id="d", extra={"document": "whole"})
    dev_of_another = Record(f"It said: {quoting.text}", id="e")
    corpora = {"a": ([shared, quoting], [dev_of_it]), "b": ([records[0]], [dev_of_another])}
    configs = (corpus("a", select=True), corpus("b", select=True))
    mixture = load(corpora, *configs, published_splits=["a"])
    # What `a` shares with its own dev part stays, what it shares with the dev part of `b` goes.
    assert mixture.sources["a"]["records"] == 1


def test_a_part_of_the_training_file_can_be_dev(load, tmp_path, records):
    many = [dataclasses.replace(records[0], id=f"r{n}", text=records[0].text) for n in range(60)]
    mixture = load(
        {"a": (many, [])},
        corpus("a", train="train.jsonl[30%:]", dev="train.jsonl[:30%]", select=True),
        published_splits=["a"],
    )
    dev = {record.id for record in mixture.dev["a"]}
    assert dev
    assert mixture.sources["a"]["records"] == 60 - len(dev)
    digest = file_sha256(tmp_path / "a" / "train.jsonl")
    assert mixture.sources["a"]["sha256"] == {"train": digest, "dev": digest}
