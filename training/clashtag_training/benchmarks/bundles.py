"""Bundles of a benchmark's seed, exported once and kept beside its checkpoint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from clashtag.bundle import load_bundle
from clashtag.errors import ConfigError
from clashtag.pipeline import Pipeline
from clashtag.records import Record
from clashtag.threads import available_threads
from clashtag_training.benchmarks.result import Form
from clashtag_training.benchmarks.trainings import Training
from clashtag_training.export.bundle import export_bundle

FOLDER = "benchmark-bundles"
_ANY_DROP = 100.0
_VERSION = "0.0.0"


def bundle_pipelines(
    training: Training, dev: Mapping[str, Sequence[Record]], name: str
) -> Iterator[tuple[Form, Pipeline]]:
    """Export a checkpoint in both forms, unless that was done, and open them one by one.

    What int8 loses is measured here, so that no loss is too large to be exported.

    Args:
        training: the seed.
        dev: the records that thresholds are tuned on, by corpus.
        name: the bundles' name.

    Raises:
        ConfigError: if bundles of another checkpoint lie there.
        ParityError: if a graph differs from the model.
    """
    folder = training.checkpoint.parent / FOLDER
    paths: dict[Form, Path] = {"fp32": folder / "fp32", "int8": folder / "int8"}
    if not all(path.is_dir() for path in paths.values()):
        export_bundle(
            training.checkpoint,
            paths["int8"],
            dev,
            name=name,
            version=_VERSION,
            max_drop_points=_ANY_DROP,
            fp32_output=paths["fp32"],
        )
    for form, path in paths.items():
        bundle = load_bundle(path)
        if bundle.manifest.provenance.get("checkpoint_sha256") != training.weights_sha256:
            raise ConfigError(f"{path} was exported from another checkpoint", f"delete {folder}")
        yield form, Pipeline.from_bundle(bundle, threads=available_threads())
