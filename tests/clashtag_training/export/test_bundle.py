from __future__ import annotations

import dataclasses
import shutil

import pytest

pytestmark = pytest.mark.training
pytest.importorskip("transformers")
pytest.importorskip("torch")
pytest.importorskip("onnx")

from clashtag.bundle import load_bundle
from clashtag.errors import ConfigError
from clashtag.labels import SpecialTokens
from clashtag.tagger import Tagger
from clashtag.windows import load_tokenizer
from clashtag_training.commands.export import export as export_command
from clashtag_training.export import bundle as export_module
from clashtag_training.export.bundle import QualityDropError, export_bundle
from clashtag_training.export.thresholds import GRID
from clashtag_training.model.torch_sessions import torch_pipeline


@pytest.fixture
def export(finished_run, records, dev_records):
    """Export the finished run."""

    def export_to(output, dev=None, max_drop_points=100.0, **options):
        return export_bundle(
            finished_run / "final",
            output,
            {"tiny": dev_records, "train": records} if dev is None else dev,
            name="tiny",
            version="1.2.3",
            max_drop_points=max_drop_points,
            **options,
        )

    return export_to


@pytest.mark.parametrize("int8", [True, False])
def test_a_bundle_loads_and_tags(export, tmp_path, records, graphs, int8):
    report = export(tmp_path / "bundle", int8=int8)
    tagger = Tagger.from_pretrained(report.path, threads=1)
    found = list(tagger.tag_many(records))
    assert [record.text for record in found] == [record.text for record in records]
    assert sum(len(record.events) for record in found) >= 3
    assert set(report.dev) == ({"fp32", "int8"} if int8 else {"fp32"})
    smaller = (report.path / "encoder.onnx").stat().st_size < (
        graphs / "encoder.onnx"
    ).stat().st_size
    assert smaller == int8
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bundle"]


def test_a_bundle_carries_what_it_needs(export, tmp_path, ontology):
    labels = load_bundle(export(tmp_path / "bundle").path).labels
    assert labels.ontology == ontology
    assert list(labels.ontology.types) == list(ontology.types)
    assert set(labels.trigger_thresholds.values()) <= set(GRID)
    assert labels.shared_span_roles == (("agent", "claimant"),)
    assert labels.special_tokens == SpecialTokens(cls=2, sep=3, pad=0)
    assert labels.windows.max_tokens == 64


def test_a_bundle_says_where_it_came_from(export, tmp_path):
    report = export(tmp_path / "bundle")
    manifest = load_bundle(report.path).manifest
    assert (manifest.name, manifest.version) == ("tiny", "1.2.3")
    provenance = manifest.provenance
    assert provenance["seeds"] == [1]
    assert provenance["dev_documents"] == {"tiny": 2, "train": 5}
    assert provenance["dev_f1"] == report.dev
    assert provenance["parity"] == report.parity
    assert len(provenance["checkpoint_sha256"]) == 64


def test_an_fp32_bundle_tags_as_the_model_does(export, tmp_path, trained, records):
    report = export(tmp_path / "bundle", int8=False)
    bundle = load_bundle(report.path)
    pipeline = torch_pipeline(trained, load_tokenizer(bundle.tokenizer_path))
    expected = dataclasses.replace(pipeline, labels=bundle.labels).tag_many(records)
    for found, wanted in zip(Tagger(bundle, threads=1).tag_many(records), expected, strict=True):
        assert [(e.type, e.trigger, e.status) for e in found.events] == [
            (e.type, e.trigger, e.status) for e in wanted.events
        ]
        assert [[(a.role, a.start) for a in e.arguments] for e in found.events] == [
            [(a.role, a.start) for a in e.arguments] for e in wanted.events
        ]


def test_an_int8_model_that_scores_too_low_is_refused(export, tmp_path, monkeypatch):
    scored = []

    def score(path, dev):
        scored.append(path.name)
        points = 80.0 if path.name == "fp32" else 79.0
        return {name: {"trigger_cls": 80.0, "arg_cls_plus": points} for name in dev}

    monkeypatch.setattr(export_module, "score_bundle", score)
    with pytest.raises(QualityDropError, match=r"loses 1\.00 points of arg_cls_plus") as caught:
        export(tmp_path / "bundle", max_drop_points=0.9)
    assert "--fp32" in caught.value.next_step
    assert list(tmp_path.iterdir()) == []
    export(tmp_path / "bundle", max_drop_points=1.0)
    assert scored == ["fp32", "int8"] * 2


def test_exports_without_dev_or_over_a_folder_are_refused(export, tmp_path):
    with pytest.raises(ConfigError, match="no dev records"):
        export(tmp_path / "bundle", dev={"tiny": []})
    with pytest.raises(ConfigError, match="exists already"):
        export(tmp_path)


def test_the_command_needs_a_finished_run(tmp_path):
    with pytest.raises(ConfigError, match=r"no run\.json"):
        export_command(tmp_path, tmp_path / "bundle", [])


def test_the_command_names_dev_files_after_their_folders(
    monkeypatch, tmp_path, finished_run, corpora_dir
):
    given = {}

    def record(_checkpoint, output, dev, **options):
        given.update(options, dev={name: len(records) for name, records in dev.items()})
        return export_module.ExportReport(output, 0.0, {})

    monkeypatch.setattr(export_module, "export_bundle", record)
    (tmp_path / "more").mkdir()
    shutil.copy(corpora_dir / "tiny" / "dev.jsonl", tmp_path / "more")
    files = [corpora_dir / "tiny" / f"{split}.jsonl" for split in ("dev", "train")]
    dev = [*files, tmp_path / "more" / "dev.jsonl"]
    export_command(finished_run / "final", tmp_path / "b", dev, 0.25, name="n", fp32=True)
    assert given["dev"] == {"tiny/dev": 2, "tiny/train": 5, "more": 2}
    assert given["max_drop_points"] == 0.25
    assert given["int8"] is False
    assert given["name"] == "n"
