"""A benchmark as a YAML file describes it: what is trained, how it is scored, who else did it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from clashtag.errors import ConfigError
from clashtag_training.benchmarks.scoring import Task, label_tables, metrics_of
from clashtag_training.evaluation.scores import Setting
from clashtag_training.run_config import CorpusConfig, RunConfig
from clashtag_training.strict_config import load_config

DEV = "dev"
FIGURES = ("precision", "recall")
BENCHMARKS_DIR = Path("configs") / "benchmarks"


@dataclass(frozen=True, slots=True)
class PublishedSystem:
    """The figures of another system.

    Args:
        system: its name.
        split: what it was scored on, for instance `test`.
        scores: its figures in points, by column (see `BenchmarkConfig.columns`).
        source: where the figures come from, and whether they were run again or only read.
        encoder: its encoder and size.
        note: what a reader must know to compare, for instance that five splits were averaged.
    """

    system: str
    split: str
    scores: Mapping[str, float]
    source: str
    encoder: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Goals:
    """What the project set out to reach: points by column, on a split."""

    split: str
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class BenchmarkConfig:
    """A benchmark.

    Args:
        name: names the run's folders, the result file and the report.
        title: the heading of the report.
        description: what is asked and what counts as correct, for readers of the report.
        task: what is predicted.
        setting: whether triggers are predicted too, or given.
        corpus: the corpus of the run whose splits are scored.
        headline: the metrics whose mean chooses the checkpoint on dev.
        columns: what the report compares: F1 of a metric (`arg_cls_plus`), its precision or recall
            (`ceaf_ree.precision`), or F1 of one label (`roles/Victim`).
        run: the training run; its paths are relative to the benchmark's file.
        run_file: the file of a training run, instead of `run`.
        published_splits: whether the corpus is trained on as published, and so also on what it
            shares with its own dev part; otherwise such records are left out.
        export: whether to score exported bundles, in fp32 and in int8, and not the checkpoint.
        seeds: one training each.
        splits: file names below the corpus's folder; those that are not there are left out, but
            `dev` must be.
        published: figures of other systems.
        goals: what the project set out to reach, or null.
    """

    name: str
    title: str
    description: str
    task: Task
    corpus: str
    headline: tuple[str, ...]
    columns: tuple[str, ...]
    splits: Mapping[str, str]
    seeds: tuple[int, ...]
    setting: Setting = "end-to-end"
    run: RunConfig | None = None
    run_file: Path | None = None
    published_splits: bool = True
    export: bool = False
    published: tuple[PublishedSystem, ...] = ()
    goals: Goals | None = None


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A benchmark with its training run; `run_path` is the file that the run's paths start from."""

    config: BenchmarkConfig
    run: RunConfig
    run_path: Path

    @property
    def corpus(self) -> CorpusConfig:
        """The corpus that is scored."""
        return next(c for c in self.run.corpora if c.name == self.config.corpus)


def benchmark_path(name: str, folder: Path = BENCHMARKS_DIR) -> Path:
    """Return the file of a benchmark: a name below `folder`, or the path of a YAML file.

    Raises:
        ConfigError: if there is none, listing those that there are.
    """
    path = Path(name) if Path(name).suffix == ".yaml" else folder / f"{name}.yaml"
    if path.is_file():
        return path
    known = ", ".join(sorted(found.stem for found in folder.glob("*.yaml")))
    raise ConfigError(
        f"no benchmark {name!r}: {path} does not exist",
        f"use one of {known}" if known else f"run it where {folder} lies, or give a file's path",
    )


def load_benchmark(path: Path) -> Benchmark:
    """Read a benchmark's file and its run.

    Raises:
        ConfigError: naming every unknown or missing key, and everything that does not fit.
    """
    config = load_config(path, BenchmarkConfig)
    if config.run is not None and config.run_file is None:
        run, run_path = config.run, path
    elif config.run is None and config.run_file is not None:
        run_path = path.parent / config.run_file
        run = load_config(run_path, RunConfig)
    else:
        raise ConfigError(f"{path}: needs `run` or `run_file`, and not both", "give one of them")
    problems = [*_problems(config), *_run_problems(config, run)]
    if problems:
        raise ConfigError(f"{path}: " + "; ".join(problems), f"compare it with {BENCHMARKS_DIR}")
    return Benchmark(config, run, run_path)


def _problems(config: BenchmarkConfig) -> Iterator[str]:
    known = metrics_of(config.task, config.setting)
    if config.task != "events" and config.setting == "gold triggers":
        yield f"task {config.task} has no triggers to be given"
    if config.export and (config.task, config.setting) != ("events", "end-to-end"):
        yield "only events, end to end, can be exported"
    if not config.headline:
        yield "headline must name a metric"
    yield from (
        f"headline: unknown metric {metric!r}; there are {', '.join(known)}"
        for metric in config.headline
        if metric not in known
    )
    if DEV not in config.splits:
        yield f"splits must name a {DEV} file"
    if not config.seeds or len(set(config.seeds)) < len(config.seeds):
        yield f"seeds must hold at least one, and each once, found {list(config.seeds)}"
    compared = [config.columns, *(system.scores for system in config.published)]
    if config.goals is not None:
        compared.append(config.goals.scores)
    for column in dict.fromkeys(column for columns in compared for column in columns):
        if not _is_column(column, config):
            yield f"unknown column {column!r}"
    yield from (
        f"{system.system} has {column!r}, which is no column"
        for system in config.published
        for column in system.scores
        if column not in config.columns
    )


def _is_column(column: str, config: BenchmarkConfig) -> bool:
    table, slash, _ = column.partition("/")
    if slash:
        return table in label_tables(config.task, config.setting)
    metric, _, figure = column.partition(".")
    return metric in metrics_of(config.task, config.setting) and figure in ("", *FIGURES)


def _run_problems(config: BenchmarkConfig, run: RunConfig) -> Iterator[str]:
    corpus = next((c for c in run.corpora if c.name == config.corpus), None)
    if corpus is None:
        yield f"the run has no corpus {config.corpus!r}"
    elif corpus.head != run.shipped_head:
        yield f"{config.corpus} trains the head {corpus.head!r}, not {run.shipped_head!r}"
    elif not corpus.select:
        yield f"{config.corpus} must select the checkpoint (select: true)"
    if corpus is not None and corpus.dev != config.splits.get(DEV):
        yield f"the run selects on {corpus.dev!r}, and not on the dev file under `splits`"
    kind = "events" if config.task == "events" else "mentions"
    if corpus is not None and corpus.kind != kind:
        yield f"{config.corpus} must be of kind {kind} for the task {config.task}"
