"""`clashtag export`: a trained checkpoint becomes a bundle."""

from __future__ import annotations

import logging
from pathlib import Path

from clashtag.errors import ConfigError
from rich.logging import RichHandler

from clashtag_training.corpora import read_records


def export(
    checkpoint: Path,
    output: Path,
    dev: list[Path],
    max_drop: float = 0.5,
    *,
    name: str = "conflict-events",
    version: str = "0.1.0",
    fp32: bool = False,
) -> Path:
    """Export a checkpoint and return the bundle's folder.

    Args:
        checkpoint: the `final` folder of a training run.
        output: the bundle's folder, which must not exist.
        dev: dev files in the record format; each is named after its folder.
        max_drop: points of F1 that int8 may lose against fp32.
        name: the bundle's name.
        version: the bundle's version.
        fp32: keep the weights in fp32.

    Raises:
        ConfigError: if the checkpoint or every dev file is missing.
        ParityError: if a graph differs from the model.
        QualityDropError: if int8 loses more than allowed.
    """
    from clashtag_training.export import export_bundle  # noqa: PLC0415

    logging.basicConfig(level=logging.WARNING, format="%(message)s", handlers=[RichHandler()])
    if not (checkpoint / "run.json").is_file():
        raise ConfigError(
            f"{checkpoint} holds no finished run: there is no run.json",
            "give the `final` folder of a run that clashtag train has finished",
        )
    records = {path.resolve().parent.name: read_records(path) for path in dev}
    report = export_bundle(
        checkpoint,
        output,
        records,
        name=name,
        version=version,
        max_drop_points=max_drop,
        int8=not fp32,
    )
    return report.path
