"""The trained model behind the runtime's session interfaces, so dev is scored as users will."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from clashtag.labels import Labels, WindowSettings
from clashtag.pipeline import Pipeline
from clashtag.session import EncoderOutput
from clashtag_training.configuration import ConflictTaggerConfig
from clashtag_training.examples.features import special_tokens
from clashtag_training.model.modeling import ConflictTagger

EVALUATION_BATCH_TOKENS = 2048


class TorchEncoderSession:
    """Runs the encoder and one head's triggers in torch."""

    def __init__(self, model: ConflictTagger, head: str) -> None:
        self.model = model.eval()
        self.head = head

    @torch.inference_mode()
    def run(self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]) -> EncoderOutput:
        """Return hidden states, trigger logits and status logits as float32 arrays."""
        ids, mask = (
            torch.as_tensor(a, device=self.model.device) for a in (input_ids, attention_mask)
        )
        hidden, role_states = self.model.encode(ids, mask)
        triggers, statuses = self.model.tag_triggers(self.head, hidden)
        outputs = (role_states, triggers, statuses)
        return EncoderOutput(*(output.float().cpu().numpy() for output in outputs))


class TorchRoleSession:
    """Runs the role layers and one head's roles in torch."""

    def __init__(self, model: ConflictTagger, head: str) -> None:
        self.model = model.eval()
        self.head = head

    @torch.inference_mode()
    def run(
        self,
        hidden: NDArray[np.float32],
        context_mask: NDArray[np.int64],
        trigger_start: NDArray[np.int64],
        trigger_end: NDArray[np.int64],
        trigger_type: NDArray[np.int64],
    ) -> NDArray[np.float32]:
        """Return role logits, (triggers, context, roles, 3), as a float32 array."""
        inputs = (hidden, context_mask, trigger_start, trigger_end, trigger_type)
        tensors = (torch.as_tensor(array, device=self.model.device) for array in inputs)
        logits = self.model.tag_roles(self.head, *tensors)
        array: NDArray[np.float32] = logits.float().cpu().numpy()
        return array


def torch_pipeline(model: ConflictTagger, tokenizer: Tokenizer) -> Pipeline:
    """Return the runtime's pipeline around a model's shipped head, thresholds at one half."""
    head = model.config.shipped_head
    return Pipeline(
        labels=untuned_labels(model.config, tokenizer),
        tokenizer=tokenizer,
        encoder=TorchEncoderSession(model, head),
        roles=TorchRoleSession(model, head),
        batch_tokens=EVALUATION_BATCH_TOKENS,
    )


def untuned_labels(config: ConflictTaggerConfig, tokenizer: Tokenizer) -> Labels:
    """Return the labels of a model and its tokenizer, with every threshold at one half."""
    ontology = config.shipped_ontology()
    return Labels(
        ontology=ontology,
        trigger_thresholds=dict.fromkeys(ontology.types, 0.5),
        role_thresholds=dict.fromkeys(ontology.roles, 0.5),
        shared_span_roles=tuple((one, other) for one, other in config.shared_span_roles),
        windows=WindowSettings(**config.window),
        special_tokens=special_tokens(tokenizer),
    )
