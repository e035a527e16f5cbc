from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

pytest.importorskip("yaml")

from clashtag.errors import ConfigError
from clashtag_training.benchmarks.config import benchmark_path, load_benchmark
from clashtag_training.run_config import RunConfig
from clashtag_training.strict_config import load_config

NAMES = (
    "current-events",
    "geneva",
    "m2e2",
    "muc4",
    "rams",
    "re3d",
    "voa-articles",
    "wikievents",
    "wikievents-gold-triggers",
)
ROOT = Path(__file__).parents[3]

TINY = """\
name: tiny
title: Tiny
description: Nothing much.
task: events
corpus: tiny
headline: [trigger_cls]
columns: [trigger_cls, roles/place]
splits: {dev: dev.jsonl}
seeds: [1]
run:
  name: tiny
  ontology: null
  shipped_head: ours
  corpora:
    - {name: tiny, path: tiny, head: ours, select: true}
"""


@pytest.fixture
def load(tmp_path):
    """Load the tiny benchmark with some of its lines replaced, and others added."""

    def load_changed(changes=(), added=""):
        text = TINY
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "tiny.yaml"
        path.write_text(text + added, encoding="utf-8")
        return load_benchmark(path)

    return load_changed


def test_there_is_a_file_for_each_benchmark(configs):
    assert sorted(path.stem for path in configs.glob("*.yaml")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_shipped_benchmarks_load(name, configs):
    benchmark = load_benchmark(benchmark_path(name, configs))
    assert benchmark.config.name == name
    assert benchmark.corpus.select
    assert benchmark.corpus.dev == benchmark.config.splits["dev"]
    assert len(benchmark.config.seeds) >= 3
    assert benchmark.config.headline[-1] in benchmark.config.columns
    if benchmark.run.ontology is not None:
        assert (benchmark.run_path.parent / benchmark.run.ontology).is_file()


@pytest.mark.parametrize("name", ["current-events", "voa-articles"])
def test_our_corpora_are_scored_with_the_shipped_recipe_as_it_is(name, configs):
    benchmark = load_benchmark(configs / f"{name}.yaml")
    assert benchmark.run == load_config(ROOT / "configs" / "conflict-events.yaml", RunConfig)
    assert benchmark.config.export
    assert not benchmark.config.published_splits


@pytest.mark.corpora
@pytest.mark.parametrize("name", NAMES)
def test_splits_lie_where_the_benchmarks_look(name, configs):
    from clashtag_training.benchmarks.splits import read_splits, training_records

    corpora = Path(os.environ.get("CLASHTAG_CORPORA", ROOT.parent / "shared" / "corpora"))
    benchmark = load_benchmark(configs / f"{name}.yaml")
    if not (corpora / benchmark.corpus.path).is_dir():
        pytest.skip(f"no corpus {benchmark.corpus.path} in {corpora}; set CLASHTAG_CORPORA")
    dev = read_splits(benchmark, corpora)[0]
    assert dev.name == "dev"
    assert all(dev.dataset.sizes.values())
    trained_on = training_records(benchmark, corpora)
    assert len(trained_on) > len(dev.records)
    assert not {record.id for record in trained_on} & {record.id for record in dev.records}


def test_a_benchmark_is_found_by_name_or_by_path(tmp_path):
    path = tmp_path / "tiny.yaml"
    path.write_text(TINY, encoding="utf-8")
    assert benchmark_path("tiny", tmp_path) == benchmark_path(str(path)) == path
    with pytest.raises(ConfigError) as caught:
        benchmark_path("muc5", tmp_path)
    assert "no benchmark 'muc5'" in caught.value.problem
    assert caught.value.next_step == "use one of tiny"
    with pytest.raises(ConfigError, match="give a file's path"):
        benchmark_path("muc5", tmp_path / "absent")


def test_unknown_keys_are_errors(load):
    with pytest.raises(ConfigError, match=r"unknown key run\.shiped_head"):
        load([("shipped_head", "shiped_head")])


def test_a_benchmark_needs_one_run(load):
    with pytest.raises(ConfigError, match="needs `run` or `run_file`, and not both"):
        load(added="run_file: tiny.yaml\n")


def test_a_run_is_read_from_its_own_file(load, tmp_path):
    body = TINY.partition("run:\n")[2]
    (tmp_path / "runs").mkdir()
    run_path = tmp_path / "runs" / "tiny.yaml"
    run_path.write_text(re.sub("^  ", "", body, flags=re.MULTILINE), encoding="utf-8")
    benchmark = load([("run:\n" + body, "run_file: runs/tiny.yaml\n")])
    assert benchmark.run == load().run
    assert benchmark.run_path == run_path


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("headline: [trigger_cls]", "headline: [ceaf_ree]", "headline: unknown metric 'ceaf_ree'"),
        ("headline: [trigger_cls]", "headline: []", "headline must name a metric"),
        ("roles/place", "labels/place", "unknown column 'labels/place'"),
        ("roles/place", "trigger_cls.speed", "unknown column 'trigger_cls.speed'"),
        ("dev: dev", "test: dev", "splits must name a dev file"),
        ("seeds: [1]", "seeds: [1, 1]", "seeds must hold at least one, and each once"),
        ("corpus: tiny", "corpus: huge", "the run has no corpus 'huge'"),
        ("head: ours, s", "head: theirs, s", "tiny trains the head 'theirs', not 'ours'"),
        (", select: true", "", "tiny must select the checkpoint"),
        ("{dev: dev.jsonl}", "{dev: d.jsonl}", "the run selects on 'dev.jsonl', and not on"),
        ("task: events", "task: entities", "tiny must be of kind mentions"),
        ("task: events", "task: entities\nsetting: gold triggers", "has no triggers to be given"),
        ("task: events", "task: events\nsetting: gold triggers\nexport: true", "can be exported"),
    ],
)
def test_what_does_not_fit_is_named(load, old, new, problem):
    with pytest.raises(ConfigError) as caught:
        load([(old, new)])
    assert problem in caught.value.problem


def test_figures_of_others_must_have_columns(load):
    published = "published:\n  - {system: A, split: test, scores: {arg_cls: 1}, source: there}\n"
    with pytest.raises(ConfigError, match="A has 'arg_cls', which is no column"):
        load(added=published)


def test_figures_must_be_numbers_by_name(load):
    with pytest.raises(ConfigError, match=r"published\[0\].scores.trigger_cls must be float"):
        load(
            added="published:\n"
            "  - {system: A, split: test, scores: {trigger_cls: good}, source: there}\n"
        )
    with pytest.raises(ConfigError, match="splits must be a mapping of names"):
        load([("splits: {dev: dev.jsonl}", "splits: [dev.jsonl]")])
