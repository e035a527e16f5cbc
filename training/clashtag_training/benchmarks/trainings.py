"""The trainings of a benchmark: one seed each, made once, resumed, and used again if unchanged."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from clashtag.errors import ConfigError
from clashtag.hashing import file_sha256
from clashtag.records import Record
from clashtag_training.benchmarks.config import Benchmark, BenchmarkConfig
from clashtag_training.benchmarks.predict import Predictor, checkpoint_pipeline
from clashtag_training.benchmarks.role_fillers import Aliases
from clashtag_training.benchmarks.scoring import count_scores
from clashtag_training.benchmarks.splits import corpus_folder
from clashtag_training.corpora.file_parts import FilePart
from clashtag_training.model.modeling import ConflictTagger
from clashtag_training.run_folder import config_fingerprint
from clashtag_training.training import FINAL_FOLDER, DevScores, train

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Training:
    """A finished training: its checkpoint's folder and its `run.json`."""

    checkpoint: Path
    description: Mapping[str, Any]

    @property
    def weights_sha256(self) -> str:
        """The hash of the checkpoint's weights."""
        return file_sha256(self.checkpoint / "model.safetensors")


def train_seed(
    benchmark: Benchmark, corpora: Path, folder: Path, seed: int, aliases: Aliases
) -> Training:
    """Train a benchmark's run with a seed in a folder, unless that holds it already.

    Raises:
        ConfigError: if the folder holds another run, or one on other data, from another start or
            for a benchmark of other settings.
    """
    run = replace(benchmark.run, optimisation=replace(benchmark.run.optimisation, seed=seed))
    final = folder / FINAL_FOLDER
    if (final / "run.json").is_file():
        training = Training(final, _description(final))
        _check_unchanged(benchmark, corpora, folder, training.description)
        logger.info("seed %d is trained already: %s", seed, folder)
        return training
    settings = _settings(benchmark.config)
    train(
        run,
        benchmark.run_path,
        corpora,
        folder,
        score_dev=dev_scorer(benchmark, aliases),
        published_splits=settings["published_splits"],
        benchmark=settings,
    )
    return Training(final, _description(final))


def warm_start_of(benchmark: Benchmark) -> Training | None:
    """Return the training that a benchmark's own ones begin with.

    Raises:
        ConfigError: if it is not there.
    """
    if benchmark.run.warm_start is None:
        return None
    folder = benchmark.run_path.parent / benchmark.run.warm_start
    if not (folder / "run.json").is_file():
        raise ConfigError(
            f"no warm start at {folder}: it holds no run.json",
            "train it first; a warm start is the folder final of a run",
        )
    return Training(folder, _description(folder))


def dev_scorer(benchmark: Benchmark, aliases: Aliases) -> DevScores:
    """Return what scores a model on dev by the benchmark's headline metrics, thresholds at 0.5."""
    config = benchmark.config

    def score(
        model: ConflictTagger, tokenizer: Tokenizer, dev: Mapping[str, Sequence[Record]]
    ) -> dict[str, float]:
        pipeline = checkpoint_pipeline(model, tokenizer)
        predictor = Predictor(config.task, config.setting, pipeline, aliases)
        metrics: dict[str, float] = {}
        for name, records in dev.items():
            counts = count_scores(config.task, config.setting, records, predictor.predict(records))
            for metric in config.headline:
                metrics[f"{name}_{metric}"] = 100 * counts.metrics[metric].f1
        metrics["selection"] = sum(metrics.values()) / max(1, len(metrics))
        return metrics

    return score


def _settings(config: BenchmarkConfig) -> dict[str, Any]:
    """Return what a training depends on beside its run: what it learns, and what selects it."""
    return {
        "task": config.task,
        "setting": config.setting,
        "headline": sorted(config.headline),
        "published_splits": [config.corpus] if config.published_splits else [],
    }


def _description(final: Path) -> Mapping[str, Any]:
    description: Mapping[str, Any] = json.loads((final / "run.json").read_text(encoding="utf-8"))
    return description


def _check_unchanged(
    benchmark: Benchmark, corpora: Path, folder: Path, description: Mapping[str, Any]
) -> None:
    next_step = f"move {folder} away to train anew, or give another --output"
    if description["config_sha256"] != config_fingerprint(benchmark.run):
        raise ConfigError(f"{folder} holds a run with another configuration", next_step)
    # Runs of former versions, and of clashtag train, do not say.
    found, wanted = description.get("benchmark"), _settings(benchmark.config)
    if found is not None and found != wanted:
        differing = [name for name in wanted if found.get(name) != wanted[name]]
        raise ConfigError(
            f"{folder} holds a run for a benchmark of other {', '.join(differing)}", next_step
        )
    start = warm_start_of(benchmark)
    if start and start.weights_sha256 != description["warm_start_sha256"]:
        raise ConfigError(
            f"{folder} holds a run that began with other weights than {start.checkpoint} has now",
            next_step,
        )
    for corpus in benchmark.run.corpora:
        hashes = description["corpora"].get(corpus.name, {}).get("sha256", {})
        for split, file_name in (("train", corpus.train), ("dev", corpus.dev)):
            if file_name is None or split not in hashes:
                continue
            path = corpus_folder(benchmark, corpus, corpora) / FilePart.parse(file_name).name
            if not path.is_file() or file_sha256(path) != hashes[split]:
                raise ConfigError(f"{folder} holds a run on another {path}", next_step)
