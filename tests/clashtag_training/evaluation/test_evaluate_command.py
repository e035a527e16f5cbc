from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from clashtag.bundle import REQUIRED_FILES, seal_bundle
from clashtag.errors import BundleError, InputError
from clashtag.labels import Labels
from clashtag.ontology import Ontology
from clashtag.records import Argument, Event, Record
from clashtag_training.commands.evaluate import evaluate
from clashtag_training.evaluation.report import markdown_report, result_notes
from clashtag_training.evaluation.result import read_result

TEXT = "Rebels attacked Goma"


def event(kind: str, *roles: str) -> dict[str, Any]:
    return {
        "type": kind,
        "status": "actual",
        "trigger": {"start": 7, "end": 15, "text": "attacked"},
        "arguments": [{"role": role, "start": 0, "end": 6, "text": "Rebels"} for role in roles],
    }


def write_lines(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    return write_lines(
        tmp_path / "dev.jsonl",
        {"id": "a", "text": TEXT, "events": [event("attack", "agent")]},
        {"id": "b", "text": TEXT, "events": [event("riot", "agent")]},
    )


class FakeTagger:
    """Finds an attack by the rebels in every text, and the rebels in every given event."""

    given: Sequence[Sequence[Event]] = ()

    @classmethod
    def from_pretrained(cls, path: Path) -> FakeTagger:
        assert (path / "manifest.json").is_file()
        return cls()

    def tag_many(self, texts: Iterable[str]) -> Iterator[Record]:
        for text in texts:
            fields = {"text": text, "events": [event("attack", "agent")]}
            yield Record(text, events=_events(fields))

    def tag_roles(self, texts: Sequence[str], events: Sequence[Sequence[Event]]) -> list[Record]:
        FakeTagger.given = events
        rebels = Argument("agent", 0, 6, "Rebels")
        return [
            Record(text, events=tuple(Event(e.type, e.trigger, (rebels,)) for e in found))
            for text, found in zip(texts, events, strict=True)
        ]


def _events(fields: dict[str, Any]) -> tuple[Event, ...]:
    from clashtag.records import record_from_dict

    return record_from_dict(fields).events


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("importlib.metadata.version", lambda _: "0.1.0")
    monkeypatch.setitem(sys.modules, "clashtag.tagger", SimpleNamespace(Tagger=FakeTagger))
    ontology = Ontology.from_dict(
        {
            "version": 1,
            "statuses": {"actual": "It happened."},
            "roles": {"agent": "Who does it."},
            "types": {"attack": {"definition": "Violence.", "roles": ["agent"]}},
        }
    )
    labels = Labels(ontology, {"attack": 0.5}, {"agent": 0.5})
    path = tmp_path / "bundle"
    path.mkdir()
    for name in REQUIRED_FILES:
        (path / name).write_text("{}")
    (path / "labels.json").write_text(json.dumps(labels.to_dict()))
    seal_bundle(path, "tiny", "0.3", {"seeds": [4, 5]})
    return path


def test_evaluate_predictions_file(gold: Path, tmp_path: Path) -> None:
    predictions = write_lines(
        tmp_path / "predicted.jsonl",
        {"id": "a", "text": TEXT, "events": [event("attack", "target")]},
    )
    result = evaluate(
        gold,
        predictions=predictions,
        output=tmp_path / "result.json",
        report=tmp_path / "report.md",
        bootstrap_samples=20,
        seed=3,
        dataset_name="rebels",
    )
    assert result.setting == "end-to-end"
    assert result.dataset.name == "rebels"
    assert result.dataset.sha256 == hashlib.sha256(gold.read_bytes()).hexdigest()
    assert result.dataset.sizes == {"records": 2, "documents": 2, "events": 2, "arguments": 2}
    assert result.predictions.kind == "file"
    assert result.predictions.sha256 == hashlib.sha256(predictions.read_bytes()).hexdigest()
    assert result.missing_records == 1
    assert result.types_outside_ontology is None
    assert result.seeds == {"bootstrap": (3,)}
    assert result.scores["exact"].rows["trigger_cls"].counts.correct == 1
    assert result.scores["exact"].rows["arg_cls_plus"].counts.correct == 0
    assert read_result(tmp_path / "result.json") == result
    assert (tmp_path / "report.md").read_text(encoding="utf-8") == markdown_report(result)


def test_evaluate_model_end_to_end(gold: Path, bundle: Path) -> None:
    result = evaluate(gold, model=bundle, bootstrap_samples=20)
    manifest = (bundle / "manifest.json").read_bytes()
    assert result.predictions.name == "tiny"
    assert result.predictions.version == "0.3"
    assert result.predictions.sha256 == hashlib.sha256(manifest).hexdigest()
    assert result.seeds["training"] == (4, 5)
    assert result.types_outside_ontology == {"riot": 1}
    # Both texts are tagged as attacks; one of them is a riot.
    counts = result.scores["exact"].rows["trigger_cls"].counts
    assert (counts.gold, counts.predicted, counts.correct) == (2, 2, 1)
    assert any("outside the model's ontology" in note for note in result_notes(result))


def test_evaluate_model_with_gold_triggers_hides_arguments(gold: Path, bundle: Path) -> None:
    result = evaluate(gold, model=bundle, gold_triggers=True, bootstrap_samples=20)
    assert [len(events) for events in FakeTagger.given] == [1, 0]  # a riot is unknown to it
    assert FakeTagger.given[0][0].arguments == ()
    assert FakeTagger.given[0][0].status is None
    assert result.setting == "gold triggers"
    counts = result.scores["exact"].rows["arg_cls_plus"].counts
    assert (counts.gold, counts.predicted, counts.correct) == (2, 1, 1)


def test_evaluate_reports_calibration_of_scored_predictions(gold: Path, tmp_path: Path) -> None:
    found = event("attack", "agent") | {"score": 0.75}
    found["arguments"][0]["score"] = 0.5
    wrong = event("attack", "agent") | {"score": 0.75}
    predictions = write_lines(
        tmp_path / "predicted.jsonl",
        {"id": "a", "text": TEXT, "events": [found]},
        {"id": "b", "text": TEXT, "events": [wrong]},
    )
    result = evaluate(
        gold, predictions=predictions, output=tmp_path / "result.json", bootstrap_samples=5
    )
    assert result.calibration is not None
    assert result.calibration["triggers"].calibration_error == pytest.approx(0.25)
    assert result.calibration["arguments"].calibration_error == pytest.approx(0.5)
    assert read_result(tmp_path / "result.json") == result
    report = markdown_report(result)
    assert "| 75.0 to 75.0 | 2 | 75.0 | 50.0 |" in report
    assert "expected calibration error: 25.0" in report
    assert evaluate(gold, predictions=gold, bootstrap_samples=5).calibration is None


def test_evaluate_refuses_a_changed_bundle(gold: Path, bundle: Path) -> None:
    (bundle / "roles.onnx").write_text("??")
    with pytest.raises(BundleError, match=r"roles\.onnx"):
        evaluate(gold, model=bundle)


def test_evaluate_entities_and_role_fillers(tmp_path: Path) -> None:
    mention = {"label": "Group", "start": 0, "end": 6, "text": "Rebels"}
    re3d = write_lines(tmp_path / "re3d.jsonl", {"id": "a", "text": TEXT, "mentions": [mention]})
    result = evaluate(re3d, predictions=re3d, task="entities", bootstrap_samples=20)
    assert result.scores["entities"].micro.f1.value == 1.0
    assert result.dataset.sizes["entities"] == 1
    fillers = {"id": "a", "text": TEXT, "role_fillers": {"PerpInd": [["rebels"]]}}
    muc = write_lines(tmp_path / "muc.jsonl", fillers)
    result = evaluate(muc, predictions=muc, task="role_fillers", bootstrap_samples=20)
    assert result.scores["role_fillers"].micro.f1.value == 1.0
    assert "CEAF-REE" in markdown_report(result)


def test_evaluate_refuses_contradictory_options(gold: Path) -> None:
    with pytest.raises(InputError, match="both predictions"):
        evaluate(gold, predictions=gold, model=gold)
    with pytest.raises(InputError, match="needs a predictions file"):
        evaluate(gold, task="entities")
    with pytest.raises(InputError, match="has no triggers"):
        evaluate(gold, predictions=gold, task="role_fillers", gold_triggers=True)


def test_evaluate_names_the_task_that_fits(tmp_path: Path) -> None:
    gold = write_lines(tmp_path / "muc.jsonl", {"id": "a", "text": TEXT, "role_fillers": {}})
    with pytest.raises(InputError, match="--task role_fillers"):
        evaluate(gold, predictions=gold)


def test_evaluate_refuses_partial_annotation_end_to_end(tmp_path: Path) -> None:
    rams = write_lines(
        tmp_path / "rams.jsonl",
        {"id": "a", "text": TEXT, "only_one_event_annotated": True, "events": [event("attack")]},
    )
    with pytest.raises(InputError, match="one event per text only"):
        evaluate(rams, predictions=rams)
    assert evaluate(rams, predictions=rams, gold_triggers=True, bootstrap_samples=5)


def test_evaluate_refuses_foreign_predictions(gold: Path, tmp_path: Path) -> None:
    predictions = write_lines(tmp_path / "predicted.jsonl", {"id": "z", "text": TEXT})
    with pytest.raises(InputError, match="'z'"):
        evaluate(gold, predictions=predictions)


def test_report_states_setting_scores_and_provenance(gold: Path, tmp_path: Path) -> None:
    predictions = write_lines(
        tmp_path / "predicted.jsonl",
        {"id": "a", "text": TEXT, "events": [event("attack", "agent", "a|b")]},
    )
    result = evaluate(gold, predictions=predictions, bootstrap_samples=20)
    report = markdown_report(result)
    assert report.startswith(f"# Evaluation on {tmp_path.name}/dev (end-to-end)")
    assert "1 gold records have no prediction" in report
    # arg_cls_plus: gold 2, predicted 2, correct 1.
    assert "| arg_cls_plus | 50.0 | 50.0 | 50.0 |" in report
    assert "| a\\|b | 0.0 | 0.0 | 0.0 |" in report
    assert "| status | 100.0 |" in report
    assert "| macro |  |  | 50.0 |" in report  # attack is found, riot is missed
    assert result.dataset.sha256 in report
    assert result.predictions.sha256 in report


def test_evaluate_needs_neither_torch_nor_a_runtime() -> None:
    code = (
        "import sys, clashtag_training.commands.evaluate;"
        "sys.exit(bool({'torch', 'transformers', 'onnxruntime'} & set(sys.modules)))"
    )
    subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": os.pathsep.join(sys.path)}, check=True
    )
