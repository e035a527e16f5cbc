from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

pytest.importorskip("yaml")

from clashtag.errors import InputError
from clashtag.hashing import file_sha256
from clashtag.records import Record
from clashtag_training.benchmarks.config import Benchmark
from clashtag_training.benchmarks.splits import (
    dev_of,
    read_splits,
    selection_records,
    training_records,
)
from clashtag_training.corpora.record_files import write_records
from clashtag_training.run_config import CorpusConfig, RunConfig


@pytest.fixture
def benchmark(config, tmp_path) -> Benchmark:
    """A benchmark whose scored corpus lies among the corpora, and another in the own data."""
    run = RunConfig(
        name="tiny",
        ontology=None,
        shipped_head="ours",
        corpora=(
            CorpusConfig("tiny", Path("tiny"), "ours", select=True),
            CorpusConfig("more", Path("more"), "ours", select=True, own=True),
        ),
        own_data_dir=Path("data"),
    )
    (tmp_path / "corpora" / "tiny").mkdir(parents=True)
    (tmp_path / "data" / "more").mkdir(parents=True)
    return Benchmark(config, run, tmp_path / "benchmark.yaml")


@pytest.fixture
def corpora(benchmark) -> Path:
    return benchmark.run_path.parent / "corpora"


def test_splits_that_are_there_are_read(benchmark, corpora, gold):
    write_records(corpora / "tiny" / "dev.jsonl", gold)
    [split] = read_splits(benchmark, corpora)
    assert dev_of([split]) == gold
    assert split.dataset.name == "tiny/dev.jsonl"
    assert split.dataset.sha256 == file_sha256(corpora / "tiny" / "dev.jsonl")
    sizes = {"records": 3, "documents": 3, "events": 3, "arguments": 6}
    assert split.dataset.sizes == sizes
    write_records(corpora / "tiny" / "test.jsonl", gold[:1])
    assert [s.name for s in read_splits(benchmark, corpora)] == ["dev", "test"]


def test_a_benchmark_needs_dev(benchmark, corpora):
    with pytest.raises(InputError, match=r"tiny needs .*dev\.jsonl, which does not exist"):
        read_splits(benchmark, corpora)


@pytest.mark.parametrize(
    ("task", "records", "problem"),
    [
        ("events", [], "holds no records and no documents and no events and no arguments"),
        ("events", [Record("Nothing.", id="a")], "holds no events and no arguments to score"),
        ("entities", [Record("Nothing.", id="a")], "holds no entities to score"),
        ("role_fillers", [Record("Nothing.", id="a")], "holds no entities to score"),
    ],
)
def test_gold_without_what_is_scored_is_refused(benchmark, corpora, task, records, problem):
    config = dataclasses.replace(benchmark.config, task=task)
    write_records(corpora / "tiny" / "dev.jsonl", records)
    with pytest.raises(InputError, match=problem):
        read_splits(dataclasses.replace(benchmark, config=config), corpora)


def test_partial_gold_is_not_scored_end_to_end(benchmark, corpora, gold):
    partial = [dataclasses.replace(r, extra={"only_one_event_annotated": True}) for r in gold]
    write_records(corpora / "tiny" / "dev.jsonl", partial)
    with pytest.raises(InputError, match="marks one event per text only"):
        read_splits(benchmark, corpora)
    config = dataclasses.replace(benchmark.config, setting="gold triggers")
    assert read_splits(dataclasses.replace(benchmark, config=config), corpora)


def test_corpora_are_read_where_the_run_finds_them(benchmark, corpora, gold):
    write_records(corpora / "tiny" / "train.jsonl", gold[:2])
    assert training_records(benchmark, corpora) == gold[:2]
    run = dataclasses.replace(
        benchmark.run,
        corpora=tuple(dataclasses.replace(c, share=0.0) for c in benchmark.run.corpora),
    )
    assert training_records(dataclasses.replace(benchmark, run=run), corpora) == []
    write_records(corpora / "tiny" / "dev.jsonl", gold)
    write_records(benchmark.run_path.parent / "data" / "more" / "dev.jsonl", gold[1:])
    assert selection_records(benchmark, corpora) == {"tiny": gold, "more": gold[1:]}
