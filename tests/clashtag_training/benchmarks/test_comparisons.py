from __future__ import annotations

import pytest

from clashtag.errors import InputError
from clashtag_training.benchmarks.comparisons import compare, read_others
from clashtag_training.benchmarks.scoring import count_scores
from clashtag_training.benchmarks.splits import Split
from clashtag_training.corpora.record_files import write_records
from clashtag_training.evaluation.result import Dataset


@pytest.fixture
def splits(gold):
    return [Split("dev", gold, Dataset("tiny/dev.jsonl", "4" * 64, {"records": 3}))]


def test_systems_are_compared_document_by_document(
    config, result, splits, gold, predictions, tmp_path
):
    (tmp_path / "dev").mkdir()
    write_records(tmp_path / "dev" / "weak.jsonl", predictions[0])
    others = read_others(config, tmp_path, splits)
    counts = count_scores("events", "end-to-end", gold, predictions[1])
    evaluation = result.seeds[1].evaluations[0]
    found = list(compare(others, config, counts, evaluation, seed=2, samples=100))
    assert [(c.system, c.metric, c.seed) for c in found] == [
        ("weak", "trigger_cls", 2),
        ("weak", "arg_cls_plus", 2),
    ]
    arguments = found[1]
    assert arguments.f1 == pytest.approx(0.6)
    assert arguments.difference.difference.value == pytest.approx(0.4)
    assert 0 < arguments.difference.p_value <= 1


def test_predictions_on_no_split_are_an_error(config, splits, tmp_path):
    assert read_others(config, None, splits) == []
    with pytest.raises(InputError) as caught:
        read_others(config, tmp_path, splits)
    assert "holds no predictions on dev" in caught.value.problem
    assert caught.value.next_step == "put them there as dev/SYSTEM.jsonl"
