"""Predictions of other systems on a benchmark's splits, tested against ours document by document.

They lie in a folder as record files, `SPLIT/SYSTEM.jsonl`: with events, mentions or role fillers,
under the gold ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from clashtag.errors import InputError
from clashtag.hashing import file_sha256
from clashtag_training.benchmarks.config import BenchmarkConfig
from clashtag_training.benchmarks.result import Comparison, Evaluation
from clashtag_training.benchmarks.scoring import ScoreCounts, count_scores
from clashtag_training.benchmarks.splits import Split
from clashtag_training.corpora.record_files import read_records
from clashtag_training.evaluation.bootstrap import paired_bootstrap


@dataclass(frozen=True, slots=True)
class OtherSystem:
    """What another system predicted on a split, counted."""

    name: str
    split: str
    predictions_sha256: str
    counts: ScoreCounts


def read_others(
    config: BenchmarkConfig, folder: Path | None, splits: Sequence[Split]
) -> list[OtherSystem]:
    """Read and count every system's predictions on the splits that there are.

    Raises:
        InputError: if the folder holds no predictions on any split, or they cannot be scored.
        RecordError: if a file breaks the record format.
    """
    if folder is None:
        return []
    others = [
        OtherSystem(
            path.stem,
            split.name,
            file_sha256(path),
            count_scores(config.task, config.setting, split.records, read_records(path)),
        )
        for split in splits
        for path in sorted((folder / split.name).glob("*.jsonl"))
    ]
    if not others:
        names = ", ".join(split.name for split in splits)
        raise InputError(
            f"{folder} holds no predictions on {names}",
            f"put them there as {splits[0].name}/SYSTEM.jsonl",
        )
    return others


def compare(
    others: Sequence[OtherSystem],
    config: BenchmarkConfig,
    counts: ScoreCounts,
    evaluation: Evaluation,
    *,
    seed: int,
    samples: int,
) -> Iterator[Comparison]:
    """Yield the paired bootstrap of one seed against each system on its split, by headline metric.

    Args:
        others: the systems.
        config: the benchmark.
        counts: what the seed's scores on the split were computed from.
        evaluation: these scores.
        seed: the seed of the training.
        samples: bootstrap draws.
    """
    for other in others:
        if other.split != evaluation.split:
            continue
        for metric in config.headline:
            theirs = other.counts.metrics
            yield Comparison(
                system=other.name,
                predictions_sha256=other.predictions_sha256,
                split=other.split,
                form=evaluation.form,
                metric=metric,
                seed=seed,
                f1=theirs[metric].f1,
                difference=paired_bootstrap(counts.metrics, theirs, metric, samples=samples),
            )
