"""Whole benchmarks on a handful of texts: trained, tuned, scored and used again."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import pytest

pytestmark = pytest.mark.training
pytest.importorskip("transformers")
pytest.importorskip("torch")
pytest.importorskip("onnx")

from clashtag.errors import ConfigError, InputError
from clashtag.hashing import file_sha256
from clashtag.records import Mention, Record
from clashtag_training.benchmarks.config import Benchmark, BenchmarkConfig
from clashtag_training.benchmarks.result import read_benchmark_result, write_benchmark_result
from clashtag_training.benchmarks.run import RunOptions, run_benchmark
from clashtag_training.corpora.record_files import read_records, write_records
from clashtag_training.export.thresholds import CONTINUATIONS
from clashtag_training.run_config import CorpusConfig

FILLERS = [
    ("the lynx brigade bombed the power station in harn", {"PerpOrg": [["lynx brigade", "lb"]]}),
    ("two miners were killed by dynamite in karst", {"Victim": [["two miners", "miners"]]}),
    ("the lb said that the lynx brigade had nothing to do with it", {"PerpOrg": [["lb"]]}),
    ("the market of varn reopened", {}),
]
NAMES = [
    ("Ada left Harn", ("Person", "Ada"), ("Town", "Harn")),
    ("Belmar is north of Karst", ("Town", "Belmar"), ("Town", "Karst")),
    ("Ada met Odrel in Varn", ("Person", "Ada"), ("Person", "Odrel"), ("Town", "Varn")),
]


def filler_records():
    return [
        Record(text, id=f"f{number}", extra={"role_fillers": fillers})
        for number, (text, fillers) in enumerate(FILLERS)
    ]


def named_records():
    return [
        Record(
            text,
            id=f"n{number}",
            mentions=tuple(
                Mention(label, text.index(words), text.index(words) + len(words), words)
                for label, words in names
            ),
        )
        for number, (text, *names) in enumerate(NAMES)
    ]


@pytest.fixture(scope="module")
def corpora(tmp_path_factory, records):
    """Three corpora, each with the same texts to train on and to be scored on."""
    folder = tmp_path_factory.mktemp("corpora")
    for name, found in (
        ("fillers", filler_records()),
        ("names", named_records()),
        ("events", records),
    ):
        (folder / name).mkdir()
        write_records(folder / name / "train.jsonl", found)
        dev = [dataclasses.replace(record, id=f"dev-{record.id}") for record in found]
        write_records(folder / name / "dev.jsonl", dev)
    return folder


@pytest.fixture
def make(run_config, corpora):
    """Build a benchmark of one of the corpora, trained until it knows it by heart."""

    def make_benchmark(corpus, task, headline, *, kind="events", **settings) -> Benchmark:
        config = BenchmarkConfig(
            name=f"tiny-{corpus}",
            title="Tiny",
            description="A handful of texts.",
            task=task,
            corpus=corpus,
            headline=headline,
            columns=headline,
            splits={"dev": "dev.jsonl", "test": "test.jsonl"},
            seeds=(1,),
            **settings,
        )
        run = dataclasses.replace(
            run_config,
            name=f"tiny-{corpus}",
            ontology=Path("ontology.yaml") if config.export else None,
            # Many passes in few epochs, each of which writes a checkpoint.
            corpora=(
                CorpusConfig(corpus, Path(corpus), "ours", kind=kind, passes=30.0, select=True),
            ),
        )
        return Benchmark(config, run, corpora / "benchmark.yaml")

    return make_benchmark


def test_role_fillers_from_data_to_result(make, corpora, tmp_path):
    benchmark = make("fillers", "role_fillers", ("ceaf_ree",), kind="mentions")
    result = run_benchmark(benchmark, RunOptions(corpora, tmp_path, (1,), samples=20))
    [seed] = result.seeds
    [evaluation] = seed.evaluations
    assert (evaluation.split, evaluation.form) == ("dev", "checkpoint")
    assert evaluation.metrics["ceaf_ree"].counts.gold == 3
    assert evaluation.metrics["ceaf_ree"].f1.value > 0.6
    assert seed.selection is not None
    assert evaluation.decoding is not None
    assert set(evaluation.decoding.trigger_thresholds) == {"PerpOrg", "Victim"}
    assert evaluation.decoding.continuation in CONTINUATIONS
    assert (result.recipe.training_records, result.recipe.shared_with_dev) == (4, 4)
    predicted = read_records(
        tmp_path / "tiny-fillers-seed1" / "predictions" / "tiny-fillers-checkpoint-dev.jsonl"
    )
    assert [record.id for record in predicted] == ["dev-f0", "dev-f1", "dev-f2", "dev-f3"]
    entities = [e for r in predicted for role in r.extra["role_fillers"].values() for e in role]
    assert entities
    assert all(len(entity) == 1 for entity in entities)
    path = tmp_path / "result.json"
    write_benchmark_result(result, path)
    assert read_benchmark_result(path) == result
    assert str(tmp_path) not in path.read_text(encoding="utf-8")
    assert str(benchmark.run.encoder) not in path.read_text(encoding="utf-8")


def test_entities_from_data_to_result(make, corpora, tmp_path):
    benchmark = make("names", "entities", ("entity",), kind="mentions")
    result = run_benchmark(benchmark, RunOptions(corpora, tmp_path, (1,), samples=20))
    [evaluation] = result.seeds[0].evaluations
    assert evaluation.metrics["entity"].f1.value > 0.6
    assert evaluation.errors.outcomes["entities"]["correct"] >= 4


def test_arguments_of_gold_triggers_from_data_to_result(make, corpora, tmp_path):
    benchmark = make("events", "events", ("arg_cls_plus",), setting="gold triggers")
    result = run_benchmark(benchmark, RunOptions(corpora, tmp_path, (1,), samples=20))
    [evaluation] = result.seeds[0].evaluations
    assert "trigger_cls" not in evaluation.metrics
    assert evaluation.metrics["arg_cls_plus"].f1.value > 0.6


def test_events_end_to_end_are_trained_once_and_scored_where_there_is_gold(
    make, corpora, tmp_path, monkeypatch
):
    # The corpus brings no ontology; its labels are those of its training part.
    benchmark = make("events", "events", ("trigger_cls", "arg_cls_plus"))
    options = RunOptions(corpora, tmp_path, (1,), samples=20)
    first = run_benchmark(benchmark, options)
    assert list(first.splits) == ["dev"]
    assert first.seeds[0].evaluations[0].metrics["trigger_cls"].f1.value > 0.6

    def never(*_, **__):
        raise AssertionError("trained again")

    monkeypatch.setattr("clashtag_training.benchmarks.trainings.train", never)
    test_path = corpora / "events" / "test.jsonl"
    write_records(test_path, read_records(corpora / "events" / "dev.jsonl")[:2])
    others = tmp_path / "others" / "test"
    others.mkdir(parents=True)
    write_records(others / "perfect.jsonl", read_records(test_path))
    try:
        again = run_benchmark(benchmark, dataclasses.replace(options, others=others.parent))
    finally:
        test_path.unlink()
    assert list(again.splits) == ["dev", "test"]
    assert again.of("dev", "checkpoint") == first.of("dev", "checkpoint")
    assert [c.system for c in again.comparisons] == ["perfect", "perfect"]
    assert all(c.f1 == 1.0 and c.difference.difference.value <= 0 for c in again.comparisons)

    optimisation = dataclasses.replace(benchmark.run.optimisation, epochs=3)
    changed = dataclasses.replace(
        benchmark, run=dataclasses.replace(benchmark.run, optimisation=optimisation)
    )
    with pytest.raises(ConfigError, match="holds a run with another configuration"):
        run_benchmark(changed, options)
    for settings, name in (
        ({"published_splits": False}, "published_splits"),
        ({"headline": ("arg_cls_plus",)}, "headline"),
        ({"headline": ("arg_cls",), "setting": "gold triggers"}, "setting, headline"),
    ):
        config = dataclasses.replace(benchmark.config, **settings)
        with pytest.raises(ConfigError, match=f"for a benchmark of other {name}\n"):
            run_benchmark(dataclasses.replace(benchmark, config=config), options)
    run_path = tmp_path / "tiny-events-seed1" / "final" / "run.json"
    run = json.loads(run_path.read_text(encoding="utf-8"))
    run["corpora"]["events"]["sha256"]["train"] = "0" * 64
    run_path.write_text(json.dumps(run), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"holds a run on another .*train\.jsonl"):
        run_benchmark(benchmark, options)


def test_a_benchmark_begins_with_a_training_and_keeps_to_it(make, corpora, tmp_path):
    options = RunOptions(corpora, tmp_path, (1,), samples=20)
    first = make("events", "events", ("trigger_cls",))
    run_benchmark(first, options)
    start = tmp_path / "tiny-events-seed1" / "final"
    started = dataclasses.replace(first.run, name="tiny-warm", warm_start=start)
    benchmark = dataclasses.replace(first, run=started)
    result = run_benchmark(benchmark, options)
    assert result.recipe.warm_start is not None
    assert result.recipe.warm_start.name == "tiny-events"
    assert result.recipe.warm_start.weights_sha256 == file_sha256(start / "model.safetensors")
    write_benchmark_result(result, tmp_path / "result.json")
    assert read_benchmark_result(tmp_path / "result.json") == result

    shutil.copy(tmp_path / "tiny-warm-seed1" / "final" / "model.safetensors", start)
    with pytest.raises(ConfigError, match="began with other weights than"):
        run_benchmark(benchmark, options)
    (start / "run.json").unlink()
    with pytest.raises(ConfigError, match=r"no warm start at .* it holds no run\.json"):
        run_benchmark(benchmark, options)


def test_bundles_are_scored_in_both_forms(make, corpora, corpora_dir, tmp_path):
    # `corpora_dir` of the other tests holds the ontology that the bundle needs.
    benchmark = make("events", "events", ("trigger_cls", "arg_cls_plus"), export=True)
    benchmark = dataclasses.replace(benchmark, run_path=corpora_dir / "benchmark.yaml")
    result = run_benchmark(benchmark, RunOptions(corpora, tmp_path, (1,), samples=20))
    assert result.forms == ("fp32", "int8")
    fp32 = result.of("dev", "fp32")[0].metrics["trigger_cls"].f1.value
    assert fp32 > 0.6
    manifest = tmp_path / "tiny-events-seed1" / "benchmark-bundles" / "int8" / "manifest.json"
    provenance = json.loads(manifest.read_text(encoding="utf-8"))["provenance"]
    assert provenance["dev_f1"]["fp32"]["events"]["trigger_cls"] == pytest.approx(
        100 * fp32, abs=0.01
    )


def test_a_corpus_that_is_not_there_is_named_before_training(make, tmp_path):
    benchmark = make("events", "events", ("trigger_cls",))
    with pytest.raises(InputError) as caught:
        run_benchmark(benchmark, RunOptions(tmp_path, tmp_path / "runs", (1,)))
    assert (
        f"needs {tmp_path / 'events' / 'dev.jsonl'}, which does not exist" in caught.value.problem
    )
    assert not (tmp_path / "runs").exists()
