"""A trained checkpoint as plain PyTorch, without anything that serves its int8 form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from torch import nn
from transformers.utils import logging

from clashtag_training.model.modeling import ConflictTagger


def load_plain_tagger(checkpoint: Path, attention: str = "sdpa") -> Any:  # noqa: ANN401
    """Return a checkpoint's model with plain linear layers of the same weights.

    Args:
        checkpoint: the `final` folder of a training run.
        attention: the name that transformers gives to an implementation of attention.
    """
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    tagger = ConflictTagger.from_pretrained(checkpoint, attn_implementation=attention).eval()
    for module in list(tagger.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Linear) and type(child) is not nn.Linear:
                plain = nn.Linear(child.in_features, child.out_features, child.bias is not None)
                plain.weight, plain.bias = child.weight, child.bias
                setattr(module, name, plain)
    return tagger
