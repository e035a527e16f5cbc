"""The folder of a training run: whose it is, where to go on, and what it says of itself."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from transformers import TrainerState

from clashtag.errors import ConfigError
from clashtag_training.examples.mixture import Mixture
from clashtag_training.run_config import RunConfig
from clashtag_training.training_time import trained_seconds

logger = logging.getLogger(__name__)


def config_fingerprint(config: RunConfig) -> str:
    """Return the sha256 of a run's settings, its seed apart."""
    unseeded = replace(config, optimisation=replace(config.optimisation, seed=0))
    return hashlib.sha256(_config_json(unseeded).encode()).hexdigest()


def claim_folder(output: Path, config: RunConfig) -> None:
    """Store the configuration in a new output folder, or check that it is the one there.

    Raises:
        ConfigError: if the folder holds a run with another configuration.
    """
    stored = output / "run_config.json"
    if stored.is_file():
        if stored.read_text(encoding="utf-8") != _config_json(config):
            raise ConfigError(
                f"{output} holds a run with another configuration",
                "give another --output, or delete that folder to start over",
            )
        return
    output.mkdir(parents=True, exist_ok=True)
    stored.write_text(_config_json(config), encoding="utf-8")


def last_complete_checkpoint(output: Path) -> str | None:
    """Return the newest checkpoint that was written to its end; remove newer broken ones."""
    checkpoints = sorted(
        output.glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1]), reverse=True
    )
    for checkpoint in checkpoints:
        try:
            json.loads((checkpoint / "trainer_state.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            logger.warning("removing %s, which was cut short", checkpoint)
            shutil.rmtree(checkpoint)
            continue
        logger.info("resuming from %s", checkpoint)
        return str(checkpoint)
    return None


def code_commit() -> str | None:
    """Return the commit of the code that runs, if it runs from a checkout."""
    git = shutil.which("git")
    if git is None:
        return None
    command = [git, "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return found.stdout.strip() or None


def describe_run(
    config: RunConfig,
    mixture: Mixture,
    commit: str | None,
    state: TrainerState,
    *,
    warm_start_sha256: str | None = None,
    teachers_sha256: Sequence[str] = (),
) -> dict[str, Any]:
    """Return what a finished run says of itself, for `run.json`."""
    return {
        "name": config.name,
        "encoder": config.encoder,
        "seed": config.optimisation.seed,
        "config": json.loads(_config_json(config)),
        "config_sha256": config_fingerprint(config),
        "commit": commit,
        "corpora": mixture.sources,
        "warm_start_sha256": warm_start_sha256,
        "teachers_sha256": list(teachers_sha256),
        "selection": state.best_metric,
        "minutes": round(trained_seconds(state.log_history) / 60, 1),
        "dev_history": [entry for entry in state.log_history if "eval_selection" in entry],
        "versions": {
            name: version(name) for name in ("torch", "transformers", "accelerate", "tokenizers")
        },
    }


def _config_json(config: RunConfig) -> str:
    """Return a run's settings as text, without what only runs on others' checkpoints have."""
    settings = asdict(config)
    for name in ("warm_start", "distillation"):
        if settings[name] is None:
            del settings[name]
    return json.dumps(settings, default=str, indent=2, sort_keys=True)
