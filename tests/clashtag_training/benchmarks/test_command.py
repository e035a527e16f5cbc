from __future__ import annotations

import dataclasses

import pytest
import typer
from typer.testing import CliRunner

pytest.importorskip("yaml")

from clashtag.cli import benchmark_command
from clashtag.errors import ConfigError, InputError
from clashtag_training.benchmarks.result import write_benchmark_result
from clashtag_training.commands import benchmark as command
from clashtag_training.commands.benchmark import BenchmarkFiles, benchmark

TINY = """\
name: tiny
title: Tiny, end to end
description: Three sentences.
task: events
corpus: tiny
headline: [trigger_cls, arg_cls_plus]
columns: [trigger_cls, arg_cls_plus]
splits: {dev: dev.jsonl}
seeds: [4, 5]
run:
  name: tiny
  ontology: null
  shipped_head: ours
  corpora:
    - {name: tiny, path: tiny, head: ours, select: true}
  optimisation: {epochs: 5, int8_epochs: 2, first_evaluation_epoch: 3}
"""


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "tiny.yaml"
    file.write_text(TINY, encoding="utf-8")
    return file


@pytest.fixture
def seen(monkeypatch, result):
    """What the run was asked for; it answers with the hand-made result."""
    calls = []

    def run(chosen, **options):
        calls.append((chosen, options))
        return result

    monkeypatch.setattr(command, "_run", run)
    return calls


def test_a_benchmark_writes_result_report_and_plot(path, seen, tmp_path):
    output = tmp_path / "out"
    files = benchmark(str(path), corpora=tmp_path / "corpora", output=output)
    assert files == BenchmarkFiles.of("tiny", output)
    [(chosen, options)] = seen
    assert chosen.run.name == "tiny"
    assert options["seeds"] == (4, 5)
    assert options["runs"] == output / "runs"
    report = files.report.read_text(encoding="utf-8")
    assert "](tiny.svg)" in report
    assert files.plot.is_file()
    seen.clear()
    files.report.unlink()
    benchmark(str(path), output=output, report_only=True)
    assert not seen
    assert files.report.read_text(encoding="utf-8") == report


def test_files_lie_where_the_repository_keeps_them():
    files = BenchmarkFiles.of("muc4", None)
    assert [p.as_posix() for p in (files.runs, files.result, files.report, files.plot)] == [
        "runs",
        "results/muc4.json",
        "docs/benchmarks/muc4.md",
        "docs/benchmarks/muc4.svg",
    ]


def test_the_corpora_folder_must_be_named(path, seen, monkeypatch, tmp_path):
    monkeypatch.delenv("CLASHTAG_CORPORA", raising=False)
    with pytest.raises(ConfigError, match="tiny needs the corpora, and no folder is named"):
        benchmark(str(path), output=tmp_path)
    monkeypatch.setenv("CLASHTAG_CORPORA", str(tmp_path / "there"))
    benchmark(str(path), output=tmp_path)
    assert seen[0][1]["corpora"] == tmp_path / "there"


def test_a_trial_is_short_and_kept_apart(path, seen, tmp_path):
    with pytest.raises(ConfigError, match="has no result to keep beside real ones"):
        benchmark(str(path), corpora=tmp_path, max_steps=30)
    benchmark(str(path), corpora=tmp_path, max_steps=30, output=tmp_path, encoder="some/other")
    run = seen[0][0].run
    assert run.optimisation.max_steps == 30
    assert run.optimisation.int8_epochs == run.optimisation.first_evaluation_epoch == 0
    assert run.encoder == "some/other"


def test_a_report_needs_a_result(path, tmp_path):
    with pytest.raises(InputError, match="run the benchmark first"):
        benchmark(str(path), output=tmp_path, report_only=True)


def test_a_report_refuses_the_result_of_another_benchmark(path, result, tmp_path):
    write_benchmark_result(dataclasses.replace(result, benchmark="other"), tmp_path / "tiny.json")
    with pytest.raises(InputError, match="holds a result of other, not of tiny"):
        benchmark(str(path), output=tmp_path, report_only=True)


@pytest.fixture
def app():
    app = typer.Typer()
    app.command()(benchmark_command.benchmark)
    return app


def test_the_command_passes_its_options_on(app, path, seen, tmp_path):
    options = ["--corpora", str(tmp_path), "--output", str(tmp_path / "out"), "--seeds", "7,8"]
    done = CliRunner().invoke(app, [str(path), *options, "--samples", "50"])
    assert done.exit_code == 0, done.output
    assert done.output.strip() == str(tmp_path / "out" / "tiny.md")
    [(_, passed)] = seen
    assert passed["seeds"] == (7, 8)
    assert passed["samples"] == 50


@pytest.mark.parametrize("seeds", ["1,1", "one", "", "-3"])
def test_seeds_must_be_different_whole_numbers(app, path, seen, seeds):
    done = CliRunner().invoke(app, [str(path), "--seeds", seeds])
    assert done.exit_code == 2
    assert not seen
