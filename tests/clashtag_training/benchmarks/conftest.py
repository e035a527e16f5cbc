"""A benchmark of hand-made records: two seeds' predictions, counted and put into a result."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("yaml")

from clashtag.records import Record
from clashtag_training.benchmarks.config import BenchmarkConfig, Goals, PublishedSystem
from clashtag_training.benchmarks.errors import analyse_errors
from clashtag_training.benchmarks.result import BenchmarkResult, Evaluation, Recipe, SeedResult
from clashtag_training.benchmarks.scoring import count_scores
from clashtag_training.corpora.markup import parse_markup
from clashtag_training.evaluation.bootstrap import label_scores
from clashtag_training.evaluation.result import Dataset, current_environment
from clashtag_training.evaluation.sizes import sizes_of

GOLD = """\
=== a

{Gunmen|1.agent,2.agent} {raided|1:attack} {Belmar|1.place} and {shot|2:death} {two men|2.victim}.

=== b

{Rebels|1.agent} {stormed|1:attack} {Harn|1.place}.

=== c

The market reopened in Varn.
"""

# The first seed misses the death and its arguments, and takes a place for an agent.
FIRST = """\
=== a

{Gunmen|1.agent} {raided|1:attack} {Belmar|1.place} and shot two men.

=== b

{Rebels|1.agent} {stormed|1:attack} {Harn|1.agent}.

=== c

The market reopened in Varn.
"""

# The second finds everything, and an event too many.
SECOND = GOLD.replace("reopened", "{reopened|1:attack}")


def read(markup: str) -> list[Record]:
    return parse_markup(markup, "records")


def evaluation(gold: list[Record], predicted: list[Record], split: str) -> Evaluation:
    counts = count_scores("events", "end-to-end", gold, predicted)
    assert counts.soft is not None
    return Evaluation(
        split=split,
        form="checkpoint",
        predictions_sha256="0" * 64,
        metrics=label_scores(counts.metrics, 50, 0),
        soft=label_scores(counts.soft, 50, 0),
        labels={
            name: {label: table[label] for label in table.labels}
            for name, table in counts.labels.items()
        },
        errors=analyse_errors("events", "end-to-end", gold, predicted),
    )


@pytest.fixture(scope="session")
def gold() -> list[Record]:
    return read(GOLD)


@pytest.fixture(scope="session")
def predictions() -> list[list[Record]]:
    """What the two seeds predicted."""
    return [read(FIRST), read(SECOND)]


@pytest.fixture(scope="session")
def config() -> BenchmarkConfig:
    return BenchmarkConfig(
        name="tiny",
        title="Tiny, end to end",
        description="Three sentences.\n",
        task="events",
        corpus="tiny",
        headline=("trigger_cls", "arg_cls_plus"),
        columns=("trigger_cls", "arg_cls_plus", "arg_cls_plus.precision", "roles/place"),
        splits={"dev": "dev.jsonl", "test": "test.jsonl"},
        seeds=(1, 2),
        published=(
            PublishedSystem(
                "Large One",
                "test",
                {"trigger_cls": 70.0, "arg_cls_plus": 60.5},
                "the paper, read",
                encoder="355 M",
            ),
        ),
        goals=Goals("test", {"arg_cls_plus": 65}),
    )


@pytest.fixture(scope="session")
def result(gold: list[Record], predictions: list[list[Record]]) -> BenchmarkResult:
    """The result of both seeds on dev."""
    seeds = tuple(
        SeedResult(seed, 12.5, 80.0 + seed, "1" * 64, "abc", (evaluation(gold, found, "dev"),))
        for seed, found in enumerate(predictions, start=1)
    )
    return BenchmarkResult(
        benchmark="tiny",
        task="events",
        setting="end-to-end",
        recipe=Recipe(
            name="tiny",
            encoder="some/encoder",
            parameters=22_700_000,
            config_sha256="2" * 64,
            data={"tiny": {"train": "3" * 64, "dev": "4" * 64}},
            training_records=90,
            shared_with_dev=0,
            published_splits=True,
        ),
        splits={"dev": Dataset("tiny/dev.jsonl", "4" * 64, sizes_of("events", gold))},
        seeds=seeds,
        comparisons=(),
        bootstrap_samples=50,
        environment=current_environment(),
        date="2026-05-08T10:00:00+00:00",
    )


@pytest.fixture(scope="session")
def tested_result(result: BenchmarkResult) -> BenchmarkResult:
    """The same with a test split on which the seeds did just as well."""
    seeds = tuple(
        replace(
            seed,
            evaluations=(*seed.evaluations, replace(seed.evaluations[0], split="test")),
        )
        for seed in result.seeds
    )
    splits = {**result.splits, "test": replace(result.splits["dev"], name="tiny/test.jsonl")}
    return replace(result, seeds=seeds, splits=splits)


@pytest.fixture
def configs() -> Path:
    return Path(__file__).parents[3] / "configs" / "benchmarks"
