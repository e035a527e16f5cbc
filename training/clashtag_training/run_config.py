"""One training run as a YAML file describes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from clashtag.labels import WindowSettings
from clashtag_training.strict_config import bounded


@dataclass(frozen=True, slots=True)
class CorpusConfig:
    """One corpus of the mixture.

    Args:
        name: how reports call it.
        path: its folder (record format) or file, below the corpora folder.
        head: the head it trains; corpora annotated alike share one.
        format: a reader of `clashtag_training.corpora`.
        kind: `events` for triggers and roles, `mentions` for labelled spans; the role fillers of
            MUC-4 become spans wherever they stand.
        train: the training file below `path`, or null to train on nothing of it. A part of a
            file is written as `train.jsonl[15%:]`: all but 15% of its documents.
        dev: the development file below `path`, or null.
        passes: how often an epoch passes over it; a fraction draws a random part.
        share: the part of its training documents to use; which follows from their names.
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
    passes: float = bounded(1.0, 0)
    share: float = bounded(1.0, 0, 1)
    select: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """The shape of the tagger on top of its encoder."""

    role_layers: int = bounded(1, 0)
    max_distance_tokens: int = bounded(64, 1)
    head_dropout: float = bounded(0.1, 0, 1)
    type_dropout: float = bounded(0.1, 0, 1)
    hidden_dropout: float = bounded(0.1, 0, 1)
    attention_dropout: float = bounded(0.0, 0, 1)


@dataclass(frozen=True, slots=True)
class OptimisationConfig:
    """How the model is trained; learning rates fall linearly to zero after the warm-up.

    In the last `int8_epochs` the model is trained as its int8 form, with rounding, so that it
    learns to do without what rounding takes away; the checkpoint is chosen among these.
    """

    epochs: int = bounded(10, 1)
    int8_epochs: int = bounded(0, 0)
    batch_tokens: int = bounded(1024, 1)
    encoder_learning_rate: float = bounded(2e-4, 0)
    role_layer_learning_rate: float = bounded(4e-4, 0)
    head_learning_rate: float = bounded(1e-3, 0)
    weight_decay: float = bounded(0.01, 0)
    warmup_share: float = bounded(0.1, 0, 1)
    max_gradient_norm: float = bounded(1.0, 0)
    seed: int = 1
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    attention: Literal["eager", "sdpa"] = "eager"
    first_evaluation_epoch: int = bounded(1, 0)
    kept_checkpoints: int = bounded(2, 1)
    max_steps: int | None = bounded(None, 1)
    report_to: tuple[str, ...] = ("tensorboard",)

    @property
    def exact_epochs(self) -> int:
        """The epochs before those that train the int8 form."""
        return max(0, self.epochs - self.int8_epochs)


@dataclass(frozen=True, slots=True)
class DistillationConfig:
    """What a run's model takes over from trained ones, its teachers.

    Args:
        teachers: their checkpoints, folders relative to the run's file; the model learns their
            mean probabilities, and begins with weights of the first.
        encoder_layers: the layers of the first one's encoder that the model begins with.
        teacher_share: the share of the loss that comes from the teachers, not from the labels.
        temperature: what the logits of all are divided by.
    """

    teachers: tuple[Path, ...]
    encoder_layers: tuple[int, ...]
    teacher_share: float = bounded(0.5, 0, 1)
    temperature: float = bounded(2.0, 0.01)


@dataclass(frozen=True, slots=True)
class RunConfig:
    """A training run: which encoder learns what from which corpora.

    Args:
        name: names the output folder and the bundle.
        encoder: a hub id, or a folder relative to this file, with a BERT-architecture encoder and
            its tokenizer.
        ontology: the ontology of the shipped head; paths are relative to this file. Null takes
            the labels that its training data hold.
        shipped_head: the head whose labels the ontology defines.
        corpora_dir: the corpora folder, relative to this file; `--corpora` overrides it. Without
            either it is the folder that the variable CLASHTAG_CORPORA names, else `../data`.
        own_data_dir: the folder of the corpora that this project ships, relative to this file.
        min_type_count: types seen less often in a corpus without an ontology are left out.
        warm_start: the checkpoint, a folder relative to this file, whose encoder, conditioning and
            role layers the run begins with; null begins with `encoder`.
        distillation: trained taggers to begin with and to learn from; not beside `warm_start`.
    """

    name: str
    ontology: Path | None
    shipped_head: str
    corpora: tuple[CorpusConfig, ...]
    encoder: str = "sentence-transformers/all-MiniLM-L6-v2"
    corpora_dir: Path | None = None
    own_data_dir: Path = Path("../data")
    min_type_count: int = bounded(1, 1)
    model: ModelConfig = field(default_factory=ModelConfig)
    window: WindowSettings = field(default_factory=WindowSettings)
    optimisation: OptimisationConfig = field(default_factory=OptimisationConfig)
    warm_start: Path | None = None
    distillation: DistillationConfig | None = None
