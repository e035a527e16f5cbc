from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, cast

import pytest

pytest.importorskip("onnx")

from clashtag.bundle import load_bundle
from clashtag.labels import Temperature
from clashtag_training.evaluation.reliability import Reliability, reliability
from clashtag_training.evaluation.result import (
    Dataset,
    EvaluationResult,
    Origin,
    current_environment,
)
from clashtag_training.model_card.calibration import calibration_section
from clashtag_training.model_card.evidence import Evidence, SeedRuns
from tiny_model import LABELS, write_tiny_bundle

RIGHT_AND_WRONG = [(0.9, True), (0.9, False)]


def result(calibration: dict[str, Reliability] | None) -> EvaluationResult:
    return EvaluationResult(
        task="events",
        setting="end-to-end",
        dataset=Dataset("news/dev", "0" * 64, {}),
        predictions=Origin("bundle", "tiny", "f" * 64),
        missing_records=0,
        types_outside_ontology=None,
        scores={},
        bootstrap_samples=1,
        seeds={},
        environment=current_environment(),
        date="2026-01-02T03:04:05+00:00",
        calibration=calibration,
    )


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    temperature = Temperature(triggers=1.25, roles=1.5, statuses=2.0)
    labels = dataclasses.replace(LABELS, temperature=temperature)
    measured = reliability(RIGHT_AND_WRONG)
    assert measured is not None
    return Evidence(
        bundle=load_bundle(write_tiny_bundle(tmp_path / "tiny", labels)),
        corpora=("news",),
        results={
            ("int8", "news", "end-to-end"): result({"triggers": measured}),
            ("fp32", "news", "end-to-end"): result(None),
        },
        seeds=SeedRuns("plain", "c" * 64, ()),
        references=(),
        bench=cast("Any", None),
    )


def test_section_states_temperatures_and_errors(evidence: Evidence) -> None:
    title, text, table = calibration_section(evidence)
    assert title == "### Calibration"
    assert "(triggers 1.25, roles 1.50, statuses 2.00)" in text
    assert (
        table.splitlines()[0] == "|  | predictions | mean score | right | ECE, int8 | ECE, fp32 |"
    )
    assert table.splitlines()[2:] == ["| news triggers | 2 | 90.0 | 50.0 | 40.0 | – |"]


def test_results_without_calibration_give_no_section(evidence: Evidence) -> None:
    results = {key: result(None) for key in evidence.results}
    assert list(calibration_section(dataclasses.replace(evidence, results=results))) == []
