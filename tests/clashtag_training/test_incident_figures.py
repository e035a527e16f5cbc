"""The figures in docs/analysis/incidents.md are those that were measured, on the data as it is.

To write them anew: clashtag evaluate data/incidents.jsonl --task incidents --output
results/incidents/articles.json, the same for MUC-4, then python tests/incident_figures.py.
"""

from __future__ import annotations

import re
import runpy

import pytest

from clashtag.analysis.grouping.pair_features import FEATURES
from clashtag.bundle import shipped_bundle_path
from clashtag.errors import BundleError
from clashtag.hashing import file_sha256
from clashtag_training.evaluation.result import read_result
from incident_figures import ARTICLES, DOCUMENT, MEANINGS, MUC4, ROOT, with_tables


def test_document_has_the_tables_of_the_result_files():
    document = DOCUMENT.read_text(encoding="utf-8")
    assert document == with_tables(document)


def test_every_feature_is_explained():
    assert list(MEANINGS) == ["bias", *FEATURES]


def test_results_are_complete_and_of_the_incidents_as_they_are():
    result = read_result(ARTICLES)
    assert result.dataset.sha256 == file_sha256(ROOT / "data" / "incidents.jsonl")
    assert result.bootstrap_samples == 1000
    assert result.missing_records == 0
    assert read_result(MUC4).task == "incidents"


def test_grouping_beats_the_baselines_on_held_out_articles():
    gains = "gain in CoNLL score over baselines, held-out"
    scores = read_result(ARTICLES).scores
    assert all(gain.f1.low > 0 for gain in scores[f"{gains}, gold events"].rows.values())
    on_predicted = scores[f"{gains}, predicted events"].rows
    assert all(on_predicted[name].f1.low > 0 for name in ("one per type", "one per sentence"))


def test_the_example_runs(tmp_path, capsys):
    try:
        shipped_bundle_path()
    except BundleError:
        pytest.skip("no model is shipped")
    document = DOCUMENT.read_text(encoding="utf-8")
    example = re.search(r"^```python\n(.*?)^```$", document, re.MULTILINE | re.DOTALL)
    assert example is not None
    path = tmp_path / "example.py"
    path.write_text(example[1], encoding="utf-8")
    runpy.run_path(str(path))
    assert capsys.readouterr().out.startswith("attack Interval(first_day=datetime.date(2026, 5, 4)")
