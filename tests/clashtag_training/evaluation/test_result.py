from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from clashtag.errors import InputError
from clashtag.records import Record
from clashtag_training.evaluation.reliability import reliability
from clashtag_training.evaluation.result import (
    Dataset,
    EvaluationResult,
    Origin,
    current_environment,
    event_tables,
    read_result,
    utc_now,
    write_result,
)
from clashtag_training.evaluation.scores import Setting, score_events


@pytest.fixture
def make_result(make_record: Callable[..., Record]) -> Callable[[Setting], EvaluationResult]:
    def make(setting: Setting) -> EvaluationResult:
        sketch = ("attack", "attacked", [("agent", "Rebels")])
        gold = [make_record(name, "Rebels attacked Goma", sketch, status="actual") for name in "ab"]
        return EvaluationResult(
            task="events",
            setting=setting,
            dataset=Dataset("news/dev", "0" * 64, {"records": 2, "events": 2}),
            predictions=Origin("bundle", "small", "f" * 64, "1.2"),
            missing_records=1,
            types_outside_ontology={"riot": 3},
            scores=event_tables(score_events(gold, gold[:1], setting), samples=20, seed=0),
            bootstrap_samples=20,
            seeds={"bootstrap": (0,), "training": (1, 2, 3)},
            environment=current_environment(),
            date=utc_now(),
        )

    return make


MakeResult = Callable[[Setting], EvaluationResult]


def test_result_survives_the_round_trip(make_result: MakeResult, tmp_path: Path) -> None:
    result = make_result("end-to-end")
    path = tmp_path / "new" / "result.json"
    write_result(result, path)
    assert read_result(path) == result
    assert [file.name for file in path.parent.iterdir()] == ["result.json"]


def test_result_keeps_its_calibration(make_result: MakeResult, tmp_path: Path) -> None:
    table = reliability([(0.9, True), (0.4, False)])
    assert table is not None
    result = dataclasses.replace(make_result("end-to-end"), calibration={"triggers": table})
    write_result(result, tmp_path / "result.json")
    assert read_result(tmp_path / "result.json") == result


def test_results_from_before_calibration_are_read(make_result: MakeResult, tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    fields = dataclasses.asdict(make_result("end-to-end"))
    del fields["calibration"]
    path.write_text(json.dumps(fields), encoding="utf-8")
    assert read_result(path).calibration is None


def test_result_json_says_what_was_measured(make_result: MakeResult, tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    write_result(make_result("end-to-end"), path)
    fields = json.loads(path.read_text(encoding="utf-8"))
    assert fields["schema"] == 1
    assert fields["setting"] == "end-to-end"
    assert {"python", "clashtag", "numpy", "onnxruntime", "tokenizers"} == set(
        fields["environment"]["versions"]
    )
    headline = fields["scores"]["exact"]["rows"]["arg_cls_plus"]
    assert headline["counts"] == {"gold": 2, "predicted": 1, "correct": 1}
    assert headline["f1"]["value"] == pytest.approx(2 / 3)


def test_result_with_gold_triggers_scores_arguments_only(make_result: MakeResult) -> None:
    scores = make_result("gold triggers").scores
    assert set(scores) == {"exact", "soft", "arguments_by_type", "arguments_by_role"}
    assert all(name.startswith("arg_") for name in scores["exact"].rows)


def test_result_reading_lists_every_wrong_field(make_result: MakeResult, tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    fields = dataclasses.asdict(make_result("end-to-end"))
    del fields["date"]
    fields["surprise"] = 1
    fields["setting"] = "by hand"
    fields["missing_records"] = "1"
    fields["dataset"]["sizes"]["events"] = 2.5
    path.write_text(json.dumps(fields), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_result(path)
    for part in (
        "result: missing 'date'",
        "result: unknown 'surprise'",
        "result.setting: expected",
        "result.missing_records: expected int, found '1'",
        "result.dataset.sizes.events: expected int, found 2.5",
    ):
        assert part in caught.value.problem


@pytest.mark.parametrize("content", ['{"schema": 99}', "[]", "{", "\xff"])
def test_result_reading_refuses_other_files(content: str, tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(InputError, match=r"result\.json"):
        read_result(path)


def test_result_reading_refuses_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_result(tmp_path / "none.json")
