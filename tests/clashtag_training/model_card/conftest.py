"""Result files of a tiny bundle, as a model card is written from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from bench_sketch import sketch_report
from clashtag.bench.report import to_json
from clashtag.bundle import load_bundle, seal_bundle
from clashtag.records import Argument, Event, Record, Span
from clashtag_training.evaluation.result import (
    Dataset,
    EvaluationResult,
    Origin,
    current_environment,
    event_tables,
    write_result,
)
from clashtag_training.evaluation.scores import score_events
from clashtag_training.model_card.card import model_card
from clashtag_training.model_card.evidence import Evidence, load_evidence, manifest_sha256
from clashtag_training.model_card.readme import RESULTS_END, RESULTS_START, SPEED_END, SPEED_START
from clashtag_training.model_card.texts import read_texts

ROOT = Path(__file__).parents[3]
NOTES = ROOT / "configs" / "model_card_notes.md"
CORPORA = ROOT / "configs" / "corpus_cards.yaml"
PROVENANCE = {
    "run": {"name": "plain", "encoder": "hub/encoder", "config_sha256": "c" * 64},
    "corpora": {"current-events": {"records": 2, "windows": 2}, "rams": {"records": 0}},
    "commit": "abc1234",
    "seeds": [7],
}
NAMES = ("current-events", "voa-articles")
README = f"# x\n\n{RESULTS_START}\nold\n{RESULTS_END}\n\n{SPEED_START}\nold\n{SPEED_END}\n\nafter\n"


def sketch(identifier: str, *, is_found: bool = True) -> Record:
    text = "Rebels attacked Goma."
    event = Event("attack", Span(7, 15, "attacked"), (Argument("agent", 0, 6, "Rebels"),), "actual")
    return Record(text, identifier, (event,) if is_found else ())


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("onnx")
    from tiny_model import write_tiny_bundle

    path = write_tiny_bundle(tmp_path_factory.mktemp("card") / "tiny")
    seal_bundle(path, "tiny", "1.0.0", PROVENANCE)
    return path


@pytest.fixture
def results(bundle: Path, tmp_path: Path) -> Path:
    """A folder of result files in which the model finds three events of four."""
    folder = tmp_path / "results"
    gold = [sketch(name) for name in "abcd"]
    shipped = manifest_sha256(load_bundle(bundle))
    for corpus in NAMES:
        for form, digest in (("int8", shipped), ("fp32", "f" * 64)):
            for setting in ("end-to-end", "gold triggers"):
                guesses = [*gold[:3], sketch("d", is_found=False)]
                result = EvaluationResult(
                    task="events",
                    setting=setting,
                    dataset=Dataset(f"{corpus}/dev", "0" * 64, {"records": 4, "events": 4}),
                    predictions=Origin("bundle", "tiny", digest, "1.0.0"),
                    missing_records=0,
                    types_outside_ontology={},
                    scores=event_tables(score_events(gold, guesses, setting), samples=20, seed=0),
                    bootstrap_samples=20,
                    seeds={"bootstrap": (0,), "training": (7,)},
                    environment=current_environment(),
                    date="2026-01-02T03:04:05+00:00",
                )
                write_result(result, folder / f"{form}-{corpus}-{setting.replace(' ', '-')}.json")
    headline = {"trigger_cls": 85.71, "arg_cls_plus": 85.71}
    other = {"trigger_cls": 83.71, "arg_cls_plus": 81.71}
    runs = [
        {"seed": seed, "minutes": 31.5, **dict.fromkeys(("fp32", "int8"), dict.fromkeys(NAMES, s))}
        for seed, s in ((7, headline), (8, other))
    ]
    write_json(folder / "seeds.json", {"recipe": "plain", "config_sha256": "c" * 64, "runs": runs})
    bench = to_json(sketch_report(shipped))
    (folder / "bench.json").write_text(bench, encoding="utf-8")
    shutil.copy(ROOT / "results" / "references.json", folder)
    return folder


@pytest.fixture
def evidence(results: Path, bundle: Path) -> Evidence:
    return load_evidence(results, bundle)


def write_json(path: Path, fields: Any) -> None:
    path.write_text(json.dumps(fields), encoding="utf-8")


def edit(path: Path, change: Any) -> None:
    fields = json.loads(path.read_text(encoding="utf-8"))
    change(fields)
    write_json(path, fields)


def card_of(evidence: Evidence) -> str:
    return model_card(evidence, read_texts(NOTES, CORPORA))
