"""`clashtag benchmark`: one benchmark from data to result and report."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from clashtag.errors import ConfigError, InputError
from clashtag_training.benchmarks.config import Benchmark, benchmark_path, load_benchmark
from clashtag_training.benchmarks.plot import draw_benchmark
from clashtag_training.benchmarks.report import benchmark_report
from clashtag_training.benchmarks.result import (
    BenchmarkResult,
    read_benchmark_result,
    write_benchmark_result,
)
from clashtag_training.evaluation.bootstrap import DEFAULT_SAMPLES
from clashtag_training.evaluation.result import write_text_atomically
from clashtag_training.run_config import RunConfig

RESULTS_DIR, REPORTS_DIR, RUNS_DIR = Path("results"), Path("docs/benchmarks"), Path("runs")


@dataclass(frozen=True, slots=True)
class BenchmarkFiles:
    """Where a benchmark's trainings, result, report and plot are kept."""

    runs: Path
    result: Path
    report: Path
    plot: Path

    @classmethod
    def of(cls, name: str, output: Path | None) -> BenchmarkFiles:
        """Return the repository's places, or those of one folder."""
        results, reports = output or RESULTS_DIR, output or REPORTS_DIR
        return cls(
            runs=output / "runs" if output else RUNS_DIR,
            result=results / f"{name}.json",
            report=reports / f"{name}.md",
            plot=reports / f"{name}.svg",
        )


def benchmark(
    name: str,
    *,
    corpora: Path | None = None,
    seeds: Sequence[int] = (),
    encoder: str | None = None,
    others: Path | None = None,
    output: Path | None = None,
    samples: int = DEFAULT_SAMPLES,
    max_steps: int | None = None,
    report_only: bool = False,
) -> BenchmarkFiles:
    """Run a benchmark and return where its files lie.

    Args:
        name: of a file in `configs/benchmarks`, or the path of one.
        corpora: the corpora folder; by default the one that CLASHTAG_CORPORA names, else `data`.
        seeds: the seeds to train, instead of the benchmark's.
        encoder: replaces the run's encoder: a hub id, or the path of a folder.
        others: a folder with predictions of other systems, `SPLIT/SYSTEM.jsonl`.
        output: one folder for trainings, result and report, instead of `runs`, `results` and
            `docs/benchmarks`.
        samples: bootstrap draws behind each interval.
        max_steps: cuts every training short, for a trial.
        report_only: write the report of a result that is there.

    Raises:
        ConfigError: if the benchmark's file or an option is wrong.
        InputError: if a corpus or a result is missing or cannot be read.
    """
    chosen = load_benchmark(benchmark_path(name))
    files = BenchmarkFiles.of(chosen.config.name, output)
    if report_only:
        result = read_benchmark_result(files.result)
        if result.benchmark != chosen.config.name:
            raise InputError(
                f"{files.result} holds a result of {result.benchmark}, not of {chosen.config.name}",
                "run the benchmark first",
            )
    else:
        if max_steps is not None and output is None:
            raise ConfigError(
                "a trial (--max-steps) has no result to keep beside real ones",
                "name a folder for its files with --output",
            )
        chosen = replace(chosen, run=_adapted_run(chosen.run, encoder, max_steps))
        result = _run(
            chosen,
            corpora=corpora or _corpora_dir(chosen),
            runs=files.runs,
            seeds=tuple(seeds) or chosen.config.seeds,
            others=others,
            samples=samples,
        )
        write_benchmark_result(result, files.result)
    write_text_atomically(files.plot, draw_benchmark(chosen.config, result))
    report = benchmark_report(chosen.config, result, files.plot.name)
    write_text_atomically(files.report, report)
    return files


def _run(
    chosen: Benchmark,
    *,
    corpora: Path,
    runs: Path,
    seeds: tuple[int, ...],
    others: Path | None,
    samples: int,
) -> BenchmarkResult:
    # A report alone must not need what training needs.
    from clashtag_training.benchmarks.run import RunOptions, run_benchmark  # noqa: PLC0415
    from clashtag_training.commands.train import prepare_process  # noqa: PLC0415

    prepare_process()
    return run_benchmark(chosen, RunOptions(corpora, runs, seeds, others, samples))


def _corpora_dir(chosen: Benchmark) -> Path:
    if chosen.run.corpora_dir is not None:
        return chosen.run_path.parent / chosen.run.corpora_dir
    named = os.environ.get("CLASHTAG_CORPORA")
    if not named:
        raise ConfigError(
            f"{chosen.config.name} needs the corpora, and no folder is named",
            "name it with --corpora, or in the variable CLASHTAG_CORPORA",
        )
    return Path(named)


def _adapted_run(run: RunConfig, encoder: str | None, max_steps: int | None) -> RunConfig:
    if encoder is not None:
        is_folder = Path(encoder).is_dir()
        run = replace(run, encoder=str(Path(encoder).resolve()) if is_folder else encoder)
    if max_steps is not None:
        short = replace(
            run.optimisation, max_steps=max_steps, int8_epochs=0, first_evaluation_epoch=0
        )
        run = replace(run, optimisation=short)
    return run
