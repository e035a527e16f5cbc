"""A trained checkpoint as a bundle: exported, quantised, measured on dev and sealed."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import onnx

from clashtag import bundle as bundles
from clashtag.errors import ClashtagError, ConfigError
from clashtag.hashing import file_sha256
from clashtag.labels import Labels
from clashtag.pipeline import Pipeline
from clashtag.records import Record
from clashtag.tagger import Tagger
from clashtag.windows import load_tokenizer
from clashtag_training.evaluation.scores import score_events
from clashtag_training.examples.encoded_corpus import encode_corpora
from clashtag_training.export.calibration import calibrate
from clashtag_training.export.onnx_graphs import check_parity, encoder_graph, role_graph
from clashtag_training.export.onnx_products import ExactProducts, Int8Products, Products
from clashtag_training.export.temperature import fit_temperatures
from clashtag_training.export.thresholds import tune_thresholds
from clashtag_training.model.modeling import ConflictTagger
from clashtag_training.model.torch_sessions import torch_pipeline, untuned_labels

CALIBRATION_RECORDS = 64
HEADLINES = ("trigger_cls", "arg_cls_plus")


class QualityDropError(ClashtagError):
    """An int8 model that scores too far below its fp32 form on dev."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was measured while exporting, all of it also in the manifest's provenance.

    `dev` holds F1 in points by form ("fp32", "int8"), dev corpus and metric.
    """

    path: Path
    parity: float
    dev: Mapping[str, Mapping[str, Mapping[str, float]]]


def export_bundle(
    checkpoint: Path,
    output: Path,
    dev: Mapping[str, Sequence[Record]],
    *,
    name: str,
    version: str,
    max_drop_points: float,
    int8: bool = True,
    fp32_output: Path | None = None,
) -> ExportReport:
    """Export a checkpoint, tune its thresholds on dev and write a sealed bundle.

    Args:
        checkpoint: the `final` folder of a training run.
        output: the bundle's folder; it appears only once everything has succeeded.
        dev: records by corpus name, on which thresholds are tuned and both forms are scored.
        name: the bundle's name in its manifest.
        version: the bundle's version in its manifest.
        max_drop_points: the most that int8 may lose against fp32, in points of F1, averaged
            over the dev corpora, for trigger-cls and for arg-cls+.
        int8: write the int8 form; otherwise the fp32 form.
        fp32_output: where to keep the fp32 form beside the int8 one, or None.

    Raises:
        ConfigError: if there is no dev data or the output folder exists.
        ParityError: if a graph differs from the model.
        QualityDropError: if int8 loses more than allowed.
    """
    if not any(dev.values()):
        raise ConfigError("no dev records to measure the model on", "give --dev FILE")
    for folder in (output, fp32_output):
        if folder is not None and folder.exists():
            raise ConfigError(f"{folder} exists already", "delete it or give another folder")
    model = ConflictTagger.from_pretrained(checkpoint).eval()
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output.parent) as scratch:
        fp32 = Path(scratch) / "fp32"
        quantized = Path(scratch) / "int8"
        parity = _write_fp32(model.without_rounding(), checkpoint, fp32)
        scores = {"fp32": _tune_and_score(fp32, dev)}
        if int8:
            _write_int8(model, fp32, quantized, [r for records in dev.values() for r in records])
            scores["int8"] = _tune_and_score(quantized, dev)
            _require_quality(scores["fp32"], scores["int8"], max_drop_points)
        provenance = _provenance(checkpoint, dev, parity, scores)
        outputs = {quantized: output, fp32: fp32_output} if int8 else {fp32: output}
        for form, target in outputs.items():
            if target is not None:
                bundles.seal_bundle(form, name, version, provenance)
                shutil.move(form, target)
    return ExportReport(output, parity, scores)


def score_bundle(path: Path, dev: Mapping[str, Sequence[Record]]) -> dict[str, dict[str, float]]:
    """Return end-to-end F1 in points of a bundle, by corpus and metric."""
    tagger = Tagger.from_pretrained(path)
    scores: dict[str, dict[str, float]] = {}
    for name, records in dev.items():
        exact = score_events(records, list(tagger.tag_many(records))).exact
        scores[name] = {metric: round(100 * exact[metric].f1, 2) for metric in HEADLINES}
    return scores


def _write_fp32(model: ConflictTagger, checkpoint: Path, folder: Path) -> float:
    folder.mkdir()
    _write_graphs(model, ExactProducts(), folder)
    head = model.config.shipped_head
    parity = check_parity(model, head, folder / bundles.ENCODER, folder / bundles.ROLES)
    shutil.copy(checkpoint / "tokenizer.json", folder / bundles.TOKENIZER)
    tokenizer = load_tokenizer(folder / bundles.TOKENIZER)
    _reseal(folder, untuned_labels(model.config, tokenizer))
    return parity


def _write_int8(model: ConflictTagger, fp32: Path, folder: Path, records: Sequence[Record]) -> None:
    """Write the int8 form; a model that was not trained as one is calibrated on the records."""
    folder.mkdir()
    for file_name in (bundles.TOKENIZER, bundles.LABELS):
        shutil.copy(fp32 / file_name, folder / file_name)
    if not model.is_quantized:
        sample = records[:: max(1, len(records) // CALIBRATION_RECORDS)]
        pipeline = torch_pipeline(model, load_tokenizer(folder / bundles.TOKENIZER))
        calibrate(model, lambda: pipeline.tag_roles(sample, [r.events for r in sample]))
    _write_graphs(model, Int8Products(), folder)
    bundles.seal_bundle(folder, "unmeasured", "0", {})


def _write_graphs(model: ConflictTagger, products: Products, folder: Path) -> None:
    head = model.config.shipped_head
    onnx.save(encoder_graph(model, head, products), folder / bundles.ENCODER)
    onnx.save(role_graph(model, head, products), folder / bundles.ROLES)


def _tune_and_score(path: Path, dev: Mapping[str, Sequence[Record]]) -> dict[str, dict[str, float]]:
    """Give a bundle the temperatures and thresholds that suit its own logits; return its F1."""
    pipeline = Pipeline.from_bundle(bundles.load_bundle(path))
    corpora = encode_corpora(pipeline, dev)
    calibrated = replace(pipeline.labels, temperature=fit_temperatures(pipeline, corpora))
    _reseal(path, tune_thresholds(replace(pipeline, labels=calibrated), corpora))
    return score_bundle(path, dev)


def _reseal(folder: Path, labels: Labels) -> None:
    text = json.dumps(labels.to_dict(), indent=1, ensure_ascii=False) + "\n"
    (folder / bundles.LABELS).write_text(text, encoding="utf-8")
    bundles.seal_bundle(folder, "unmeasured", "0", {})


def _require_quality(
    fp32: Mapping[str, Mapping[str, float]],
    int8: Mapping[str, Mapping[str, float]],
    max_drop_points: float,
) -> None:
    for metric in HEADLINES:
        drop = sum(fp32[name][metric] - int8[name][metric] for name in fp32) / len(fp32)
        if drop > max_drop_points:
            raise QualityDropError(
                f"int8 loses {drop:.2f} points of {metric} on dev, {max_drop_points} are allowed",
                "export with --fp32, or raise --max-drop if the loss is acceptable",
            )


def _provenance(
    checkpoint: Path,
    dev: Mapping[str, Sequence[Record]],
    parity: float,
    scores: Mapping[str, Mapping[str, Mapping[str, float]]],
) -> dict[str, Any]:
    run = json.loads((checkpoint / "run.json").read_text(encoding="utf-8"))
    return {
        "run": {key: run[key] for key in ("name", "encoder", "config_sha256", "versions")},
        "corpora": run["corpora"],
        **{key: run[key] for key in ("warm_start_sha256", "teachers_sha256") if run.get(key)},
        "commit": run["commit"],
        "seeds": [run["seed"]],
        "training_minutes": run.get("minutes"),
        "checkpoint_sha256": file_sha256(checkpoint / "model.safetensors"),
        "parity": parity,
        "dev_documents": {name: len(records) for name, records in dev.items()},
        "dev_f1": scores,
        "tuning": "temperatures and thresholds on the same dev records, for each form on its own",
    }
