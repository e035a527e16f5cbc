from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

pytestmark = pytest.mark.training
pytest.importorskip("transformers")
pytest.importorskip("torch")

from clashtag.errors import ConfigError, InputError
from clashtag.hashing import file_sha256
from clashtag.records import Mention, Record
from clashtag_training.corpora.markup import parse_markup
from clashtag_training.corpora.record_files import write_records
from clashtag_training.examples.mixture import load_mixture
from clashtag_training.run_config import CorpusConfig

QUOTED = "the convoy left Harn at noon and reached the river crossing before dark"

DEV = Record("Nothing happened in Varn", id="17")


@pytest.fixture
def load(tmp_path, run_config, ontology, tokenizer):
    """Write corpora, {name: (training records, dev records)}, and load them as one run."""

    def load_corpora(corpora, *configs):
        for name, (train, dev) in corpora.items():
            (tmp_path / name).mkdir()
            write_records(tmp_path / name / "train.jsonl", train)
            write_records(tmp_path / name / "dev.jsonl", dev)
        config = dataclasses.replace(run_config, corpora=configs)
        return load_mixture(config, tmp_path, ontology, tokenizer)

    return load_corpora


def corpus(name, head="ours", **settings):
    return CorpusConfig(name=name, path=Path(name), head=head, **settings)


def record(identifier, text, **extra):
    return Record(text, id=identifier, extra=extra)


def test_a_corpus_becomes_windows_of_the_ontologys_head(
    run_config, corpora_dir, ontology, tokenizer, head, dev_records
):
    mixture = load_mixture(run_config, corpora_dir, ontology, tokenizer)
    assert mixture.heads == {"ours": head}
    assert mixture.dev == {"tiny": dev_records}
    assert len(mixture.windows) == 5
    [share] = mixture.shares
    assert (share.start, share.end, share.passes) == (0, 5, 1.0)
    assert mixture.sources["tiny"] == {
        "records": 5,
        "windows": 5,
        "passes": 1.0,
        "sha256": {
            split: file_sha256(corpora_dir / "tiny" / f"{split}.jsonl")
            for split in ("train", "dev")
        },
    }


def test_roles_that_share_a_span_are_found_in_the_shipped_heads_training_data(
    run_config, corpora_dir, ontology, tokenizer
):
    mixture = load_mixture(run_config, corpora_dir, ontology, tokenizer)
    assert mixture.shared_span_roles == [["agent", "claimant"]]


@pytest.mark.parametrize(
    "leak",
    [
        record("d", "Not the same text."),
        record("x", "A passage of its own.", document="d"),
        record("x", "A passage of its own.", document="whole"),
        record("x", f"Officials said {QUOTED.upper()}, and no more."),
        record(None, f"{QUOTED.replace(' ', ', ')}"),
    ],
    ids=["same id", "part of it", "same document", "quotes it", "quotes it, without id"],
)
def test_training_records_that_share_text_with_dev_are_left_out(load, leak):
    dev = record("d", f"Witnesses said {QUOTED}.", document="whole")
    kept = [
        record("a", "A short report of something else."),
        record(None, "Another one, without an id."),
        record("b", " ".join(QUOTED.split()[:9]) + " is nine words in common."),
    ]
    mixture = load({"ours": ([*kept, leak], [dev])}, corpus("ours", select=True))
    assert mixture.sources["ours"]["records"] == 3
    assert len(mixture.windows) == 3


def test_dev_records_without_an_id_shut_out_no_record_without_one(load):
    mixture = load(
        {"ours": ([record(None, "One.")], [record(None, "Another.")])},
        corpus("ours", select=True),
    )
    assert len(mixture.windows) == 1


def test_the_guard_spans_corpora(load):
    mixture = load(
        {
            "ours": ([record("a", "One.")], [record("d", f"They said {QUOTED}.")]),
            "theirs": ([record("t", f"It said {QUOTED}.")], []),
        },
        corpus("ours", select=True),
        corpus("theirs", head="other"),
    )
    assert mixture.sources["theirs"]["records"] == 0


