"""What a run cannot be trained with, found before anything is trained."""

from __future__ import annotations

import os

import torch
from transformers import BertConfig

from clashtag.errors import ConfigError
from clashtag.labels import WindowSettings
from clashtag_training.run_config import RunConfig


def check_settings(config: RunConfig, *, scores_events: bool = True) -> None:
    """Check that a run's settings suit one another.

    Args:
        config: the run.
        scores_events: whether dev is scored by the events found, and not by mentions.

    Raises:
        ConfigError: naming the first that do not.
    """
    optimisation = config.optimisation
    selects = any(corpus.select for corpus in config.corpora)
    mentions = {corpus.head for corpus in config.corpora if corpus.kind == "mentions"}
    if config.warm_start and config.distillation:
        raise ConfigError(
            "a run has either a warm_start or a distillation, which begins as its first teacher",
            "leave one of them out",
        )
    if selects and scores_events and config.shipped_head in mentions:
        raise ConfigError(
            f"the shipped head {config.shipped_head!r} tags mentions, and dev is scored by events",
            "train it with clashtag benchmark, or leave out `select`",
        )
    ends_early = optimisation.max_steps is None and (
        optimisation.first_evaluation_epoch > optimisation.epochs
    )
    if selects and ends_early:
        raise ConfigError(
            f"optimisation.first_evaluation_epoch is {optimisation.first_evaluation_epoch}, and "
            f"the run ends after epoch {optimisation.epochs}: no checkpoint would be selected",
            f"give at most {optimisation.epochs}",
        )
    has_events = any(corpus.kind == "events" for corpus in config.corpora)
    if optimisation.int8_epochs and config.model.role_layers and not has_events:
        raise ConfigError(
            "the int8 form of role layers is fitted to events, and no corpus of the run has any",
            "leave out optimisation.int8_epochs, or give model.role_layers: 0",
        )


def check_devices() -> None:
    """Check that several accelerators are shared out by a launcher.

    Without one the trainer would cut batches into parts that belong together.

    Raises:
        ConfigError: if this process alone sees several.
    """
    if torch.cuda.device_count() > 1 and "WORLD_SIZE" not in os.environ:
        raise ConfigError(
            f"one process cannot train on {torch.cuda.device_count()} GPUs",
            "set CUDA_VISIBLE_DEVICES=0, or start it by torchrun or accelerate launch",
        )


def check_window(window: WindowSettings, encoder: BertConfig) -> None:
    """Check that an encoder can read the windows of a run, and that they make headway.

    Raises:
        ConfigError: naming the setting and its bounds.
    """
    positions = encoder.max_position_embeddings
    quarter = (window.max_tokens - 2) // 4
    if not 3 <= window.max_tokens <= positions:
        problem = f"max_tokens must be from 3 to {positions}, which the encoder can tell apart"
        found = window.max_tokens
    elif not 0 <= window.overlap_tokens <= quarter:
        problem = f"overlap_tokens must be from 0 to {quarter}, a quarter of max_tokens less two"
        found = window.overlap_tokens
    elif window.role_context_tokens < 1:
        problem = "role_context_tokens must be at least 1"
        found = window.role_context_tokens
    else:
        return
    raise ConfigError(f"window.{problem}, found {found}", "change it in the run's configuration")
