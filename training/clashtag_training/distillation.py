"""A tagger, perhaps a shallower one, that learns from trained ones as well as from the annotations.

The student begins as its first teacher without some of the encoder's layers (DistilBERT, Sanh et
al. 2019) and is then trained towards the teachers' mean probabilities (Hinton et al. 2015).
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor

from clashtag.errors import ConfigError
from clashtag.hashing import file_sha256
from clashtag_training.configuration import ConflictTaggerConfig, HeadConfig
from clashtag_training.examples.features import IGNORED_LABEL
from clashtag_training.model.losses import roles_loss, triggers_loss
from clashtag_training.model.modeling import ConflictTagger, ConflictTaggerOutput
from clashtag_training.run_config import DistillationConfig
from clashtag_training.warm_start import WEIGHTS_FILE, load_checkpoint

_LAYER = "encoder.encoder.layer."


class Teachers:
    """Trained taggers, computing exactly, whose mean answers a student learns.

    Args:
        models: the taggers.
        settings: what the student keeps of the first, and how it learns.
        weights_sha256: of the files that the taggers were read from.
    """

    def __init__(
        self,
        models: Sequence[ConflictTagger],
        settings: DistillationConfig,
        weights_sha256: Sequence[str],
    ) -> None:
        self.models = [model.eval().requires_grad_(requires_grad=False) for model in models]
        self.settings = settings
        self.weights_sha256 = tuple(weights_sha256)

    @classmethod
    def load(
        cls,
        settings: DistillationConfig,
        beside: Path,
        heads: Mapping[str, HeadConfig],
        attention: Literal["eager", "sdpa"] = "eager",
    ) -> Teachers:
        """Read the teachers of a run whose heads are given; paths are relative to `beside`.

        Raises:
            ConfigError: if there is no checkpoint, if its heads have other labels, or if the
                student is to keep layers that the first teacher does not have.
        """
        if not settings.teachers:
            raise ConfigError("distillation.teachers is empty", "name the folder final of a run")
        folders = [beside / teacher for teacher in settings.teachers]
        models = [_load_teacher(folder, heads, attention) for folder in folders]
        depth = len(models[0].encoder.encoder.layer)
        kept = settings.encoder_layers
        if not kept or list(kept) != sorted(set(kept) & set(range(depth))):
            raise ConfigError(
                f"distillation.encoder_layers is {list(kept)}",
                f"name some of the teacher's {depth} layers, counted from 0, in their order",
            )
        return cls(models, settings, [file_sha256(folder / WEIGHTS_FILE) for folder in folders])

    def student(self, config: ConflictTaggerConfig) -> ConflictTagger:
        """Return a tagger of a configuration that begins as the first teacher, less some layers.

        Raises:
            ConfigError: if other parts of the two have different shapes.
        """
        config = copy.deepcopy(config)
        config.encoder["num_hidden_layers"] = len(self.settings.encoder_layers)
        student = ConflictTagger(config)
        try:
            student.load_state_dict(self._kept_weights())
        except RuntimeError as error:
            raise ConfigError(
                f"the teacher's weights do not fit the student: {error}",
                "give the student the teacher's model settings",
            ) from error
        return student

    def loss(self, answers: ConflictTaggerOutput, batch: Mapping[str, Any]) -> Tensor:
        """Return a student's loss on a batch: from the labels, and from the teachers' answers."""
        if answers.loss is None:
            raise ValueError("a batch without labels has no loss")
        with torch.no_grad():
            wanted = [model.to(batch["input_ids"].device)(**batch) for model in self.models]
        apart = partial(_divergence, answers, wanted, batch, self.settings.temperature)
        from_teachers = triggers_loss(apart("trigger"), apart("status"))
        if answers.role_logits is not None:
            from_teachers = from_teachers + roles_loss(apart("role"), answers.role_logits)
        share = self.settings.teacher_share
        return (1 - share) * answers.loss + share * from_teachers

    def _kept_weights(self) -> dict[str, Tensor]:
        places = {layer: place for place, layer in enumerate(self.settings.encoder_layers)}
        kept = {}
        for name, weights in self.models[0].state_dict().items():
            if not name.startswith(_LAYER):
                kept[name] = weights
                continue
            layer, rest = name.removeprefix(_LAYER).split(".", 1)
            if int(layer) in places:
                kept[f"{_LAYER}{places[int(layer)]}.{rest}"] = weights
        return kept


def _load_teacher(
    folder: Path, heads: Mapping[str, HeadConfig], attention: Literal["eager", "sdpa"]
) -> ConflictTagger:
    model = load_checkpoint(folder, attention, "teacher")
    if model.config.heads != heads:
        raise ConfigError(
            f"the teacher {folder} has other labels than this run's corpora",
            "train the teacher on the same corpora and ontology",
        )
    return model


def _divergence(
    student: ConflictTaggerOutput,
    teachers: Sequence[ConflictTaggerOutput],
    batch: Mapping[str, Any],
    temperature: float,
    part: str,
) -> Tensor:
    """Return the mean Kullback-Leibler divergence of one part's choices that bear a label."""
    labelled = batch[f"{part}_labels"] != IGNORED_LABEL

    def log_probabilities(answers: ConflictTaggerOutput) -> Tensor:
        logits: Tensor = answers[f"{part}_logits"][labelled]
        return (logits.float() / temperature).log_softmax(-1)

    wanted = torch.stack([log_probabilities(answers) for answers in teachers])
    divergence = torch.nn.functional.kl_div(
        log_probabilities(student),
        wanted.logsumexp(0) - math.log(len(teachers)),
        reduction="sum",
        log_target=True,
    )
    return temperature**2 * divergence / max(1, int(labelled.sum()))
