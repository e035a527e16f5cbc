"""A whole bench at a tiny scale, through the library and through the command."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from clashtag.bench import plan as plans
from clashtag.bench.plan import Plan
from clashtag.bench.run import BenchOptions, run_bench
from clashtag.cli.app import app
from clashtag.threads import available_threads

TINY = Plan(
    name="tiny",
    rounds=2,
    articles={100: 2, 500: 2},
    mixed_articles=2,
    latency_calls=5,
    latency_seconds=0.0,
    cold_starts=1,
    batch_budgets=(64, 1024),
    compared_articles=2,
    product_seconds=0.0,
)


def bench(*arguments: object):
    return CliRunner().invoke(app, ["bench", *map(str, arguments)])


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("Gunmen said the attack killed civilians. Rain.\n", encoding="utf-8")
    return path


@pytest.fixture
def tiny_plans(monkeypatch):
    monkeypatch.setattr(plans, "QUICK", TINY)


@pytest.mark.usefixtures("other_processes")
def test_bench_measures_everything_that_was_asked_for(bundle, articles):
    steps: list[str] = []
    options = BenchOptions(threads=2, rivals=("fp32",), fp32=bundle.path, price_per_core_hour=0.1)
    report = run_bench(bundle, articles, TINY, options, on_step=steps.append)
    assert list(report.throughput) == ["100", "500", "mixed"]
    assert list(report.latency) == ["100", "500"]
    assert report.throughput["500"].words_per_article == pytest.approx(500, rel=0.1)
    assert {(each.threads, each.batch_tokens) for each in report.settings} == {
        (1, 1024),
        (2, 64),
        (2, 1024),
    }
    assert report.ceiling is not None
    assert report.comparison is not None
    assert [system.name for system in report.comparison.systems] == ["clashtag", "fp32"]
    assert report.soak is None
    assert report.source == articles.source
    assert steps[0] == "new processes"


@pytest.mark.usefixtures("other_processes", "tiny_plans")
def test_command_writes_report_and_picture(tiny_bundle, article, tmp_path):
    output, plot = tmp_path / "bench.json", tmp_path / "bench.svg"
    result = bench(
        *(article, "--quick", "--model", tiny_bundle, "--threads", 1),
        *("--output", output, "--plot", plot),
    )
    assert result.exit_code == 0, result.output
    for words in ("Targets", "Text in, events out", "tokenise", "TOPS", "Cold start"):
        assert words in result.stdout
    report = json.loads(output.read_text(encoding="utf-8"))
    assert report["plan"] == "tiny"
    assert report["model"]["name"] == "tiny"
    ET.parse(plot)  # noqa: S314 - our own file


@pytest.mark.usefixtures("other_processes", "tiny_plans")
def test_command_prints_json(tiny_bundle, article):
    result = bench(article, "--quick", "--model", tiny_bundle, "--json")
    assert json.loads(result.stdout)["threads"] == available_threads()


def test_command_names_unknown_rivals():
    result = bench("--against", "spacy,spicy")
    assert result.exit_code == 2
    assert "no rival spicy" in result.output


def test_command_names_a_folder_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = bench("--checkpoint", "final")
    assert result.exit_code == 2
    assert "--checkpoint final: is no folder" in result.output


def test_command_refuses_a_soak_that_shows_nothing(article):
    result = bench(article, "--soak", 10)
    assert result.exit_code == 2
    assert "at least 100" in result.output


def test_command_explains_missing_articles(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = bench()
    assert result.exit_code == 1
    assert "there is no data/articles/*.jsonl here" in result.stderr


def test_command_fails_at_once_where_it_cannot_write(tiny_bundle, article, tmp_path):
    result = bench(article, "--model", tiny_bundle, "--output", tmp_path / "none" / "bench.json")
    assert result.exit_code == 1
    assert "bench.json: No such file" in result.stderr


@pytest.mark.usefixtures("tiny_plans")
def test_command_leaves_no_file_behind_when_it_fails(article, tmp_path, monkeypatch, tiny_bundle):
    def fail(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("clashtag.bench.run.measure_fresh_process", fail)
    result = bench(article, "--quick", "--model", tiny_bundle, "-o", tmp_path / "bench.json")
    assert result.exit_code == 130
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
