from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

METRICS = Path(__file__).parents[3] / "training" / "clashtag_training" / "metrics"

Load = Callable[[str], Any]

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Load]:
    """Load a metric offline; one modules cache serves all tests, as in a user's process."""
    evaluate = pytest.importorskip("evaluate")
    cache = tmp_path_factory.mktemp("evaluate")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("evaluate.config.HF_EVALUATE_OFFLINE", True)
        patch.setattr("evaluate.config.HF_MODULES_CACHE", str(cache / "modules"))
        yield lambda name: evaluate.load(str(METRICS / name), cache_dir=str(cache / "metrics"))


def record(role: str) -> str:
    return json.dumps(
        {
            "text": "Rebels attacked Goma",
            "events": [
                {
                    "type": "attack",
                    "status": "actual",
                    "trigger": {"start": 7, "end": 15, "text": "attacked"},
                    "arguments": [
                        {"role": "agent", "start": 0, "end": 6, "text": "Rebels"},
                        {"role": role, "start": 16, "end": 20, "text": "Goma"},
                    ],
                }
            ],
        }
    )


def test_metrics_event_extraction(load: Load) -> None:
    metric = load("event_extraction")
    # Of two arguments, one has the wrong role; target has F1 0, agent 1, place no support.
    scores = metric.compute(predictions=[record("place")], references=[record("target")])
    assert scores["setting"] == "end-to-end"
    assert scores["trigger_cls_f1"] == scores["status_accuracy"] == 1.0
    assert scores["arg_id_plus_f1"] == 1.0
    assert scores["arg_cls_plus_f1"] == scores["arg_cls_plus_soft_recall"] == 0.5
    assert scores["argument_macro_f1"] == 0.5


def test_metrics_event_extraction_with_gold_triggers(load: Load) -> None:
    metric = load("event_extraction")
    scores = metric.compute(
        predictions=[record("target")], references=[record("target")], setting="gold triggers"
    )
    assert scores["setting"] == "gold triggers"
    assert scores["arg_cls_f1"] == 1.0
    assert "trigger_cls_f1" not in scores


def test_metrics_ceaf_ree(load: Load) -> None:
    references = [{"Victim": [["mayor", "the man"]], "Weapon": [["bomb"]]}, {}]
    predictions = [{"Victim": [["Man"], ["mayor"]]}, {"Target": [["bridge"]]}]
    # 2 gold entities, 3 predicted, 1 aligned.
    scores = load("ceaf_ree").compute(
        predictions=[json.dumps(item) for item in predictions],
        references=[json.dumps(item) for item in references],
    )
    assert scores["micro_precision"] == pytest.approx(1 / 3)
    assert scores["micro_recall"] == pytest.approx(1 / 2)
    assert scores["micro_f1"] == pytest.approx(2 / 5)
    assert scores["Victim_precision"] == 0.5
