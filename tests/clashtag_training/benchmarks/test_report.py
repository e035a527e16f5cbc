from __future__ import annotations

import dataclasses
import json
import re
from xml.etree import ElementTree as ET

import pytest

from clashtag.errors import InputError
from clashtag_training.benchmarks.plot import draw_benchmark
from clashtag_training.benchmarks.report import benchmark_report, reported_split
from clashtag_training.benchmarks.result import (
    Comparison,
    WarmStart,
    points,
    read_benchmark_result,
    write_benchmark_result,
)
from clashtag_training.evaluation.bootstrap import Estimate, PairedTest


def rows(report, first_cell):
    """The cells of the rows that open with some words."""
    lines = [line for line in report.splitlines() if line.startswith(f"| {first_cell}")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_our_row_is_the_mean_of_the_seeds(config, result):
    # trigger-cls: 2 of 3 found (F1 80), and 3 of 3 with one too many (6/7 = 85.7): mean 82.9.
    # arg-cls+: of 6 gold, 4 predicted with 3 right (60) and 6 of 6 (100). Precision 75 and 100.
    # place: 1 of 2 found (66.7) and 2 of 2 (100).
    report = benchmark_report(config, result, "tiny.svg")
    [ours] = rows(report, "**clashtag**")
    assert ours == [
        "**clashtag**, mean of 2 seeds (± sd)",
        "some/encoder, 22.7 M",
        "dev",
        "82.9 ± 4.0",
        "80.0 ± 28.3",
        "87.5 ± 17.7",
        "83.3 ± 23.6",
    ]
    assert rows(report, "Large One") == [["Large One", "355 M", "test", "70", "60.5", "–", "–"]]


def test_figures_of_a_split_that_is_not_there_are_not_compared(config, result, tested_result):
    warning = "The published figures are of test, which was not at hand here"
    report = benchmark_report(config, result, "tiny.svg")
    assert warning in report
    assert reported_split(config, result) == "dev"
    assert rows(report, "arg-cls+ | test | 65") == [["arg-cls+", "test", "65", "–", "–"]]
    tested = benchmark_report(config, tested_result, "tiny.svg")
    assert warning not in tested
    assert reported_split(config, tested_result) == "test"
    [goal] = rows(tested, "arg-cls+ | test | 65")
    assert goal[3:] == ["80.0 ± 28.3", "reached"]


def test_a_goal_that_is_missed_is_said_to_be(config, tested_result):
    high = dataclasses.replace(config.goals, scores={"trigger_cls": 90.0})
    report = benchmark_report(dataclasses.replace(config, goals=high), tested_result, "tiny.svg")
    assert rows(report, "trigger-cls | test | 90")[0][-1] == "missed by 7.1"


def test_seeds_have_intervals_and_costs(config, result):
    report = benchmark_report(config, result, "tiny.svg")
    [first] = rows(report, "1 | dev")
    assert re.fullmatch(r"80\.0 \(\d+\.\d to \d+\.\d\)", first[2])
    assert first[-2:] == ["81.0", "12.5"]
    assert "from 50 bootstrap draws" in report


def test_tables_by_label_and_errors_are_means(config, result):
    report = benchmark_report(config, result, "tiny.svg")
    assert rows(report, "death") == [["death", "1", "50.0 ± 70.7", "50.0 ± 70.7", "50.0 ± 70.7"]]
    # The first seed misses the death with two arguments and takes a place for an agent.
    assert rows(report, "missed with its event") == [["missed with its event", "1", "16.7%"]]
    assert rows(report, "place → agent") == [["place → agent", "0.5"]]
    assert rows(report, "spurious") == [["spurious", "0.5", ""]]
    assert rows(report, "same sentence") == [["same sentence", "6", "87.5", "75.0", "80.0"]]


def test_a_trial_is_called_one(config, result):
    assert "trial" not in benchmark_report(config, result, "tiny.svg")
    recipe = dataclasses.replace(result.recipe, max_steps=30)
    trial = benchmark_report(config, dataclasses.replace(result, recipe=recipe), "tiny.svg")
    assert "**A trial of 30 training steps" in trial


def test_shared_text_is_told(config, result):
    recipe = dataclasses.replace(result.recipe, shared_with_dev=7)
    told = dataclasses.replace(result, recipe=recipe)
    report = benchmark_report(config, told, "tiny.svg")
    assert "Of 90 training records, 7 come from a document of dev" in report
    assert "they were kept, as in the published split." in report
    ours = dataclasses.replace(config, splits={"dev": "train.jsonl[:15%]"})
    assert "they were kept. " in benchmark_report(ours, told, "tiny.svg")


def test_paired_tests_are_listed(config, result):
    test = PairedTest(Estimate(0.05, -0.01, 0.11), 0.08)
    comparison = Comparison("other", "5" * 64, "dev", "checkpoint", "arg_cls_plus", 1, 0.55, test)
    report = benchmark_report(
        config, dataclasses.replace(result, comparisons=(comparison,)), "tiny.svg"
    )
    assert rows(report, "other") == [
        ["other", "dev", "1", "arg-cls+", "55.0", "+5.0 (-1.0 to +11.0)", "0.080"]
    ]
    assert "Document by document" not in benchmark_report(config, result, "tiny.svg")


def test_what_repeats_the_figures_is_named(config, result):
    report = benchmark_report(config, result, "tiny.svg")
    for part in ("clashtag benchmark tiny", "`" + "4" * 64 + "`", "`" + "2" * 64 + "`", "`abc`"):
        assert part in report


def test_a_warm_start_is_told(config, result):
    assert "began with" not in benchmark_report(config, result, "tiny.svg")
    start = WarmStart("articles", 1, 16.3, None, "5" * 64)
    warm = dataclasses.replace(result, recipe=dataclasses.replace(result.recipe, warm_start=start))
    report = benchmark_report(config, warm, "tiny.svg")
    assert (
        f"- each seed began with the weights of articles, seed 1 (sha256 `{'5' * 64}`), which "
        "took 16 minutes at commit unknown and must be trained first"
    ) in report


def test_the_plot_shows_everyone_and_is_well_formed(config, result):
    picture = draw_benchmark(config, result)
    root = ET.fromstring(picture)  # noqa: S314 - our own file
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"Large One", "clashtag", "triggers", "arguments", "0 to 2"} <= set(texts)
    # A dot for each seed and headline metric.
    assert len(list(root.iter("{http://www.w3.org/2000/svg}circle"))) == 4


def test_columns_of_labels_and_figures(result):
    first = result.of("dev", "checkpoint")[0]
    assert points(first, "roles/place") == pytest.approx(200 / 3)
    assert points(first, "arg_cls_plus.recall") == pytest.approx(50)
    assert points(first, "roles/weapon") is None
    assert points(first, "ceaf_ree") is None


def test_results_are_read_as_written(result, tmp_path):
    path = tmp_path / "results" / "tiny.json"
    write_benchmark_result(result, path)
    assert read_benchmark_result(path) == result


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"schema": 99}, "schema 99, expected 1"),
        ({"seeds": []}, "holds no seed"),
        ({"seeds": "many"}, "seeds: expected"),
        ({"colour": "red"}, "unknown 'colour'"),
    ],
)
def test_results_of_another_shape_are_refused(change, problem, result, tmp_path):
    path = tmp_path / "tiny.json"
    write_benchmark_result(result, path)
    fields = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(fields | change), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_benchmark_result(path)
    assert problem in caught.value.problem


def test_a_result_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match="cannot be read as JSON"):
        read_benchmark_result(tmp_path / "tiny.json")
