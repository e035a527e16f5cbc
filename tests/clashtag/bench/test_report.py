from __future__ import annotations

import dataclasses
import json
from xml.etree import ElementTree as ET

import pytest

from bench_sketch import around, sketch_report
from clashtag.bench.plot import draw_report
from clashtag.bench.report import to_json
from clashtag.bench.tables import machine_line, process_line, report_tables, soak_line
from clashtag.bench.targets import targets
from clashtag_training.evaluation.decoding import decode

REPORT = sketch_report()


def without_extras():
    return dataclasses.replace(
        REPORT, comparison=None, soak=None, ceiling=None, ceiling_missing="no onnx: install it"
    )


def verdicts(report) -> dict[str, bool | None]:
    return {target.goal.partition(" (")[0]: target.is_met for target in targets(report)}


@pytest.mark.parametrize("report", [REPORT, without_extras()])
def test_json_is_read_back_as_the_same_report(report):
    problems: list[str] = []
    read = decode(type(report), json.loads(to_json(report)), "bench", problems)
    assert not problems
    assert to_json(read) == to_json(report)
    assert read.latency == report.latency


def test_json_has_four_digits():
    report = dataclasses.replace(REPORT, price_per_core_hour=0.0412345)
    assert json.loads(to_json(report))["price_per_core_hour"] == 0.04123


def test_targets_are_judged_by_the_figures():
    found = verdicts(REPORT)
    assert found["at least 8 times the articles a second of the fp32 transformers pipeline"] is True
    assert found["at least 5 times the articles a second of the plain ONNX export"] is None
    assert found["at least 3 times the articles a second of a spaCy CNN pipeline"] is False
    assert found["encoder at 30% or more of the int8 ceiling"] is True
    assert found["one article of 500 words in 25 ms"] is True
    assert found["cold start under 0.7 s"] is True
    assert found["peak memory under 350 MB"] is True
    assert found["memory reaches a plateau"] is True


def test_targets_are_missed_by_slower_figures():
    latency = dataclasses.replace(REPORT.latency["500"], p50_milliseconds=25.1)
    fresh = dataclasses.replace(
        REPORT.fresh_process, cold_start_seconds=around(0.7), peak_megabytes=350.0
    )
    slower = dataclasses.replace(
        REPORT, latency={**REPORT.latency, "500": latency}, fresh_process=fresh
    )
    found = verdicts(slower)
    assert found["one article of 500 words in 25 ms"] is False
    assert found["cold start under 0.7 s"] is False
    assert found["peak memory under 350 MB"] is False


def test_targets_that_were_not_measured_are_neither_met_nor_missed():
    found = verdicts(without_extras())
    assert list(found.values()).count(None) == 4
    assert "memory reaches a plateau" not in found


def test_price_is_that_of_all_threads_at_the_median():
    # A million articles at 40 a second on two cores: 13.9 core hours at 4 cents.
    assert REPORT.dollars_per_million_articles == pytest.approx(0.5556, abs=1e-3)
    assert "cost $0.56, if a core costs $0.04 an hour" in process_line(REPORT)


@pytest.mark.parametrize("report", [REPORT, without_extras()])
def test_tables_are_rectangular(report):
    for table in report_tables(report):
        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.header)}


def test_comparison_lists_the_fastest_first_and_the_missing_last():
    [table] = [table for table in report_tables(REPORT) if table.title == "Against others"]
    assert [row[0] for row in table.rows] == ["clashtag", "spacy", "transformers", "gliner"]
    assert table.rows[1][1] == "about spacy (another task, random weights)"
    assert table.rows[2][-1] == "9.00 (8.10–9.90)"
    assert table.rows[3][1] == "not measured: needs the module 'torch'"


def test_lines_name_the_machine_its_limits_and_the_soak():
    assert "2 CPUs of A CPU <1 & only> (avx2), container quota 1.5" in machine_line(REPORT)
    assert "load average before: 0.25" in machine_line(REPORT)
    assert "10,000 articles of 20 to 2,000 words" in soak_line(REPORT)
    assert soak_line(without_extras()) is None


def test_busy_machine_is_said_to_be_one():
    machine = dataclasses.replace(REPORT.machine, load_before=1.5)
    assert "1.50 (busy:" in machine_line(dataclasses.replace(REPORT, machine=machine))
    assert "busy" not in machine_line(REPORT)


@pytest.mark.parametrize("report", [REPORT, without_extras()])
def test_plot_is_well_formed_and_within_its_frame(report):
    picture = ET.fromstring(draw_report(report))  # noqa: S314 - our own text
    width, height = (float(picture.get(name)) for name in ("width", "height"))
    name = "{http://www.w3.org/2000/svg}"
    for group in picture.iter(f"{name}g"):
        top = float(group.get("transform").partition(" ")[2].rstrip(")"))
        for bar in group.iter(f"{name}rect"):
            assert float(bar.get("x")) + float(bar.get("width")) <= width
            assert top + float(bar.get("y")) + float(bar.get("height")) <= height


def test_plot_has_a_bar_for_each_system_in_proportion():
    picture = ET.fromstring(draw_report(REPORT))  # noqa: S314
    first = next(picture.iter("{http://www.w3.org/2000/svg}g"))
    bars = [float(bar.get("width")) for bar in first.iter("{http://www.w3.org/2000/svg}rect")]
    assert bars == pytest.approx([430, 215, 430 / 9], abs=0.1)
    assert "another task" in "".join(first.itertext())


def test_plot_is_the_same_every_time():
    assert draw_report(REPORT) == draw_report(sketch_report())
