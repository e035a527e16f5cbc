"""The folder of a training run: whose it is, where to go on, and what it says of itself."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from transformers import TrainerState

from clashtag.errors import ConfigError
from clashtag_training.configuration import HeadConfig
from clashtag_training.evaluation.result import write_text_atomically
from clashtag_training.examples.mixture import Mixture
from clashtag_training.run_config import RunConfig
from clashtag_training.training_time import trained_seconds

logger = logging.getLogger(__name__)


def config_fingerprint(config: RunConfig) -> str:
    """Return the sha256 of a run's settings, its seed apart."""
    unseeded = replace(config, optimisation=replace(config.optimisation, seed=0))
    return hashlib.sha256(_config_json(unseeded).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class RunInputs:
    """What a run begins with: its settings only name it, so it may change while they do not.

    Args:
        heads: the label space of each head.
        corpora: the sha256 of the files of each corpus, by split.
        warm_start_sha256: of the weights that the run begins with, if they are another run's.
        teachers_sha256: of the weights of the taggers that it learns from.
        benchmark: the settings of the benchmark that it is trained for, if it is for one.
    """

    heads: Mapping[str, HeadConfig]
    corpora: Mapping[str, Mapping[str, str]]
    warm_start_sha256: str | None = None
    teachers_sha256: Sequence[str] = ()
    benchmark: Mapping[str, Any] | None = None


def claim_folder(output: Path, config: RunConfig, inputs: RunInputs) -> None:
    """Store what a run begins with in a new output folder, or check that it is what is there.

    Raises:
        ConfigError: if the folder holds a run with another configuration, or one that began with
            other labels, corpora or weights.
    """
    next_step = "give another --output, or delete that folder to start over"
    settings, begun_with = output / "run_config.json", output / "run_inputs.json"
    if not settings.is_file():
        write_text_atomically(settings, _config_json(config))
    elif settings.read_text(encoding="utf-8") != _config_json(config):
        raise ConfigError(f"{output} holds a run with another configuration", next_step)
    given = json.dumps(asdict(inputs), indent=2)
    # Runs begun by former versions have no such file.
    if not begun_with.is_file():
        write_text_atomically(begun_with, given)
        return
    stored = json.loads(begun_with.read_text(encoding="utf-8"))
    differences = list(_differences(stored, json.loads(given)))
    if differences:
        raise ConfigError(
            f"{output} holds a run that began with other {', '.join(differences)}", next_step
        )


def _differences(stored: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[str]:
    """Name what differs between the inputs of two runs of one configuration."""
    for field, what in (("heads", "labels of the head"), ("corpora", "files of the corpus")):
        for name in given[field]:
            if stored[field].get(name) != given[field][name]:
                yield f"{what} {name}"
    for field, what in (
        ("warm_start_sha256", "warm start"),
        ("teachers_sha256", "teachers"),
        ("benchmark", "settings of the benchmark"),
    ):
        if stored.get(field) != given[field]:
            yield what


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
    inputs: RunInputs,
    mixture: Mixture,
    commit: str | None,
    state: TrainerState,
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
        "warm_start_sha256": inputs.warm_start_sha256,
        "teachers_sha256": list(inputs.teachers_sha256),
        "benchmark": inputs.benchmark,
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
