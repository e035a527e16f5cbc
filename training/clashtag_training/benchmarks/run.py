"""A benchmark from data to result: train each seed, tune on dev, predict every split, score."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from clashtag.hashing import file_sha256
from clashtag.labels import Labels
from clashtag.records import Record
from clashtag.windows import load_tokenizer
from clashtag_training.benchmarks.bundles import bundle_pipelines
from clashtag_training.benchmarks.comparisons import compare, read_others
from clashtag_training.benchmarks.config import Benchmark, BenchmarkConfig
from clashtag_training.benchmarks.errors import analyse_errors
from clashtag_training.benchmarks.predict import Predictor, checkpoint_pipeline
from clashtag_training.benchmarks.result import (
    BenchmarkResult,
    Comparison,
    Decoding,
    Evaluation,
    Form,
    Recipe,
    SeedResult,
    WarmStart,
)
from clashtag_training.benchmarks.role_fillers import Aliases
from clashtag_training.benchmarks.scoring import ScoreCounts, count_scores
from clashtag_training.benchmarks.splits import (
    Split,
    dev_of,
    read_splits,
    selection_records,
    training_records,
)
from clashtag_training.benchmarks.trainings import Training, train_seed, warm_start_of
from clashtag_training.benchmarks.tuning import tune
from clashtag_training.corpora.record_files import write_records
from clashtag_training.evaluation.bootstrap import DEFAULT_SAMPLES, Score, label_scores
from clashtag_training.evaluation.counts import CountTable
from clashtag_training.evaluation.result import current_environment, utc_now
from clashtag_training.examples.mixture import HeldOut
from clashtag_training.model.modeling import ConflictTagger

logger = logging.getLogger(__name__)

PREDICTIONS_FOLDER = "predictions"
BOOTSTRAP_SEED = 0


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Where a benchmark reads and trains.

    Args:
        corpora: the folder below which the corpora lie.
        runs: the folder of the trainings, `RUN-seedN` each.
        seeds: one training each.
        others: a folder with predictions of other systems, or None.
        samples: bootstrap draws behind each interval.
    """

    corpora: Path
    runs: Path
    seeds: tuple[int, ...]
    others: Path | None = None
    samples: int = DEFAULT_SAMPLES


def run_benchmark(benchmark: Benchmark, options: RunOptions) -> BenchmarkResult:
    """Train what is not trained yet, and score every seed on every split that there is.

    A finished seed in the runs' folder is used again, an interrupted one is resumed.

    Raises:
        ConfigError: if a folder holds another run than the benchmark's.
        InputError: if a corpus is missing or cannot be scored.
        RecordError: if a file breaks its format.
    """
    config = benchmark.config
    splits = read_splits(benchmark, options.corpora)
    others = read_others(config, options.others, splits)
    trained_on = training_records(benchmark, options.corpora)
    aliases = Aliases.of(trained_on)
    seeds: list[SeedResult] = []
    comparisons: list[Comparison] = []
    for seed in options.seeds:
        folder = options.runs / f"{benchmark.run.name}-seed{seed}"
        training = train_seed(benchmark, options.corpora, folder, seed, aliases)
        evaluations: list[Evaluation] = []
        for form, predictor in _predictors(benchmark, options, training, splits, aliases):
            for split in splits:
                logger.info("seed %d, %s: scoring %s", seed, form, split.name)
                evaluation, counts = _evaluate(
                    config, predictor, split, form, folder=folder, samples=options.samples
                )
                evaluations.append(evaluation)
                comparisons += compare(
                    others, config, counts, evaluation, seed=seed, samples=options.samples
                )
        seeds.append(_seed_result(seed, training, evaluations))
    return BenchmarkResult(
        benchmark=config.name,
        task=config.task,
        setting=config.setting,
        recipe=_recipe(benchmark, training, trained_on, dev_of(splits)),
        splits={split.name: split.dataset for split in splits},
        seeds=tuple(seeds),
        comparisons=tuple(comparisons),
        bootstrap_samples=options.samples,
        environment=current_environment(),
        date=utc_now(),
    )


