"""The conflict tagger: one encoder, trigger heads, and role layers run once per trigger."""

from __future__ import annotations

import copy
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel, PreTrainedModel, initialization
from transformers.models.bert.modeling_bert import BertLayer
from transformers.utils import ModelOutput

from clashtag_training.configuration import ConflictTaggerConfig, HeadConfig
from clashtag_training.model.losses import roles_loss, token_loss, triggers_loss
from clashtag_training.model.quantized_linear import QuantizableLinear, make_quantizable

ROLE_TAGS = 3
MASKED_SCORE = -10000.0


@dataclass
class ConflictTaggerOutput(ModelOutput):
    """Loss and logits of one batch; `role_logits` is (triggers, context, roles, O/B/I)."""

    loss: Tensor | None = None
    trigger_logits: Tensor | None = None
    status_logits: Tensor | None = None
    role_logits: Tensor | None = None


class TriggerHead(nn.Module):
    """Tags each token with a BIO trigger type and, for triggers, a status."""

    def __init__(self, width: int, head: HeadConfig, dropout: float) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.types = nn.Linear(width, 1 + 2 * len(head["types"]))
        self.statuses = nn.Linear(width, max(1, len(head["statuses"])))

    def forward(self, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """Return trigger and status logits, (batch, tokens, labels) each."""
        hidden = self.dropout(hidden)
        return self.types(hidden), self.statuses(hidden)


class RoleHead(nn.Module):
    """Tags each token of a trigger's context with one O/B/I choice per role."""

    def __init__(self, width: int, head: HeadConfig, dropout: float) -> None:
        super().__init__()
        self.roles = len(head["roles"])
        self.unknown_type = len(head["types"])
        self.type_embeddings = nn.Embedding(len(head["types"]) + 1, width)
        self.dropout = nn.Dropout(dropout)
        self.tags = nn.Linear(width, self.roles * ROLE_TAGS)

    def forward(self, hidden: Tensor) -> Tensor:
        """Return role logits, (triggers, context, roles, 3), of conditioned hidden states."""
        logits: Tensor = self.tags(self.dropout(hidden))
        return logits.view(hidden.shape[0], hidden.shape[1], self.roles, ROLE_TAGS)


class TriggerConditioning(nn.Module):
    """Tells every token of a context which trigger it is read for, and how far away that is."""

    def __init__(self, config: ConflictTaggerConfig) -> None:
        super().__init__()
        width = config.encoder_config().hidden_size
        self.max_distance = config.max_distance_tokens
        self.trigger = nn.Linear(width, width)
        self.distances = nn.Embedding(2 * self.max_distance + 1, width)
        self.dropout = nn.Dropout(config.encoder_config().hidden_dropout_prob)

    def forward(
        self, context: Tensor, trigger_start: Tensor, trigger_end: Tensor, type_vectors: Tensor
    ) -> Tensor:
        """Add trigger, type and distance to a context of (triggers, context, width)."""
        positions = torch.arange(context.shape[1], device=context.device).unsqueeze(0)
        start, last = trigger_start.unsqueeze(1), trigger_end.unsqueeze(1) - 1
        before = torch.clamp(positions - start, max=0)
        after = torch.clamp(positions - last, min=0)
        distance = torch.clamp(before + after, -self.max_distance, self.max_distance)
        inside = ((positions >= start) & (positions <= last)).to(context.dtype).unsqueeze(-1)
        trigger = (context * inside).sum(1) / inside.sum(1).clamp(min=1.0)
        condition = (self.trigger(trigger) + type_vectors).unsqueeze(1)
        condition = condition + self.distances(distance + self.max_distance)
        return context + self.dropout(condition)


class QuantizableBert(BertModel):
    """A BERT encoder whose layers can compute as their int8 form will."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__(config, add_pooling_layer=False)
        for layer in self.encoder.layer:
            make_quantizable(layer)

    def _init_weights(self, module: nn.Module) -> None:
        super()._init_weights(module)
        _init_rounding(module)


def _init_rounding(module: nn.Module) -> None:
    if isinstance(module, QuantizableLinear):
        initialization.ones_(module.smoothing)
        initialization.zeros_(module.input_step)
        initialization.zeros_(module.input_zero_point)


class ConflictTagger(PreTrainedModel):
    """Tags conflict events: one encoder pass a window, the role layers once a trigger.

    The role layers take the states below the encoder's top layers, start as copies of those
    layers and are told the trigger: a cheap form of priming the encoder with each trigger
    (TagPrime, Hsu et al. 2023).
    """

    config_class = ConflictTaggerConfig
    base_model_prefix = "encoder"
    _supports_sdpa = True

    def __init__(self, config: ConflictTaggerConfig) -> None:
        super().__init__(config)
        encoder_config = config.encoder_config()
        encoder_config._attn_implementation = config._attn_implementation
        width = encoder_config.hidden_size
        self.encoder = QuantizableBert(encoder_config)
        self.conditioning = TriggerConditioning(config)
        self.role_layers = nn.ModuleList(
            BertLayer(encoder_config) for _ in range(config.role_layers)
        )
        self.trigger_heads = nn.ModuleDict(
            {
                name: TriggerHead(width, head, config.head_dropout)
                for name, head in config.heads.items()
            }
        )
        self.role_heads = nn.ModuleDict(
            {
                name: RoleHead(width, head, config.head_dropout)
                for name, head in config.heads.items()
                if head["kind"] == "events"
            }
        )
        for layer in self.role_layers:
            make_quantizable(layer)
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        super()._init_weights(module)
        if isinstance(module, TriggerConditioning):
            initialization.normal_(module.distances.weight, std=0.02)
        _init_rounding(module)

    @classmethod
    def from_encoder(cls, config: ConflictTaggerConfig, encoder: BertModel) -> ConflictTagger:
        """Build a tagger on a pre-trained encoder; role layers copy its top layers."""
        model = cls(config)
        model.encoder.load_state_dict(encoder.state_dict(), strict=False)
        layers = model.encoder.encoder.layer
        top_layers = layers[len(layers) - config.role_layers :]
        for role_layer, encoder_layer in zip(model.role_layers, top_layers, strict=True):
            role_layer.load_state_dict(encoder_layer.state_dict())
        return model

    @property
    def is_quantized(self) -> bool:
        """Whether the model computes as its int8 form."""
        return any(
            layer.is_quantized for layer in self.modules() if isinstance(layer, QuantizableLinear)
        )

    def without_rounding(self) -> ConflictTagger:
        """Return a copy that computes exactly."""
        exact = copy.deepcopy(self)
        for layer in exact.modules():
            if isinstance(layer, QuantizableLinear):
                layer.input_step.zero_()
        return exact

    def encode(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return the top states, for triggers, and those that the role layers take.

        Both are (batch, tokens, width).
        """
        states = self.encoder.embeddings(input_ids)
        mask = attention_bias(attention_mask, states)
        shared_layers = len(self.encoder.encoder.layer) - len(self.role_layers)
        role_states = states
        for depth, layer in enumerate(self.encoder.encoder.layer, start=1):
            states = layer(states, attention_mask=mask)
            if depth == shared_layers:
                role_states = states
        return states, role_states

    def tag_triggers(self, head: str, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """Return trigger and status logits of top states under one head."""
        logits: tuple[Tensor, Tensor] = self.trigger_heads[head](hidden)
        return logits

    def tag_roles(  # noqa: PLR0917 - in the order of the exported graph's inputs
        self,
        head: str,
        context: Tensor,
        context_mask: Tensor,
        trigger_start: Tensor,
        trigger_end: Tensor,
        trigger_type: Tensor,
    ) -> Tensor:
        """Return role logits, (triggers, context, roles, 3), for triggers in their contexts.

        `context` holds role states, (triggers, context, width); start and end (exclusive)
        count tokens of the context.
        """
        role_head = self.role_heads[head]
        type_vectors = role_head.type_embeddings(trigger_type)
        states = self.conditioning(context, trigger_start, trigger_end, type_vectors)
        mask = attention_bias(context_mask, states)
        for layer in self.role_layers:
            states = layer(states, attention_mask=mask)
        return role_head(states)

    def forward(
        self,
        head: str,
        input_ids: Tensor,
        attention_mask: Tensor,
        trigger_labels: Tensor | None = None,
        status_labels: Tensor | None = None,
        *,
        context_window: Tensor | None = None,
        context_start: Tensor | None = None,
        context_mask: Tensor | None = None,
        trigger_start: Tensor | None = None,
        trigger_end: Tensor | None = None,
        trigger_type: Tensor | None = None,
        role_labels: Tensor | None = None,
    ) -> ConflictTaggerOutput:
        """Score one batch of windows under one head and, given labels, return the loss.

        `context_window` and `context_start` say in which window and at which of its tokens
        each trigger's context begins; labels of -100 are ignored.
        """
        hidden, role_states = self.encode(input_ids, attention_mask)
        trigger_logits, status_logits = self.tag_triggers(head, hidden)
        role_logits = None
        if context_window is not None and len(context_window):
            context = _crop(role_states, context_window, context_start, context_mask)
            types = self._hide_types(head, trigger_type)
            role_logits = self.tag_roles(
                head, context, context_mask, trigger_start, trigger_end, types
            )
        loss = None
        if trigger_labels is not None:
            loss = triggers_loss(
                token_loss(trigger_logits, trigger_labels),
                token_loss(status_logits, status_labels),
            )
            if role_logits is not None and role_labels is not None:
                loss = loss + roles_loss(token_loss(role_logits, role_labels), role_logits)
        return ConflictTaggerOutput(loss, trigger_logits, status_logits, role_logits)

    def _hide_types(self, head: str, trigger_type: Tensor) -> Tensor:
        """Replace, in training, a share of the types by the unknown one."""
        if not (self.training and self.config.type_dropout):
            return trigger_type
        hide = torch.rand(len(trigger_type), device=trigger_type.device)
        unknown = torch.full_like(trigger_type, self.role_heads[head].unknown_type)
        return torch.where(hide < self.config.type_dropout, unknown, trigger_type)


def _crop(states: Tensor, window: Tensor, start: Tensor, mask: Tensor) -> Tensor:
    """Return the states of each trigger's context, (triggers, context, width)."""
    offsets = torch.arange(mask.shape[1], device=states.device)
    tokens = (start.unsqueeze(1) + offsets).clamp(max=states.shape[1] - 1)
    return states[window.unsqueeze(1), tokens]


def attention_bias(mask: Tensor, states: Tensor) -> Tensor:
    """Return what is added to attention scores, (batch, 1, tokens, tokens), for a 0/1 mask."""
    blocked = (1.0 - mask.to(states.dtype)) * MASKED_SCORE
    return blocked[:, None, None, :].expand(-1, 1, mask.shape[1], -1)
