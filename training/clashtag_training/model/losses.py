"""What mistakes in triggers, statuses and roles cost in training."""

from __future__ import annotations

from torch import Tensor, nn

from clashtag_training.examples.features import IGNORED_LABEL

TRIGGER_LOSS_WEIGHT = 2.0
STATUS_LOSS_WEIGHT = 0.2


def triggers_loss(types: Tensor, statuses: Tensor) -> Tensor:
    """Return what mean losses of trigger types and statuses are worth together."""
    return TRIGGER_LOSS_WEIGHT * types + STATUS_LOSS_WEIGHT * statuses


def roles_loss(choices: Tensor, role_logits: Tensor) -> Tensor:
    """Return what the mean loss of choices is worth, one for each token and role."""
    return role_logits.shape[-2] * choices


def token_loss(logits: Tensor, labels: Tensor | None) -> Tensor:
    """Mean cross-entropy over labelled tokens; zero, with a gradient, when there are none."""
    flat_logits = logits.reshape(-1, logits.shape[-1]).float()
    flat_labels = labels.reshape(-1) if labels is not None else None
    if flat_labels is None or not bool((flat_labels != IGNORED_LABEL).any()):
        return flat_logits.sum() * 0.0
    return nn.functional.cross_entropy(flat_logits, flat_labels, ignore_index=IGNORED_LABEL)
