"""`clashtag train`: one run from its configuration file."""

from __future__ import annotations

import ctypes
import logging
import os
import sys
from dataclasses import replace
from pathlib import Path

from rich.logging import RichHandler

from clashtag.errors import ConfigError
from clashtag_training.run_config import RunConfig
from clashtag_training.strict_config import load_config

_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD = -1, -2, -3
_LARGEST_HEAP_BLOCK_BYTES = 32 * 2**20
_KEPT_FREE_BYTES = 2**31 - 1


def train(
    config: Path,
    output: Path | None = None,
    *,
    corpora: Path | None = None,
    encoder: str | None = None,
    seed: int | None = None,
    resume: bool = False,
) -> Path:
    """Train the model that a YAML file describes and return the folder of its checkpoint.

    Args:
        config: the run's configuration.
        output: the run's folder; by default `runs/NAME-seedN` below the working directory.
        corpora: the corpora folder, instead of the configuration's.
        encoder: replaces the configuration's encoder: a hub id, or the path of a folder.
        seed: replaces the configuration's seed.
        resume: go on with a run found in the output folder.

    Raises:
        ConfigError: if the configuration is wrong, or the output folder holds a run and
            `resume` was not asked for.
    """
    from clashtag_training.training import train as run  # noqa: PLC0415

    prepare_process()
    settings = load_config(config, RunConfig)
    if seed is not None:
        settings = replace(settings, optimisation=replace(settings.optimisation, seed=seed))
    if encoder is not None:
        is_folder = Path(encoder).is_dir()
        settings = replace(settings, encoder=str(Path(encoder).resolve()) if is_folder else encoder)
    folder = output or Path("runs") / f"{settings.name}-seed{settings.optimisation.seed}"
    if not resume and any(folder.glob("checkpoint-*")):
        raise ConfigError(
            f"{folder} already holds checkpoints",
            "add --resume to go on with that run, or give another --output",
        )
    return run(settings, config, corpora or _corpora_dir(config, settings), folder)


def prepare_process() -> None:
    """Set up the logs and the memory of a process that trains."""
    from transformers.utils import logging as transformers_logging  # noqa: PLC0415

    transformers_logging.disable_progress_bar()
    logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=[RichHandler()])
    _keep_freed_memory()


def _corpora_dir(config: Path, settings: RunConfig) -> Path:
    if settings.corpora_dir is not None:
        return config.parent / settings.corpora_dir
    return Path(os.environ.get("CLASHTAG_CORPORA") or config.parent / "../data")


def _keep_freed_memory() -> None:
    """Let glibc keep freed tensors: giving them back costs a third of a CPU run in page faults."""
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGEST_HEAP_BLOCK_BYTES)
        mallopt(_M_TRIM_THRESHOLD, _KEPT_FREE_BYTES)
        mallopt(_M_TOP_PAD, 2**28)
