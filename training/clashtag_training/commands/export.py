"""`clashtag export`: a trained checkpoint becomes a bundle."""

from __future__ import annotations

import logging
from pathlib import Path

from rich.logging import RichHandler

from clashtag.errors import ConfigError
from clashtag.records import Record
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
    fp32_output: Path | None = None,
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
        fp32_output: where to keep the fp32 form beside the int8 one, or None.

    Raises:
        ConfigError: if the checkpoint or every dev file is missing.
        ParityError: if a graph differs from the model.
        QualityDropError: if int8 loses more than allowed.
    """
    from transformers.utils import logging as transformers_logging  # noqa: PLC0415

    from clashtag_training.export.bundle import export_bundle  # noqa: PLC0415

    logging.basicConfig(level=logging.ERROR, format="%(message)s", handlers=[RichHandler()])
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    transformers_logging.disable_progress_bar()
    if not (checkpoint / "run.json").is_file():
        raise ConfigError(
            f"{checkpoint} holds no finished run: there is no run.json",
            "give the `final` folder of a run that clashtag train has finished",
        )
    report = export_bundle(
        checkpoint,
        output,
        _read_dev(dev),
        name=name,
        version=version,
        max_drop_points=max_drop,
        int8=not fp32,
        fp32_output=fp32_output,
    )
    return report.path


def _read_dev(paths: list[Path]) -> dict[str, list[Record]]:
    folders = [path.resolve().parent.name for path in paths]
    return {
        folder if folders.count(folder) == 1 else f"{folder}/{path.stem}": read_records(path)
        for folder, path in zip(folders, paths, strict=True)
    }