def _predictors(
    benchmark: Benchmark,
    options: RunOptions,
    training: Training,
    splits: Sequence[Split],
    aliases: Aliases,
) -> Iterator[tuple[Form, Predictor]]:
    """Yield the forms in which a seed is scored, with thresholds tuned on dev."""
    config = benchmark.config
    if config.export:
        dev = selection_records(benchmark, options.corpora)
        for form, pipeline in bundle_pipelines(training, dev, benchmark.run.name):
            yield form, Predictor(config.task, config.setting, pipeline, aliases)
        return
    model = ConflictTagger.from_pretrained(training.checkpoint).eval()
    model.to("cuda" if torch.cuda.is_available() else "cpu")
    tokenizer = load_tokenizer(training.checkpoint / "tokenizer.json")
    pipeline = checkpoint_pipeline(model, tokenizer)
    untuned = Predictor(config.task, config.setting, pipeline, aliases)
    yield "checkpoint", tune(untuned, dev_of(splits))


def _evaluate(
    config: BenchmarkConfig,
    predictor: Predictor,
    split: Split,
    form: Form,
    *,
    folder: Path,
    samples: int,
) -> tuple[Evaluation, ScoreCounts]:
    """Predict a split, keep the predictions in the run's folder, and score them."""
    predicted = predictor.predict(split.records)
    path = folder / PREDICTIONS_FOLDER / f"{config.name}-{form}-{split.name}.jsonl"
    path.parent.mkdir(exist_ok=True)
    write_records(path, predicted)
    counts = count_scores(config.task, config.setting, split.records, predicted)

    def scored(table: CountTable | None) -> dict[str, Score]:
        return {} if table is None else label_scores(table, samples, BOOTSTRAP_SEED)

    evaluation = Evaluation(
        split=split.name,
        form=form,
        predictions_sha256=file_sha256(path),
        metrics=scored(counts.metrics),
        soft=scored(counts.soft),
        labels={
            name: {label: table[label] for label in table.labels}
            for name, table in counts.labels.items()
        },
        errors=analyse_errors(config.task, config.setting, split.records, predicted),
        decoding=_decoding(predictor.pipeline.labels),
    )
    return evaluation, counts


def _decoding(labels: Labels) -> Decoding:
    return Decoding(labels.trigger_thresholds, labels.role_thresholds, labels.continuation.roles)


def _seed_result(seed: int, training: Training, evaluations: Sequence[Evaluation]) -> SeedResult:
    run = training.description
    return SeedResult(
        seed=seed,
        minutes=run["minutes"],
        selection=run["selection"],
        checkpoint_sha256=training.weights_sha256,
        commit=run["commit"],
        evaluations=tuple(evaluations),
    )


def _recipe(
    benchmark: Benchmark,
    training: Training,
    trained_on: Sequence[Record],
    dev: Sequence[Record],
) -> Recipe:
    run = training.description
    held_out = HeldOut.of(dev)
    return Recipe(
        name=run["name"],
        encoder=_encoder_name(benchmark.run.encoder),
        parameters=_parameters(training.checkpoint),
        config_sha256=run["config_sha256"],
        data={name: source["sha256"] for name, source in run["corpora"].items()},
        training_records=len(trained_on),
        shared_with_dev=sum(held_out.holds(record) for record in trained_on),
        published_splits=benchmark.config.published_splits,
        max_steps=run["config"]["optimisation"]["max_steps"],
        warm_start=_warm_start(benchmark),
    )


def _warm_start(benchmark: Benchmark) -> WarmStart | None:
    start = warm_start_of(benchmark)
    if start is None:
        return None
    run = start.description
    return WarmStart(run["name"], run["seed"], run["minutes"], run["commit"], start.weights_sha256)


def _encoder_name(encoder: str) -> str:
    """Return a hub id, or the name of a folder without the path that leads there."""
    return Path(encoder).name if Path(encoder).is_absolute() else encoder


def _parameters(checkpoint: Path) -> int:
    """Return how many weights a checkpoint has, heads for other corpora left out."""
    model = ConflictTagger.from_pretrained(checkpoint)
    shipped = model.config.shipped_head
    return sum(
        weights.numel()
        for name, weights in model.named_parameters()
        if not name.startswith(("trigger_heads.", "role_heads.")) or name.split(".")[1] == shipped
    )
