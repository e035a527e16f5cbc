"""One training run as a YAML file describes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from clashtag.labels import WindowSettings


@dataclass(frozen=True, slots=True)
class CorpusConfig:
    """One corpus of the mixture.

    Args:
        name: how reports call it.
        path: its folder (record format) or file, below the corpora folder.
        head: the head it trains; corpora annotated alike share one.
        format: a reader of `clashtag_training.corpora`.
        kind: `events` for triggers and roles, `mentions` for labelled spans.
        train: the training file below `path`, or null to train on nothing of it.
        dev: the development file below `path`, or null.
        passes: how often an epoch passes over it; a fraction draws a random part.
        select: whether its dev scores choose the checkpoint.
        own: whether `path` lies below the run's `own_data_dir` and not below the corpora folder.
    """

    name: str
    path: Path
    head: str
    format: str = "record"
    kind: Literal["events", "mentions"] = "events"
    train: str | None = "train.jsonl"
    dev: str | None = "dev.jsonl"
    passes: float = 1.0
    select: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """The shape of the tagger on top of its encoder."""

    role_layers: int = 1
    max_distance_tokens: int = 64
    head_dropout: float = 0.1
    type_dropout: float = 0.1
    hidden_dropout: float = 0.1
    attention_dropout: float = 0.0


@dataclass(frozen=True, slots=True)
class OptimisationConfig:
    """How the model is trained; learning rates fall linearly to zero after the warm-up."""

    epochs: int = 10
    batch_tokens: int = 2048
    encoder_learning_rate: float = 2e-4
    role_layer_learning_rate: float = 4e-4
    head_learning_rate: float = 1e-3
    weight_decay: float = 0.01
    warmup_share: float = 0.1
    max_gradient_norm: float = 1.0
    seed: int = 1
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    attention: Literal["eager", "sdpa"] = "eager"
    first_evaluation_epoch: int = 1
    kept_checkpoints: int = 2
    max_steps: int | None = None
    report_to: tuple[str, ...] = ("tensorboard",)


@dataclass(frozen=True, slots=True)
class RunConfig:
    """A training run: which encoder learns what from which corpora.

    Args:
        name: names the output folder and the bundle.
        encoder: a hub id, or a folder relative to this file, with a BERT-architecture encoder and
            its tokenizer.
        ontology: the ontology of the shipped head; paths are relative to this file.
        shipped_head: the head whose labels the ontology defines.
        corpora_dir: the corpora folder, relative to this file; `--corpora` overrides it. Without
            either it is the folder that the variable CLASHTAG_CORPORA names, else `../data`.
        own_data_dir: the folder of the corpora that this project ships, relative to this file.
        min_type_count: types seen less often in a corpus without an ontology are left out.
    """

    name: str
    ontology: Path
    shipped_head: str
    corpora: tuple[CorpusConfig, ...]
    encoder: str = "sentence-transformers/all-MiniLM-L6-v2"
    corpora_dir: Path | None = None
    own_data_dir: Path = Path("../data")
    min_type_count: int = 1
    model: ModelConfig = field(default_factory=ModelConfig)
    window: WindowSettings = field(default_factory=WindowSettings)
    optimisation: OptimisationConfig = field(default_factory=OptimisationConfig)