def test_short_texts_are_compared_whole(load):
    mixture = load(
        {"ours": ([record("a", "Nothing happened: in VARN."), record("b", "Nothing.")], [DEV])},
        corpus("ours", select=True),
    )
    assert mixture.sources["ours"]["records"] == 1


def test_names_of_documents_say_nothing_beyond_their_corpus(load):
    numbered = record("1", "A passage of its own.", document="17")
    mixture = load(
        {"ours": ([numbered], []), "theirs": ([numbered], [DEV])},
        corpus("ours"),
        corpus("theirs", select=True),
    )
    assert mixture.sources["ours"]["records"] == 1
    assert mixture.sources["theirs"]["records"] == 0


def test_other_heads_take_the_labels_they_see(load):
    markup = (
        "=== t1\n\n{Cooks|1.zeal,2.actor} {ate|1:meal} and {sang|2:song?}.\n\n"
        "=== t2\n\n{Cooks|1.actor} {ate|1:meal}.\n"
    )
    named = Record("Ada left Harn", id="n", mentions=(Mention("town", 9, 13, "Harn"),))
    mixture = load(
        {
            "ours": ([record("a", "One.")], []),
            "theirs": (parse_markup(markup, "theirs"), []),
            "names": ([named], []),
        },
        corpus("ours"),
        corpus("theirs", head="other", passes=0.5),
        corpus("names", head="names", kind="mentions"),
    )
    assert mixture.heads["other"] == {
        "kind": "events",
        "types": ["meal", "song"],
        "roles": ["actor", "zeal"],
        "statuses": ["actual", "other"],
    }
    assert mixture.heads["names"]["types"] == ["town"]
    assert mixture.heads["names"]["roles"] == []
    assert [(share.start, share.end) for share in mixture.shares] == [(0, 1), (1, 3), (3, 4)]
    assert [window.head for window in mixture.windows] == ["ours", "other", "other", "names"]


def test_own_corpora_lie_in_a_folder_of_their_own(
    run_config, corpora_dir, ontology, tokenizer, tmp_path
):
    [tiny] = run_config.corpora
    config = dataclasses.replace(run_config, corpora=(dataclasses.replace(tiny, own=True),))
    mixture = load_mixture(config, tmp_path / "absent", ontology, tokenizer, corpora_dir)
    assert len(mixture.windows) == 5
    assert set(mixture.sources["tiny"]["sha256"]) == {"train", "dev"}


def test_unknown_formats_and_missing_files_are_explained(load, tmp_path):
    with pytest.raises(ConfigError, match="unknown corpus format 'ace'"):
        load({"ours": ([], [])}, corpus("ours", format="ace"))
    with pytest.raises(InputError, match=str(tmp_path / "absent" / "train.jsonl")):
        load({}, corpus("absent"))


def test_mixtures_that_cannot_train_are_refused(load):
    with pytest.raises(ConfigError, match="no corpus trains the shipped head 'ours'"):
        load({"theirs": ([], [])}, corpus("theirs", head="other"))
    with pytest.raises(ConfigError, match="share a name: theirs, theirs"):
        load({}, corpus("theirs"), corpus("theirs", head="other"))


def test_only_the_shipped_head_selects(load):
    with pytest.raises(ConfigError, match=r"theirs should select .* the shipped head 'ours'"):
        load({}, corpus("ours"), corpus("theirs", head="other", select=True))


def test_a_share_of_a_corpus_is_fixed_by_ids_and_nested(
    run_config, corpora_dir, ontology, tokenizer, tmp_path, records
):
    reversed_dir = tmp_path / "reversed"
    (reversed_dir / "tiny").mkdir(parents=True)
    write_records(reversed_dir / "tiny" / "train.jsonl", reversed(records))

    def kept(share, corpora=corpora_dir):
        config = dataclasses.replace(run_config, corpora=(corpus("tiny", share=share),))
        mixture = load_mixture(config, corpora, ontology, tokenizer)
        return {tuple(window.input_ids) for window in mixture.windows}

    assert kept(0.0) < kept(0.5) < kept(1.0)
    assert kept(0.5, reversed_dir) == kept(0.5)
    assert kept(0.3) <= kept(0.5)
